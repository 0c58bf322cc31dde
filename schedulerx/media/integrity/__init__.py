"""Whether pictures, videos and sound are whole: one module a format, each `check(path, limits)`."""
