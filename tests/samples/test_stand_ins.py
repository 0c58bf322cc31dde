from __future__ import annotations

import shlex

from samples.stand_ins import commands
from schedulerx import cli
from schedulerx.cloud.platforms.registry import STAGES
from schedulerx.posts.platforms.registry import PLATFORMS


def test_an_account_on_each_platform_can_be_typed() -> None:
    stand_ins = {name: stage.stand_in(lambda: 0.0) for name, stage in STAGES.items()}
    lines = list(commands("http://127.0.0.1:4600", stand_ins))
    added = [cli.parser().parse_args(shlex.split(line.partition(" | schedulerx ")[2]))
             for line in lines]  # fmt: skip
    assert {each.platform for each in added} == set(STAGES)
    for line, each in zip(lines, added, strict=True):
        secrets = shlex.split(line.partition(" | ")[0])[2:]
        assert len(secrets) == len(each.secret or PLATFORMS[each.platform].credentials)
