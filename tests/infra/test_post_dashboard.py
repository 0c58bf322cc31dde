from __future__ import annotations

import json
import re

from lambdas import post_metrics
from tests.infra.conftest import Synthesized


def _dashboard(stack: Synthesized) -> str:
    (found,) = stack.resources("AWS::CloudWatch::Dashboard").values()
    body = found["DashboardBody"]
    parts = body["Fn::Join"][1] if isinstance(body, dict) else [body]
    return "".join(part if isinstance(part, str) else json.dumps(part) for part in parts)


def test_a_stack_that_publishes_shows_posts_and_one_that_does_not_shows_none(
    external: Synthesized, aurora: Synthesized
) -> None:
    assert "Posts by platform" in _dashboard(external)
    assert "Posts" not in _dashboard(aurora)


def test_what_is_shown_by_platform_is_what_functions_measure(external: Synthesized) -> None:
    shown = {*re.findall(r'MetricName=\\+"(\w+)', _dashboard(external))}

    assert shown == {*post_metrics._NAMES.values(), "PostLateness"}


def test_rates_are_read_from_the_logs_of_who_settles_posts(external: Synthesized) -> None:
    text = _dashboard(external)

    assert "PublishPhaseLog" in text
    assert "SweepPostsLog" in text
    assert "by platform, account" in text


def test_everything_that_the_sweep_rings_for_is_shown(external: Synthesized) -> None:
    for name in ("PostsLate", "PostsOfUnknownOutcome", "PostsNotStarted", "AccountsExpiring"):
        assert f'"SchedulerX","{name}","service","sweep_posts"' in _dashboard(external)
