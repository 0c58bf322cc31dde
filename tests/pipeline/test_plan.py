from __future__ import annotations

from pathlib import Path

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from schedulerx.errors import ConfigurationError
from schedulerx.model.identity import object_id
from schedulerx.model.keys import (
    FAILED,
    members_key,
    record_key,
    run_key,
    skipped_key,
    uploaded_key,
)
from schedulerx.model.member import Member, MemberKind
from schedulerx.model.run import Run, Tally
from schedulerx.pipeline.artifacts import fingerprint
from schedulerx.pipeline.census import fast_object_id
from schedulerx.pipeline.completed import CompletedIndex
from schedulerx.pipeline.definition import NAMES
from schedulerx.pipeline.families import family_key
from schedulerx.pipeline.inventory import load_run, read_groups, read_members
from schedulerx.pipeline.plan import PlanRequest, draft_plan, known_complete, plan
from schedulerx.settings import ProcessingSettings, ReadSettings
from tests.pipeline.memory import MemoryArtifacts

FILE_STEPS = ("validate", "describe", "render", "read", "generate_events")
paths = st.lists(
    st.sampled_from(["IMG_1", "IMG_2", ".jpg", ".mov", ".jpg.xmp", "/", "é", "d.appdata/"]),
    min_size=1,
    max_size=5,
).map("".join)
listings = st.sets(paths, max_size=40).map(
    lambda found: [
        Member(path=path, bytes=len(path), etag="0" * 32)
        for path in sorted(found, key=lambda path: path.encode())
    ]
)


def request(**changes: object) -> PlanRequest:
    asked = PlanRequest(source="s3://evidence/", steps=NAMES, instance_id="db-1")
    return msgspec.structs.replace(asked, **changes)


def make(listing: list[Member], store: MemoryArtifacts, asked: PlanRequest) -> Run:
    done = known_complete(store, asked)
    return plan(listing, done, store, asked, run_id="r", started_at="2026-01-01T00:00:00Z")


def make_anew(listing: list[Member], asked: PlanRequest) -> tuple[MemoryArtifacts, Run]:
    store = MemoryArtifacts()
    return store, plan(listing, CompletedIndex(), store, asked, run_id="r", started_at="t")


def planned(store: MemoryArtifacts) -> list[str]:
    return [
        member.path
        for group in read_groups(store, "r")
        for member in read_members(store, "r", group)
    ]


def complete(
    store: MemoryArtifacts, member: Member, steps: tuple[str, ...] = FILE_STEPS, *, uploaded: bool
) -> None:
    found = fingerprint(steps, ProcessingSettings())
    store.put(record_key(member.object_id(), found), b"{}")
    if uploaded:
        ids = bytes.fromhex(member.object_id())
        store.put(uploaded_key("db-1", found, member.object_id()), ids)


A, B = (Member(path=path, bytes=5, etag="e" * 32) for path in ("a.jpg", "b.jpg"))


@given(listings, st.integers(min_value=1, max_value=7))
def test_every_member_lies_in_exactly_one_group(listing: list[Member], minimum: int) -> None:
    store, run = make_anew(listing, request(minimum_batch_size=minimum))
    assert sorted(planned(store)) == sorted(member.path for member in listing)
    assert run.groups == len(list(read_groups(store, "r")))


@given(listings, st.integers(min_value=1, max_value=7))
def test_groups_never_split_families(listing: list[Member], minimum: int) -> None:
    store, _ = make_anew(listing, request(minimum_batch_size=minimum))
    seen: dict[str, str] = {}
    for group in read_groups(store, "r"):
        for member in read_members(store, "r", group):
            assert seen.setdefault(family_key(member.path), group.group_id) == group.group_id


@given(listings, st.integers(min_value=1, max_value=7))
def test_groups_hold_the_minimum_and_are_the_byte_ranges_of_their_members(
    listing: list[Member], minimum: int
) -> None:
    store, _ = make_anew(listing, request(minimum_batch_size=minimum))
    groups, end = list(read_groups(store, "r")), 0
    for group in groups:
        members = read_members(store, "r", group)
        assert group.offset == end
        assert group.count == len(members)
        assert group.bytes == sum(member.bytes for member in members)
        assert group.count >= minimum or group is groups[-1]
        end += group.length
    assert end == len(store.objects[members_key("r")])


@given(listings)
def test_equal_listings_give_equal_plans(listing: list[Member]) -> None:
    (one, run), (other, again) = make_anew(listing, request()), make_anew(listing, request())
    assert run == again
    assert one.objects == other.objects


@given(st.binary(max_size=20), st.text(max_size=8), st.text(max_size=8))
def test_the_fast_object_id_is_the_object_id(path: bytes, etag: str, source: str) -> None:
    assert fast_object_id(source)(path, etag).hex() == object_id(path, etag, source)


def test_recorded_and_uploaded_members_are_skipped(store: MemoryArtifacts) -> None:
    complete(store, A, uploaded=True)
    run = make([A, B], store, request())
    assert planned(store) == ["b.jpg"]
    assert run.skipped == Tally.of(b"a.jpg", 5)
    assert run.inputs == Tally.of(b"a.jpg", 5).plus(Tally.of(b"b.jpg", 5))
    assert store.get(skipped_key("r")).hex() == A.object_id()


def test_recorded_members_that_were_not_uploaded_are_planned(store: MemoryArtifacts) -> None:
    complete(store, A, uploaded=False)
    assert make([A], store, request()).skipped == Tally()


def test_members_uploaded_to_another_database_are_planned(store: MemoryArtifacts) -> None:
    complete(store, A, uploaded=True)
    assert make([A], store, request(instance_id="db-2")).skipped.count == 0


def test_without_an_upload_step_a_record_completes_a_member(store: MemoryArtifacts) -> None:
    complete(store, A, uploaded=False)
    assert make([A], store, request(steps=FILE_STEPS)).skipped.count == 1


def test_a_record_with_more_steps_than_asked_for_completes(store: MemoryArtifacts) -> None:
    complete(store, A, uploaded=False)
    assert make([A], store, request(steps=("validate", "describe"))).skipped.count == 1


def test_a_record_with_fewer_steps_or_other_settings_does_not(store: MemoryArtifacts) -> None:
    complete(store, A, ("validate", "describe"), uploaded=True)
    complete(store, B, uploaded=True)
    other = ProcessingSettings(read=ReadSettings(ocr_engine="none"))
    assert make([A], store, request()).skipped.count == 0
    assert make([B], store, request(settings=other)).skipped.count == 0


def test_a_marker_of_another_fingerprint_does_not_count(store: MemoryArtifacts) -> None:
    complete(store, A, uploaded=False)
    marker = uploaded_key("db-1", fingerprint(("validate",), ProcessingSettings()), "x")
    store.put(marker, bytes.fromhex(A.object_id()))
    assert make([A], store, request()).skipped.count == 0


def test_failed_records_are_planned_again(store: MemoryArtifacts) -> None:
    store.put(record_key(A.object_id(), FAILED), b"{}")
    assert make([A], store, request(steps=FILE_STEPS)).skipped.count == 0


def test_overwriting_skips_nothing_and_lists_nothing(store: MemoryArtifacts) -> None:
    complete(store, A, uploaded=True)
    assert make([A], store, request(overwrite_existing=True)).skipped.count == 0


def test_a_member_names_the_best_record_to_start_from(store: MemoryArtifacts) -> None:
    store.put(record_key(A.object_id(), FAILED), b"{}")
    store.put(record_key(A.object_id(), "0" * 16), b"{}")
    store.put(record_key(B.object_id(), "0" * 16), b"{}")
    complete(store, B, uploaded=False)
    make([A, B], store, request())
    members = read_members(store, "r", next(read_groups(store, "r")))
    assert [member.prior for member in members] == [
        "0" * 16,
        fingerprint(FILE_STEPS, ProcessingSettings()),
    ]


def test_planning_reads_only_markers(store: MemoryArtifacts) -> None:
    complete(store, A, uploaded=True)
    make([A, B], store, request())
    assert [key.partition("/")[0] for key in store.gets] == ["uploaded"]


def test_members_without_etag_and_special_ones_are_planned(store: MemoryArtifacts) -> None:
    link = Member(path="b", bytes=0, kind=MemberKind.LINK)
    make([Member(path="a", bytes=3), link], store, request())
    assert planned(store) == ["a", "b"]


def test_the_run_is_published_last_and_loads_again(store: MemoryArtifacts) -> None:
    run = make([A, B], store, request())
    assert list(store.objects)[-1] == run_key("r")
    assert load_run(store, "r") == run


def test_a_run_that_is_not_planned_is_named(store: MemoryArtifacts) -> None:
    with pytest.raises(ConfigurationError, match="No run r-9 in memory://runs/: plan it first"):
        load_run(store, "r-9")


def test_what_is_asked_for_is_part_of_the_plans_id(store: MemoryArtifacts) -> None:
    asked = [request(), request(minimum_batch_size=7), request(steps=FILE_STEPS)]
    assert len({make([A], store, one).plan_id for one in asked}) == 3


def test_a_group_holds_at_least_one_file() -> None:
    with pytest.raises(ConfigurationError, match="--minimum_batch_size is 0"):
        request(minimum_batch_size=0)


def test_a_large_family_is_written_in_pieces(tmp_path: Path) -> None:
    listing = [Member(path=f"p.appdata/{number:05d}", bytes=1) for number in range(10_000)]
    draft = draft_plan(listing, CompletedIndex(), request(minimum_batch_size=10), tmp_path)
    assert draft.group_count == 1
    assert draft.planned == len(draft.members.read_bytes().splitlines()) == 10_000
