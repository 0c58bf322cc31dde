"""Abbreviations of time zones that have one meaning."""

from __future__ import annotations

# Hours ahead of UTC. RFC 5322, 4.3, has the American ones. IST, BST and AST have several meanings.
ZONE_HOURS = {
    "z": 0, "utc": 0, "gmt": 0, "ut": 0, "wet": 0, "west": 1, "cet": 1, "mez": 1, "cest": 2,
    "mesz": 2, "eet": 2, "eest": 3, "msk": 3, "est": -5, "edt": -4, "cst": -6, "cdt": -5,
    "mst": -7, "mdt": -6, "pst": -8, "pdt": -7,
}  # fmt: skip
