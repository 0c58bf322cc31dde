from __future__ import annotations

import hashlib
from collections.abc import Iterator
from typing import Any, cast

import pytest
from PIL import Image

from schedulerx.media.looks import look_of
from schedulerx.model.ports import ArtifactStore
from schedulerx.model.record import Description, Origin, Record
from schedulerx.model.run import Run
from schedulerx.model.work import RunWork
from schedulerx.steps import dedupe
from schedulerx.stores.postgres.evidence_store import PostgresEvidence
from schedulerx.stores.postgres.profiles import Profile
from tests.media.pictures import cropped, jpeg, scene

NOTHING = dict.fromkeys(
    (*(f"{near}{count}" for near in ("", "near_") for count in
       ("duplicates", "linked", "relinked", "unlinked")),
     "near_crowded", "companions", "companions_linked", "companions_unlinked",
     "told_again", "told_again_linked", "told_again_unlinked"), 0,
)  # fmt: skip


@pytest.fixture
def work(postgres: Profile) -> Iterator[RunWork]:
    """Three copies of one file."""
    nothing = cast("ArtifactStore", None)  # this step asks for no artifact
    with PostgresEvidence(postgres) as evidence:
        evidence.upload((copy(path), ()) for path in ("b", "a", "c"))
        yield RunWork(cast("Run", None), nothing, nothing, nothing, evidence)


def copy(path: str) -> Record:
    origin = Origin(path=path, bytes=1, etag="0")
    return Record(object_id=f"{ord(path):032x}", origin=origin, sha256="1" * 64)


def test_copies_are_linked_to_the_first_by_path(work: RunWork) -> None:
    assert dedupe.run(work) == {**NOTHING, "duplicates": 2, "linked": 2}
    assert {row["path"]: row["duplicate_of"] for row in work.evidence.export("records")} == {
        "a": None, "b": "a", "c": "a",
    }  # fmt: skip


def test_a_second_time_changes_nothing(work: RunWork) -> None:
    dedupe.run(work)
    assert dedupe.run(work) == {**NOTHING, "duplicates": 2}


def photo(path: str, image: Image.Image, side: int = 1000, **values: Any) -> Record:
    """A record of a photo of so many pixels each way, which looks like the image."""
    values.setdefault("media_type", "image/jpeg")
    values.setdefault("description", Description(width=side, height=side))
    return Record(
        object_id=hashlib.md5(path.encode()).hexdigest(),
        origin=Origin(path=path, bytes=1, etag="0"),
        sha256=hashlib.sha256(values.pop("content", path).encode()).hexdigest(),
        look=look_of(jpeg(image)),
        **values,
    )


def near(work: RunWork) -> dict[str, str | None]:
    return {
        row["path"]: row["near_duplicate_of"]
        for row in work.evidence.export("records")
        if row["media_type"]
    }


def upload(work: RunWork, *photos: Record) -> None:
    work.evidence.upload((each, ()) for each in photos)


def test_copies_that_look_the_same_are_linked_to_the_one_with_most_pixels(work: RunWork) -> None:
    upload(
        work,
        photo("a small", scene(1), 500),
        photo("big", scene(1), 2000),
        photo("mirrored", scene(1).transpose(Image.Transpose.FLIP_LEFT_RIGHT)),
        photo("cropped", cropped(scene(1), 0.05)),
        photo("other", scene(2)),
    )
    counts = dedupe.run(work)
    assert (counts["near_duplicates"], counts["near_linked"]) == (3, 3)
    assert near(work) == {
        "a small": "big", "big": None, "mirrored": "big", "cropped": "big", "other": None,
    }  # fmt: skip
    again = dedupe.run(work)
    assert again == {**NOTHING, "duplicates": 2, "near_duplicates": 3}


def test_only_what_differs_is_written(work: RunWork) -> None:
    upload(work, photo("a", scene(1)), photo("b", scene(1)), photo("c", scene(2)))
    dedupe.run(work)
    upload(work, photo("better", scene(1), 4000), photo("d", scene(2)))
    counts = dedupe.run(work)
    assert near(work) == {"a": "better", "b": "better", "better": None, "c": None, "d": "c"}
    assert (counts["near_linked"], counts["near_relinked"], counts["near_unlinked"]) == (2, 1, 0)
    upload(work, photo("b", scene(3)))
    assert dedupe.run(work)["near_unlinked"] == 1


def test_an_exact_copy_is_linked_by_its_bytes_alone(work: RunWork) -> None:
    upload(
        work,
        photo("a", scene(1), 2000),
        photo("b", scene(1), content="x"),
        photo("c", scene(1), content="x"),
    )
    dedupe.run(work)
    assert near(work) == {"a": None, "b": "a", "c": None}
    exact = {each.path: each.original for each in work.evidence.duplicates(near=False)}
    assert exact.pop("c") == "b"
    assert "b" not in exact
    both = {each.path: each.original for each in work.evidence.duplicates(near=True)}
    assert (both["b"], both["c"]) == ("a", "a")


def test_a_photo_is_no_copy_of_a_video_nor_a_long_video_of_a_short_one(work: RunWork) -> None:
    def video(path: str, seconds: float) -> Record:
        what = Description(width=900, height=900, duration_s=seconds)
        return photo(path, scene(1), media_type="video/mp4", description=what)

    upload(work, photo("photo", scene(1)), video("short", 10.0), video("long", 60.0))
    dedupe.run(work)
    assert set(near(work).values()) == {None}
    upload(work, video("copy", 10.4))
    dedupe.run(work)
    assert near(work)["short"] == "copy"
