"""Files become validated media, text, events, persons and devices; posts go out once."""

__version__ = "0.1.0"
