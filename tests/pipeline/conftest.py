"""A store in memory, for what only needs the protocol."""

from __future__ import annotations

import pytest

from tests.pipeline.memory import MemoryArtifacts


@pytest.fixture
def store() -> MemoryArtifacts:
    return MemoryArtifacts()
