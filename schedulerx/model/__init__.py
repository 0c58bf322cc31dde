"""The nouns every layer shares: members, records, events, identities, and the ports to the outside.

Nothing here does I/O or imports anything outside the standard library and msgspec.
"""
