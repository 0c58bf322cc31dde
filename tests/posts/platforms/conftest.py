"""A bench for the clients' tests."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from schedulerx.stores.postgres.profiles import Profile
from tests.posts.platforms.harness import Bench, bench_on


@pytest.fixture
def bench(postgres: Profile) -> Iterator[Bench]:
    with bench_on(postgres) as found:
        yield found
