"""How files are built, byte by byte: pure readers of structure that decode nothing."""
