"""A record's name says what it holds, and the names that satisfy a request are computed."""

from __future__ import annotations

import string

import pytest
from hypothesis import given
from hypothesis import strategies as st

from schedulerx.model import keys
from schedulerx.pipeline.artifacts import fingerprint, satisfying, step_fingerprint
from schedulerx.pipeline.definition import steps_of
from schedulerx.pipeline.step import Scope
from schedulerx.settings import (
    ProcessingSettings,
    ReadSettings,
    RenderSettings,
    ValidateSettings,
)

FILE_STEPS = [step.name for step in steps_of(Scope.FILE)]
SETS = st.sets(st.sampled_from(FILE_STEPS))
SETTINGS = ProcessingSettings()


@given(SETS, SETS)
def test_exactly_the_sets_that_hold_what_is_asked_for_satisfy_it(
    asked: set[str], held: set[str]
) -> None:
    is_satisfied = fingerprint(held, SETTINGS) in satisfying(asked, SETTINGS)
    assert is_satisfied == (asked <= held)


@given(SETS, SETS)
def test_different_sets_have_different_fingerprints(one: set[str], other: set[str]) -> None:
    same = fingerprint(one, SETTINGS) == fingerprint(other, SETTINGS)
    assert same == (one == other)


def test_a_fingerprint_does_not_depend_on_the_order_or_on_other_steps() -> None:
    assert fingerprint(["read", "validate", "upload"], SETTINGS) == fingerprint(
        ["validate", "read"], SETTINGS
    )


@pytest.mark.parametrize(
    ("changed", "touched"),
    [
        (ProcessingSettings(validate=ValidateSettings(max_pixels=1)), set(FILE_STEPS)),
        (ProcessingSettings(render=RenderSettings(renditions=())), {"render"}),
        (ProcessingSettings(read=ReadSettings(ocr_dpi=72)), {"read", "generate_events"}),
        (ProcessingSettings(source="phone"), set()),
    ],
)
def test_a_setting_touches_its_step_and_those_that_need_it(
    changed: ProcessingSettings, touched: set[str]
) -> None:
    differing = {
        name
        for name in FILE_STEPS
        if step_fingerprint(name, changed) != step_fingerprint(name, SETTINGS)
    }
    assert differing == touched


@given(st.text("0123456789abcdef", min_size=32, max_size=32), st.text(string.hexdigits, min_size=1))
def test_a_records_key_is_read_back(object_id: str, name: str) -> None:
    key = keys.record_key(object_id, name)
    assert keys.parse_record_key(key) == (object_id, name)
    assert key.startswith(keys.record_prefix(object_id))
    assert any(key.startswith(prefix) for prefix in keys.RECORD_PREFIXES)


@pytest.mark.parametrize("key", ["records/ab.json", "renditions/ab/cd", "records/ab/cd.e.json", ""])
def test_another_key_is_not_taken_for_a_records(key: str) -> None:
    with pytest.raises(ValueError, match="not the key of a record"):
        keys.parse_record_key(key)
