"""Files with the same bytes are linked to the first of them."""

from __future__ import annotations

from schedulerx.model.work import RunWork


def run(work: RunWork) -> dict[str, int]:
    """Links exact duplicates (equal SHA-256); counts the links and what changed in them."""
    changes = work.evidence.link_duplicates()
    return {
        "duplicates": changes.total,
        "linked": changes.added,
        "relinked": changes.changed,
        "unlinked": changes.removed,
    }
