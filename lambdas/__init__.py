"""The stack's functions: parse, call, dump."""
