"""The outside: folders, S3, PostgreSQL."""
