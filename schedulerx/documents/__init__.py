"""Pure functions on documents: text layers, tables, mail, OCR engines."""
