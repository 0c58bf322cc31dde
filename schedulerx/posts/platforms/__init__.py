"""The platforms: one file each, and one line in `registry`."""
