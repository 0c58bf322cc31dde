"""The one error of this package: a file that cannot be read (further), through its own fault."""

from __future__ import annotations


class DamagedDocument(Exception):  # noqa: N818  (named by what it means)
    """What could be read was read; the message says what stopped the reading."""
