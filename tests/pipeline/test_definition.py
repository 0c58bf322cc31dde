"""The one step list, and everything that must agree with it."""

from __future__ import annotations

import itertools

import msgspec
import pytest

from schedulerx.pipeline.definition import ALWAYS, BY_NAME, NAMES, STEPS, select
from schedulerx.pipeline.pool import resolve
from schedulerx.pipeline.step import Scope
from schedulerx.settings import ProcessingSettings


@pytest.mark.parametrize("step", STEPS, ids=NAMES)
def test_every_target_imports(step) -> None:  # type: ignore[no-untyped-def]  # a Step
    assert callable(resolve(step.target))


def test_scopes_come_in_order() -> None:
    scopes = [scope for scope, _ in itertools.groupby(step.scope for step in STEPS)]
    assert scopes == [Scope.FILE, Scope.GROUP, Scope.RUN]


def test_what_a_step_needs_comes_before_it() -> None:
    for step in STEPS:
        assert all(NAMES.index(need) < NAMES.index(step.name) for need in step.needs)
        assert all(BY_NAME[need].scope is Scope.FILE for need in step.needs)


def test_every_file_step_has_its_section_in_the_settings() -> None:
    sections = {field.name for field in msgspec.structs.fields(ProcessingSettings)}
    assert {step.name for step in STEPS if step.scope is Scope.FILE} <= sections


def names(*requested: str, skip: bool = False) -> list[str]:
    return [step.name for step in select(requested, skip_event_generation=skip)]


def test_nothing_asked_for_is_everything() -> None:
    assert names() == list(NAMES)


def test_a_subset_brings_what_it_needs_and_closes_with_a_certificate() -> None:
    assert names("read", "generate_events") == [
        "validate",
        "describe",
        "read",
        "generate_events",
        "verify",
        "report",
    ]


def test_run_steps_bring_no_file_steps() -> None:
    assert names("create_persons") == ["create_persons", *sorted(ALWAYS, reverse=True)]


def test_event_generation_left_out_stays_out_even_where_it_is_needed() -> None:
    assert "generate_events" not in names(skip=True)
    assert "generate_events" not in names("upload", skip=True)
