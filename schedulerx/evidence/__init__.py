"""Pure functions on evidence: events, identities, devices, resolution into persons."""
