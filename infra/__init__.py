"""The AWS stack. One construct a file; `stack.py` is the table of contents."""
