"""One GROUP step of one group."""
