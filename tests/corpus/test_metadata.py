"""Metadata against what ExifTool and FFmpeg read: agreement counted by field, and printed."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator
from fractions import Fraction
from pathlib import Path
from typing import Any

import pytest

from schedulerx.media.sniff import media_type
from schedulerx.model.record import Description
from schedulerx.steps.describe import salvaged

Truth = dict[str, Any]
Pairs = list[tuple[str, Truth, Description]]
Ask = Callable[[Truth], object]


def lines(path: Path) -> Iterator[Truth]:
    with path.open(encoding="utf-8") as file:
        yield from map(json.loads, file)


def described(path: Path) -> Description:
    told = salvaged(path, media_type(path, path.name))
    return told.what if told else Description()


@pytest.fixture(scope="module")
def pictures(shared: Path) -> Pairs:
    corpus = shared / "corpora" / "open"
    found = [
        (truth["path"], truth, described(corpus / "files" / truth["path"]))
        for truth in lines(corpus / "truth" / "exif.jsonl")
        if (corpus / "files" / truth["path"]).is_file()
    ]
    assert len(found) > 100
    return found


@pytest.fixture(scope="module")
def films(shared: Path) -> Pairs:
    corpus = shared / "corpora" / "open"
    return [
        (truth["path"], truth["probe"], described(corpus / "files" / truth["path"]))
        for truth in lines(corpus / "truth" / "video.jsonl")
    ]


def words(value: object) -> str:
    """Text as both sides may have it: trimmed, single blanks, no case."""
    return " ".join(str(value or "").split()).casefold()


def same_words(true: object, found: object) -> bool:
    return words(true) == words(found)


def same_maker(true: object, found: object) -> bool:
    """A brand is the beginning of how the maker signs."""
    return bool(found) and words(found).split()[0] in words(true)


def near(true: object, found: object) -> bool:
    return isinstance(found, float | int) and abs(float(str(true)) - found) < 0.06


def same_list(true: object, found: object) -> bool:
    return tuple(true if isinstance(true, list) else [true]) == found


def a_time(truth: Truth) -> object:
    """A time that can be one; blanks and zeros are none."""
    written = str(truth.get("ExifIFD:DateTimeOriginal", ""))
    return written if re.match(r"(?:19[789]|20[012])\d:[01]\d:[0-3]\d [012]\d:", written) else None


def fraction(truth: Truth) -> object:
    digits = str(truth.get("ExifIFD:SubSecTimeOriginal", "")).strip("0 ")
    return f".{digits}" if digits and a_time(truth) else None


def own_offset(truth: Truth) -> object:
    """An offset that stands beside a time of the same second, in EXIF, XMP or IPTC."""
    if truth.get("ExifIFD:OffsetTimeOriginal"):
        return truth["ExifIFD:OffsetTimeOriginal"]
    written = str(a_time(truth) or "-")
    told = f"{truth.get('IPTC:DateCreated')} {truth.get('IPTC:TimeCreated')}"
    for other in (told, str(truth.get("XMP-xmp:CreateDate", ""))):
        if other.startswith(written) and re.search(r"[+-]\d\d:\d\d$", other):
            return other[-6:]
    return None


def fix_offset(truth: Truth) -> object:
    """Whole hours between local time and the satellites', where nothing else tells the zone."""
    stamp, day = truth.get("GPS:GPSTimeStamp"), truth.get("GPS:GPSDateStamp")
    if own_offset(truth) or not (stamp and day and a_time(truth)):
        return None
    local, utc = (int(str(each)[-8:-6]) for each in (a_time(truth), str(stamp)[:8]))
    hours = local - utc + 24 * (int(str(a_time(truth))[8:10]) - int(str(day)[8:10]))
    return f"{hours:+03}:00"


def offset_of(what: Description) -> str:
    found = re.search(r"[+-]\d\d:\d\d$", what.captured_at or "")
    return found.group() if found else ""


def fraction_of(what: Description) -> str:
    found = re.search(r"\.\d+", what.captured_at or "")
    return found.group().rstrip("0") if found else ""


def tag(*names: str) -> Ask:
    """The first of ExifTool's tags that holds something."""
    return lambda truth: next((truth[name] for name in names if truth.get(name)), None)


def place(axis: int) -> Ask:
    names = ("Composite:GPSLatitude", "Composite:GPSLongitude")
    return lambda truth: truth.get(names[axis]) if truth.get(names[0]) else None


def orientation(truth: Truth) -> object:
    value = truth.get("IFD0:Orientation")
    return value if value in range(1, 9) else None


# Field, the truth, what is found, and when the two agree; how many disagree: a latitude of 123
# degrees is left out, and two bombs claim another size in their first frame.
PICTURES: tuple[
    tuple[str, Ask, Callable[[Description], object], Callable[[Any, Any], bool], int], ...
] = (
    ("time", a_time, lambda d: (d.captured_at or "")[:19].replace("T", " ").replace("-", ":"),
     same_words, 0),
    ("fraction", fraction, fraction_of, same_words, 0),
    ("zone written", own_offset, offset_of, same_words, 0),
    ("zone by fix", fix_offset, offset_of, same_words, 0),
    ("make", tag("IFD0:Make"), lambda d: d.camera_make, same_maker, 0),
    ("model", tag("IFD0:Model"), lambda d: d.camera_model, same_words, 0),
    ("serial", tag("XMP-aux:SerialNumber"), lambda d: d.camera_serial, same_words, 0),
    ("lens", tag("XMP-aux:Lens"), lambda d: d.lens, same_words, 0),
    ("software", tag("IFD0:Software"), lambda d: d.software, same_words, 0),
    ("orientation", orientation, lambda d: d.orientation, same_words, 0),
    ("latitude", place(0), lambda d: d.gps[0] if d.gps else None, near, 1),
    ("longitude", place(1), lambda d: d.gps[1] if d.gps else None, near, 0),
    ("altitude", lambda t: t.get("GPS:GPSAltitude") if place(0)(t) else None,
     lambda d: d.altitude_m, near, 0),
    ("caption", tag("IPTC:Caption-Abstract"), lambda d: d.caption, same_words, 0),
    ("keywords", tag("IPTC:Keywords"), lambda d: d.keywords, same_list, 0),
    ("copyright", tag("IPTC:CopyrightNotice"), lambda d: d.copyright, same_words, 0),
    ("width", tag("File:ImageWidth", "PNG:ImageWidth", "GIF:ImageWidth", "IFD0:ImageWidth",
                  "RIFF:ImageWidth"), lambda d: d.width, same_words, 2),
    ("height", tag("File:ImageHeight", "PNG:ImageHeight", "GIF:ImageHeight", "IFD0:ImageHeight",
                   "RIFF:ImageHeight"), lambda d: d.height, same_words, 2),
)  # fmt: skip


@pytest.mark.parametrize(
    ("field", "asked", "found", "agree", "missed"), PICTURES, ids=[each[0] for each in PICTURES]
)
def test_a_field_of_pictures_agrees_with_exiftool(
    pictures: Pairs,
    field: str,
    asked: Ask,
    found: Callable[[Description], object],
    agree: Callable[[Any, Any], bool],
    missed: int,
) -> None:
    compared = [(path, asked(truth), found(what)) for path, truth, what in pictures if asked(truth)]
    wrong = [each for each in compared if not agree(each[1], each[2])]
    print(f"{field:14}{len(compared) - len(wrong):4} of {len(compared):4}  {wrong}")
    assert compared
    assert len(wrong) <= missed, wrong


def stream(probe: Truth, kind: str) -> Truth:
    for each in probe.get("streams", ()):
        if each.get("codec_type") == kind and not each["disposition"]["attached_pic"]:
            return dict(each)
    return {}


def rate(probe: Truth) -> object:
    written = stream(probe, "video").get("avg_frame_rate", "0/0")
    return None if written.endswith("/0") else float(Fraction(written))


FILMS: tuple[
    tuple[str, Ask, Callable[[Description], object], Callable[[Any, Any], bool]], ...
] = (
    ("duration", lambda t: stream(t, "video") and t["format"].get("duration"),
     lambda d: d.duration_s, near),
    ("video codec", lambda t: stream(t, "video").get("codec_name"), lambda d: d.video_codec,
     same_words),
    ("audio codec", lambda t: stream(t, "audio").get("codec_name"), lambda d: d.audio_codec,
     same_words),
    ("frame rate", rate, lambda d: d.fps, near),
    ("film width", lambda t: stream(t, "video").get("width"), lambda d: d.width, same_words),
    ("film height", lambda t: stream(t, "video").get("height"), lambda d: d.height, same_words),
    ("frames", lambda t: stream(t, "video").get("nb_frames"), lambda d: d.frames, same_words),
    ("title", lambda t: t.get("format", {}).get("tags", {}).get("title"), lambda d: d.title,
     same_words),
)  # fmt: skip


@pytest.mark.parametrize(
    ("field", "asked", "found", "agree"), FILMS, ids=[each[0] for each in FILMS]
)
def test_a_field_of_films_agrees_with_ffprobe(
    films: Pairs,
    field: str,
    asked: Ask,
    found: Callable[[Description], object],
    agree: Callable[[Any, Any], bool],
) -> None:
    compared = [(path, asked(truth), found(what)) for path, truth, what in films if asked(truth)]
    wrong = [each for each in compared if not agree(each[1], each[2])]
    print(f"{field:14}{len(compared) - len(wrong):4} of {len(compared):4}  {wrong}")
    assert compared
    assert wrong == []


def test_no_time_of_capture_is_made_up(pictures: Pairs) -> None:
    """Where ExifTool finds no time of capture in EXIF, XMP or IPTC, there is none."""
    tags = ("ExifIFD:DateTimeOriginal", "ExifIFD:CreateDate", "XMP-exif:DateTimeOriginal",
            "XMP-photoshop:DateCreated", "IPTC:DateCreated")  # fmt: skip
    silent = [(path, what) for path, truth, what in pictures if not any(map(truth.get, tags))]
    assert len(silent) > 20
    assert [(path, what.captured_at) for path, what in silent if what.captured_at] == []
