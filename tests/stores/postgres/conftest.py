"""A store on a database of the test's own, and records to put into it."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from schedulerx.stores.postgres.evidence_store import PostgresEvidence
from schedulerx.stores.postgres.profiles import Profile


@pytest.fixture
def store(postgres: Profile) -> Iterator[PostgresEvidence]:
    """An empty evidence store."""
    with PostgresEvidence(postgres) as evidence:
        yield evidence
