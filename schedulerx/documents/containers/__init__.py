"""Files that hold files: listed within limits first, then unpacked one member after the other.

A module a format. Names of members are never used as paths on disk.
"""
