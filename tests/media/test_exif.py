from __future__ import annotations

import io
import math

import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image

from schedulerx.media.exif import parse_exif
from schedulerx.media.places import iso_6709_place, plausible_place
from schedulerx.media.times import exif_moment, exif_offset, iso_time


def block(**tags: object) -> bytes:
    """An EXIF block with these tags; see the numbers in CIPA DC-008."""
    exif = Image.Exif()
    exif[0x010F], exif[0x0110] = "Gullwing", "Box 1"
    exif[0x0112] = tags.get("orientation", 6)
    detail = exif.get_ifd(0x8769)
    for name, tag in (("original", 0x9003), ("digitized", 0x9004), ("offset", 0x9011)):
        if name in tags:
            detail[tag] = tags[name]
    if "gps" in tags:
        exif[0x8825] = tags["gps"]
    out = io.BytesIO()
    Image.new("L", (1, 1)).save(out, "JPEG", exif=exif)
    return bytes(Image.open(io.BytesIO(out.getvalue())).info["exif"])


HARBOUR = {1: "N", 2: (53.0, 32.0, 45.6), 3: "W", 4: (9.0, 59.0, 0.0)}


def test_camera_time_and_place_are_read() -> None:
    exif = parse_exif(block(original="2024:06:01 10:11:12", offset="+02:00", gps=HARBOUR))
    assert (exif.camera_make, exif.camera_model, exif.orientation) == ("Gullwing", "Box 1", 6)
    assert exif.captured_at == "2024-06-01T10:11:12+02:00"
    assert exif.captured_from == "EXIF:DateTimeOriginal"
    assert exif.gps == (53.546, -9.9833333)


def test_the_time_of_digitizing_stands_in_for_a_missing_original() -> None:
    exif = parse_exif(block(digitized="2024:06:01 10:11:12"))
    assert (exif.captured_at, exif.captured_from) == ("2024-06-01T10:11:12", "EXIF:CreateDate")


@pytest.mark.parametrize(
    "bogus",
    [
        "0000:00:00 00:00:00",
        "    :  :     :  :  ",
        "2099:13:45 25:61:61",
        "1970:01:01 00:00:00",
        "9999:01:01 00:00:00",
        "2024:02:30 10:00:00",
        "yesterday",
        "",
        None,
    ],
)
def test_a_bogus_time_is_no_fact(bogus: str | None) -> None:
    assert exif_moment(bogus) is None


@pytest.mark.parametrize("offset", ["+25:00", "   :  ", "", "02:00"])
def test_a_bogus_offset_is_left_out(offset: str) -> None:
    assert exif_offset(offset) is None


@pytest.mark.parametrize("orientation", [0, 9, 300])
def test_an_orientation_that_is_none_is_left_out(orientation: int) -> None:
    assert parse_exif(block(orientation=orientation)).orientation is None


@pytest.mark.parametrize(
    "gps",
    [
        {1: "N", 2: (0.0, 0.0, 0.0), 3: "E", 4: (0.0, 0.0, 0.0)},
        {1: "N", 2: (95.0, 0.0, 0.0), 3: "E", 4: (9.0, 0.0, 0.0)},
        {1: "N", 2: (53.0, 0.0, 0.0)},
        {2: (53.0, 0.0, 0.0), 4: (9.0, 0.0, 0.0)},
        {1: "X", 2: (53.0, 0.0, 0.0), 3: "E", 4: (9.0, 0.0, 0.0)},
    ],
)
def test_an_implausible_place_is_no_fact(gps: dict[int, object]) -> None:
    assert parse_exif(block(gps=gps)).gps is None


@given(st.binary(max_size=300), st.sampled_from([b"", b"II*\x00\x08\x00\x00\x00", b"MM\x00*"]))
def test_broken_exif_gives_what_there_is(rest: bytes, start: bytes) -> None:
    parse_exif(start + rest)


@given(st.data())
def test_cut_and_changed_exif_never_raises(data: st.DataObject) -> None:
    whole = block(original="2024:06:01 10:11:12", gps=HARBOUR)
    at = data.draw(st.integers(0, len(whole) - 1))
    parse_exif(whole[:at])
    parse_exif(whole[:at] + data.draw(st.binary(min_size=1, max_size=4)) + whole[at + 4 :])


@given(st.floats(), st.floats())
def test_a_place_is_on_the_globe_or_none(latitude: float, longitude: float) -> None:
    place = plausible_place(latitude, longitude)
    if place is not None:
        assert all(map(math.isfinite, place))
        assert abs(place[0]) <= 90
        assert abs(place[1]) <= 180


def test_places_and_times_of_videos_are_read() -> None:
    assert iso_6709_place("+12.3456-098.7654+010.500/") == (12.3456, -98.7654)
    assert iso_6709_place("nowhere") is None
    assert iso_time("2024-06-01T10:11:12.000000Z") == "2024-06-01T10:11:12+00:00"
    assert iso_time("1970-01-01T00:00:00.000000Z") is None
    assert iso_time("1904-01-01T00:00:00Z") is None
