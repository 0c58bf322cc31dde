"""Stand-ins for the platforms, on loopback: stateful servers that answer as the real ones do."""
