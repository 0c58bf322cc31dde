"""The composition root: where protocols meet the outside. Only entry points import it."""
