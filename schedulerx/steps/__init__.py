"""One module a step, each with one public `run`. A module bears its step's name."""
