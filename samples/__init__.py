"""The sample files of `make demo`: made by this project, about people who do not exist."""
