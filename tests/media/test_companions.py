"""Which files are parts of one picture: by identifier, by name and time, by a sidecar's words."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from schedulerx.media.companions import are_close, companions, live_pairs
from schedulerx.media.takeout import takeout_names
from schedulerx.model.evidence import Related

JPEG, HEIC, RAW, MOV = "image/jpeg", "image/heic", "image/x-canon-cr2", "video/quicktime"
TIME, UTC = "2024-06-01T10:11:12", "2024-06-01T08:11:14+00:00"


def a_file(path: str, media_type: str | None = None, **values: Any) -> Related:
    return Related(
        object_id=path.encode(), location="/", path=path, media_type=media_type, **values
    )


def linked(*files: Related) -> dict[str, tuple[str, str]]:
    found = companions(sorted(files, key=lambda file: (file.path.rpartition("/")[0], file.path)))
    return {each.object_id.decode(): (each.companion_of.decode(), each.kind) for each in found}


def clip(path: str, seconds: float = 2.5, time: str | None = UTC) -> Related:
    return a_file(path, MOV, duration_s=seconds, captured_at=time)


def test_a_short_clip_of_the_same_name_and_time_is_the_moving_half() -> None:
    still = a_file("d/IMG_1.HEIC", HEIC, captured_at=TIME)
    assert linked(still, clip("d/IMG_1.mov")) == {"d/IMG_1.mov": ("d/IMG_1.HEIC", "live_photo")}


@pytest.mark.parametrize(
    "film",
    [
        clip("d/IMG_1.MOV", 60.0),
        clip("d/IMG_1.MOV", time="2024-06-01T08:40:00+00:00"),
        clip("d/IMG_1.MOV", time=None),
        clip("e/IMG_1.MOV"),
        clip("d/IMG_2.MOV"),
    ],
)
def test_a_film_of_its_own_is_none(film: Related) -> None:
    assert linked(a_file("d/IMG_1.HEIC", HEIC, captured_at=TIME), film) == {}


def test_an_identifier_ties_halves_whatever_their_names() -> None:
    halves = [
        a_file("a/1.HEIC", HEIC, content_identifier="X"),
        a_file("b/1.HEIC", HEIC, content_identifier="X"),
        a_file("b/2.MOV", MOV, content_identifier="X"),
        a_file("b/3.MOV", MOV, content_identifier="Y"),
    ]
    assert [(each.object_id, each.companion_of) for each in live_pairs(halves)] == [
        (b"b/2.MOV", b"b/1.HEIC")
    ]


def test_the_camera_s_jpeg_belongs_to_its_raw() -> None:
    raw = a_file("d/A.CR2", RAW, captured_at=TIME)
    assert linked(raw, a_file("d/A.JPG", JPEG, captured_at=TIME)) == {
        "d/A.JPG": ("d/A.CR2", "raw_pair")
    }
    assert linked(raw, a_file("d/A.JPG", JPEG, captured_at="2024-06-02T10:11:12")) == {}


@pytest.mark.parametrize(
    ("edit", "original"),
    [
        ("IMG_E1234.HEIC", "IMG_1234.HEIC"),
        ("IMG_E1234.JPG", "IMG_1234.HEIC"),
        ("a-edited.jpg", "a.jpg"),
        ("a-bearbeitet(1).jpg", "a(1).jpg"),
    ],
)
def test_an_edit_belongs_to_its_original(edit: str, original: str) -> None:
    assert linked(a_file(edit, JPEG), a_file(original, JPEG)) == {edit: (original, "edit")}


@pytest.mark.parametrize(
    ("sidecar", "of"),
    [
        ("A.xmp", "A.CR2"),
        ("A.JPG.xmp", "A.JPG"),
        ("A.AAE", "A.JPG"),
        ("A.thm", "A.MOV"),
        ("A.SRT", "A.MOV"),
        ("B.xmp", None),
    ],
)
def test_a_sidecar_belongs_to_what_it_is_about(sidecar: str, of: str | None) -> None:
    files = (a_file("A.CR2", RAW), a_file("A.JPG", JPEG), a_file("A.MOV", MOV))
    found = linked(*files, a_file(sidecar, JPEG if sidecar.endswith("thm") else "text/xml"))
    assert found.get(sidecar) == ((of, "sidecar") if of else None)


LONG = "a very long name of a picture that was exported 2024.jpg"


@pytest.mark.parametrize(
    ("sidecar", "picture"),
    [
        ("a.jpg.json", "a.jpg"),
        ("a.jpg.supplemental-metadata.json", "a.jpg"),
        ("a.jpg(1).json", "a(1).jpg"),
        ("a.jpg.supplemental-metadata(2).json", "a(2).jpg"),
        ("IMG_20240601_101112345.jpg.supplemental-metada.json", "IMG_20240601_101112345.jpg"),
        (f"{LONG[:46]}.json", LONG),
    ],
)
def test_an_export_s_sidecar_is_found_by_its_name(sidecar: str, picture: str) -> None:
    others = (a_file("a.jpg.png", "image/png"), a_file("b.jpg", JPEG))
    about = a_file(sidecar, "application/json", describes="original.jpg")
    assert linked(a_file(picture, JPEG), *others, about) == {sidecar: (picture, "sidecar")}


def test_an_export_s_sidecar_is_found_by_the_title_it_holds() -> None:
    about = a_file("x.json", "application/json", describes="A picture.JPG")
    assert linked(a_file("a picture.jpg", JPEG), about) == {"x.json": ("a picture.jpg", "sidecar")}


def test_other_json_is_nobody_s() -> None:
    assert linked(a_file("a.jpg", JPEG), a_file("a.jpg.json", "application/json")) == {}


@given(st.text(min_size=1, max_size=60), st.text(max_size=60))
def test_any_names_are_compared_without_an_error(name: str, other: str) -> None:
    files = [a_file(name, JPEG), a_file(f"{name}.xmp", "text/xml"), a_file(f"{other}.aae")]
    assert all(each.object_id != each.companion_of for each in companions(files))
    assert all(len(each) <= 51 + len("(1234)") for each in takeout_names(name))


@given(st.text(max_size=30), st.none() | st.text(max_size=30))
def test_times_that_are_none_are_not_close(one: str, other: str | None) -> None:
    are_close(one, other)
    assert not are_close("soon", "soon")
