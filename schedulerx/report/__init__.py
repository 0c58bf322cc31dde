"""The report: one self-contained page that a person is glad to open. Pure: ports are handed in."""
