"""The database of a run."""

from __future__ import annotations
