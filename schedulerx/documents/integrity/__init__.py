"""Whether documents and archives are whole: one module a format, each `check(path, limits)`."""
