"""The stack's containers."""
