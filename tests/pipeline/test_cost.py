from __future__ import annotations

from typing import Any

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from schedulerx.pipeline import prices
from schedulerx.pipeline.cost import STEP_SECONDS, Workload, binding, estimate, worker_seconds
from schedulerx.pipeline.definition import NAMES, steps_of
from schedulerx.pipeline.step import Scope

WORK = Workload(files=600_000, bytes=2_400_000_000_000, groups=600, listed=1_000_000, steps=NAMES)


def work(**changes: Any) -> Workload:
    return msgspec.structs.replace(WORK, **changes)


def test_every_file_step_has_its_seconds() -> None:
    assert list(STEP_SECONDS) == [step.name for step in steps_of(Scope.FILE)]


def test_the_first_hundred_tasks_start_at_once_then_twenty_a_second() -> None:
    assert estimate(work(groups=100)).launch_s == 0
    assert estimate(work(groups=300)).launch_s == pytest.approx(10)
    assert estimate(work(groups=5000, max_concurrency=400)).launch_s == pytest.approx(15)


def test_tasks_at_once_are_bounded_by_groups_and_by_what_is_asked() -> None:
    assert estimate(work(groups=7)).tasks_at_once == 7
    assert estimate(work(max_concurrency=50)).tasks_at_once == 50
    assert estimate(work(groups=20_000, max_concurrency=20_000)).tasks_at_once == 10_000


def test_fargate_bills_a_minute_at_least() -> None:
    one = work(files=1, bytes=10, groups=1, storage_gb=20)
    (fargate, *_) = estimate(one).charges
    hour = 2 * prices.FARGATE_VCPU_HOUR + 8 * prices.FARGATE_GB_HOUR
    assert fargate.dollars == pytest.approx(hour / 60)


def test_requests_are_counted() -> None:
    charge = next(one for one in estimate(WORK).charges if one.service == "S3 requests")
    assert charge.amount.startswith("1,656 LIST, 1,803,000 PUT")


def test_two_vcpus_take_half_the_time_of_one() -> None:
    one, two = (estimate(work(vcpus=count)).task_s for count in (1.0, 2.0))
    assert one - two == pytest.approx(worker_seconds(WORK) / 600 / 2)


def test_leaving_steps_out_costs_less() -> None:
    assert estimate(work(steps=("validate", "verify", "report"))).dollars < estimate(WORK).dollars


def test_nothing_to_do_takes_no_task() -> None:
    nothing = estimate(work(files=0, bytes=0, groups=0))
    assert (nothing.tasks, nothing.task_s, nothing.charges[0].dollars) == (0, 0.0, 0.0)


def test_quotas_that_bind_are_told_with_their_numbers() -> None:
    told = " ".join(binding(work(groups=20_000, max_concurrency=12_000)))
    for number in ("12,000", "10,000", "24,000", "a new account has 6", "L-3032A538"):
        assert number in told
    assert binding(work(groups=3)) == []


@given(
    st.integers(0, 10**7), st.integers(0, 10**13), st.integers(1, 20_000), st.integers(1, 10_000)
)
def test_an_estimate_is_never_negative(files: int, size: int, groups: int, most: int) -> None:
    asked = work(files=files, bytes=size, groups=groups, listed=files, max_concurrency=most)
    found = estimate(asked)
    assert found.dollars >= 0
    assert found.total_s >= found.launch_s >= 0


def test_textract_is_charged_by_the_page_where_it_is_asked_for() -> None:
    asked = msgspec.structs.replace(WORK, textract_pages=2000)
    (charge,) = [one for one in estimate(asked).charges if one.service == "Textract"]
    assert charge.dollars == pytest.approx(3.0)
    assert all(one.service != "Textract" for one in estimate(WORK).charges)
