"""The worker: one group of files through the FILE steps."""
