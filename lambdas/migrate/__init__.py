"""The database is brought to this version on deploy."""
