"""Objects that arrive in the source bucket are validated at once."""
