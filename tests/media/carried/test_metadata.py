"""Metadata of renditions: kept where asked for, never a location where that is to be left out.

What is written is read again by other means: Pillow, and a search through every byte.
"""

from __future__ import annotations

import io
import struct
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image, PngImagePlugin

from schedulerx.media.carried.exif import carried_exif
from schedulerx.media.carried.iptc import carried_iptc
from schedulerx.media.carried.metadata import carried
from schedulerx.media.carried.places import tells_a_place
from schedulerx.media.carried.xmp import carried_xmp
from schedulerx.media.rendering import render
from schedulerx.settings import RenditionSettings, ValidateSettings
from tests.media.pictures import scene

FORMATS = ["jpeg", "webp", "avif", "png"]
SOURCES = ["JPEG", "PNG", "WEBP", "TIFF", "AVIF"]
XMP = b"""<?xpacket begin="" id="W5M0MpCehiHzreSzNTczkc9d"?>
<x:xmpmeta xmlns:x="adobe:ns:meta/"><rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#">
<rdf:Description rdf:about="" xmlns:exif="http://ns.adobe.com/exif/1.0/"
 xmlns:tiff="http://ns.adobe.com/tiff/1.0/" xmlns:dc="http://purl.org/dc/elements/1.1/"
 xmlns:photoshop="http://ns.adobe.com/photoshop/1.0/" xmlns:drone="http://www.dji.com/drone-dji/1.0/"
 xmlns:core="http://iptc.org/std/Iptc4xmpCore/1.0/xmlns/"
 xmlns:ext="http://iptc.org/std/Iptc4xmpExt/2008-02-29/"
 exif:GPSLatitude="48,8.2N" tiff:Orientation="6" photoshop:City="Hinterwald"
 drone:GpsLatitude="48.137154" core:Location="Hinterwald Market">
<exif:GPSLongitude>11,34.5E</exif:GPSLongitude>
<dc:title><rdf:Alt><rdf:li xml:lang="x-default">A quiet morning</rdf:li></rdf:Alt></dc:title>
<dc:description><rdf:Alt>
<rdf:li xml:lang="x-default">at 48.137154, 11.576124</rdf:li></rdf:Alt></dc:description>
<ext:LocationCreated><rdf:Bag><rdf:li ext:City="Hinterwald"/></rdf:Bag></ext:LocationCreated>
</rdf:Description></rdf:RDF></x:xmpmeta><?xpacket end="w"?>"""
TELLING = [b"Hinterwald", b"48.137154", b"11.576124", b"48,8.2N", b"11,34.5E", b"Latitude"]


def exif_block() -> Image.Exif:
    exif = Image.Exif()
    exif[0x010F], exif[0x0110], exif[0x0112] = "Maker", "Box 1", 6
    exif[0x010E] = "seen at 48.137154, 11.576124"
    exif.get_ifd(0x8769).update({0x9003: "2024:05:06 07:08:09", 0x927C: b"Hinterwald" * 9})
    exif.get_ifd(0x8825).update({1: "N", 2: (48.0, 8.0, 13.0), 3: "E", 4: (11.0, 34.0, 34.0)})
    return exif


def iptc_block() -> bytes:
    def dataset(number: int, value: bytes) -> bytes:
        return bytes((0x1C, 2, number)) + struct.pack(">H", len(value)) + value

    return dataset(5, b"A title") + dataset(90, b"Hinterwald") + dataset(92, b"Hinterwald Market")


def with_iptc(jpeg: bytes) -> bytes:
    block = iptc_block()
    body = b"Photoshop 3.0\x008BIM\x04\x04\0\0" + struct.pack(">I", len(block)) + block
    body += bytes(len(block) % 2)
    return jpeg[:2] + b"\xff\xed" + struct.pack(">H", len(body) + 2) + body + jpeg[2:]


def source(folder: Path, kind: str) -> Path:
    path, picture = folder / "file", scene(1, (64, 48))
    given: dict[str, object] = {"exif": exif_block(), "xmp": XMP}
    if kind == "PNG":
        texts = PngImagePlugin.PngInfo()
        texts.add_itxt("XML:com.adobe.xmp", XMP.decode())
        given = {"exif": exif_block(), "pnginfo": texts}
    if kind == "TIFF":
        exif = exif_block()
        exif[0x02BC] = XMP
        for pointer in (0x8769, 0x8825):
            exif[pointer] = dict(exif.get_ifd(pointer))
        given = {"exif": exif}
    out = io.BytesIO()
    picture.save(out, kind, **given)
    data = out.getvalue()
    path.write_bytes(with_iptc(data) if kind == "JPEG" else data)
    return path


def made(path: Path, kind: str, how: str) -> bytes:
    wanted = RenditionSettings(name="made", format=kind, metadata=how)
    return render(path, wanted, ValidateSettings()).data


@pytest.mark.parametrize("wanted", FORMATS)
@pytest.mark.parametrize("kind", SOURCES)
def test_no_location_is_left_in_what_is_to_be_published(
    tmp_path: Path, kind: str, wanted: str
) -> None:
    data = made(source(tmp_path, kind), wanted, "keep_without_location")
    with Image.open(io.BytesIO(data)) as image:
        image.load()
        exif = image.getexif()
        assert exif.get_ifd(0x8825) == {}
        assert exif[0x0110] == "Box 1"
        assert exif.get_ifd(0x8769)[0x9003] == "2024:05:06 07:08:09"
    assert [word for word in TELLING if word in data] == []


@pytest.mark.parametrize("wanted", FORMATS)
@pytest.mark.parametrize("kind", SOURCES)
def test_everything_stays_where_it_is_to_be_kept(tmp_path: Path, kind: str, wanted: str) -> None:
    data = made(source(tmp_path, kind), wanted, "keep")
    with Image.open(io.BytesIO(data)) as image:
        image.load()
        exif = image.getexif()
        assert exif.get_ifd(0x8825)[2] == (48.0, 8.0, 13.0)
        assert exif.get(0x0112, 1) == 1
        assert exif[0x0110] == "Box 1"
    assert b"48,8.2N" in data
    assert b'tiff:Orientation="1"' in data


@pytest.mark.parametrize("wanted", FORMATS)
@pytest.mark.parametrize("kind", SOURCES)
def test_by_default_nothing_is_kept(tmp_path: Path, kind: str, wanted: str) -> None:
    data = made(source(tmp_path, kind), wanted, "none")
    assert [word for word in (*TELLING, b"Box 1", b"xmpmeta", b"A title") if word in data] == []


def test_titles_stay_in_iptc_and_xmp_without_places(tmp_path: Path) -> None:
    data = made(source(tmp_path, "JPEG"), "jpeg", "keep_without_location")
    assert b"A quiet morning" in data
    assert b"A title" in data
    assert b"A title" in made(source(tmp_path, "JPEG"), "jpeg", "keep")


def test_the_thumbnail_of_the_original_is_dropped() -> None:
    out = io.BytesIO()
    scene(1, (64, 48)).save(out, "JPEG")
    thumbnail = out.getvalue()
    main = struct.pack("<HHHL", 1, 0x0110, 2, 2) + b"B\0\0\0" + struct.pack("<L", 26)
    second = struct.pack("<H", 2) + struct.pack("<HHLL", 0x0201, 4, 1, 56)
    second += struct.pack("<HHLL", 0x0202, 4, 1, len(thumbnail)) + bytes(4)
    block = b"II*\0" + struct.pack("<L", 8) + main + second + thumbnail
    kept = carried_exif(block, location=True)
    assert kept is not None
    assert b"\xff\xd8" not in kept


@pytest.mark.parametrize("location", [True, False])
@given(st.binary(max_size=400))
def test_any_bytes_are_borne(location: bool, data: bytes) -> None:  # noqa: FBT001  parametrized
    for block in (b"II*\0\x08\0\0\0" + data, b"MM\0*\0\0\0\x08" + data, data):
        carried_exif(block, location=location)
    carried_iptc(b"\x1c\x02" + data, location=location)
    carried_xmp(b"<x>" + data + b"</x>", location=location)


def test_xmp_that_is_nested_too_deeply_or_has_entities_is_left_out() -> None:
    deep = b"<a>" * 5000 + b"</a>" * 5000
    entities = b'<!DOCTYPE a [<!ENTITY b "x">]><a>&b;</a>'
    assert carried_xmp(deep, location=True) is None
    assert carried_xmp(entities, location=True) is None


def test_what_no_segment_holds_is_left_out_and_told() -> None:
    long = XMP.replace(b"A quiet morning", b"word " * 20_000)
    kept = carried("keep", xmp=long)
    assert kept.xmp is None
    assert kept.left_out == ("xmp",)


@pytest.mark.parametrize(
    "text",
    ["48.137154, 11.576124", "48.1371 N 11.5761 E", "48°08'14\"N", "+48.1371+011.5761/",
     "lat: 48.1", "Latitude=48.1 Longitude=11.5", "geo:48.1,11.5", "-33.8688;151.2093"],
)  # fmt: skip
def test_written_coordinates_are_told(text: str) -> None:
    assert tells_a_place(f"taken {text}")


@pytest.mark.parametrize("text", ["f/2.8, 1/200", "24.0-70.0 mm f/2.8", "Version 1.2.3", "at 7:08"])
def test_other_numbers_are_no_place(text: str) -> None:
    assert not tells_a_place(text)
