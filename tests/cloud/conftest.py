"""One rehearsal cloud a file: it corrects moto in this process, and other tests use it as it is."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from schedulerx.cloud.clock import VirtualClock
from schedulerx.cloud.server import RehearsalCloud
from tests.cloud.world import REPOSITORY, TRUST, World


@pytest.fixture(scope="module")
def world(tmp_path_factory: pytest.TempPathFactory) -> Iterator[World]:
    clock = VirtualClock()
    state = tmp_path_factory.mktemp("cloud")
    with RehearsalCloud(state, clock=clock, root=REPOSITORY, database=False) as cloud:
        world = World(cloud.wait_ready(), clock)
        world.client("iam").create_role(RoleName="test", AssumeRolePolicyDocument=TRUST)
        yield world
