"""One RUN step of a run."""
