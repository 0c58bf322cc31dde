"""SQLite databases of phones: opened as hostile files, their schemas told by their columns."""
