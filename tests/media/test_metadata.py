"""XMP, IPTC, colour profiles and texts in pictures: what is read of them, and of hostile ones."""

from __future__ import annotations

import io
import struct
import zlib

import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image, ImageCms
from PIL.PngImagePlugin import PngInfo

from schedulerx.formats.icc import profile_name
from schedulerx.formats.iptc import datasets, in_photoshop
from schedulerx.formats.png_text import hexadecimal, texts
from schedulerx.media.apple_notes import content_identifier
from schedulerx.media.exif import exif_facts
from schedulerx.media.facts import Facts, together
from schedulerx.media.iptc import iptc_facts
from schedulerx.media.xmp import xmp_facts
from schedulerx.model.record import Description

IDENTIFIER = "5F1B2C3D-0011-2233-4455-66778899AABB"


def packet(properties: str = "", attributes: str = "") -> bytes:
    """An XMP packet with these properties."""
    return f"""<?xpacket begin="" id="W5M0MpCehiHzreSzNTczkc9d"?>
<x:xmpmeta xmlns:x="adobe:ns:meta/"><rdf:RDF
 xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#"
 xmlns:dc="http://purl.org/dc/elements/1.1/" xmlns:exif="http://ns.adobe.com/exif/1.0/"
 xmlns:xmp="http://ns.adobe.com/xap/1.0/" xmlns:aux="http://ns.adobe.com/exif/1.0/aux/"
 xmlns:tiff="http://ns.adobe.com/tiff/1.0/" xmlns:ps="http://ns.adobe.com/photoshop/1.0/">
<rdf:Description rdf:about="" {attributes}>{properties}</rdf:Description>
</rdf:RDF></x:xmpmeta><?xpacket end="w"?>""".encode()


def only(facts: Facts) -> Description:
    return together([facts]).what


def test_xmp_tells_time_place_camera_and_words() -> None:
    found = only(
        xmp_facts(
            packet(
                "<dc:title><rdf:Alt><rdf:li xml:lang='de'>Hafen</rdf:li>"
                "<rdf:li xml:lang='x-default'>Harbour</rdf:li></rdf:Alt></dc:title>"
                "<dc:subject><rdf:Bag><rdf:li>sea</rdf:li><rdf:li>quay</rdf:li></rdf:Bag></dc:subject>"
                "<xmp:Rating>4</xmp:Rating><exif:GPSAltitude>105/10</exif:GPSAltitude>",
                'exif:DateTimeOriginal="2024-06-01T10:11:12.5+02:00" exif:GPSLatitude="53,32.76N"'
                ' exif:GPSLongitude="9,58,48W" aux:SerialNumber="6607572" tiff:Make="NIKON CORP."',
            )
        )
    )
    assert found == Description(
        captured_at="2024-06-01T10:11:12.500+02:00",
        captured_from="XMP-exif:DateTimeOriginal",
        camera_make="Nikon",
        camera_serial="6607572",
        gps=(53.546, -9.98),
        gps_from="XMP-exif:GPS",
        altitude_m=10.5,
        title="Harbour",
        keywords=("sea", "quay"),
        rating=4,
    )


@pytest.mark.parametrize(
    "hostile",
    [
        b'<!DOCTYPE a [<!ENTITY x "y">]><rdf:RDF>&x;</rdf:RDF>',
        b'<!DOCTYPE a [<!ENTITY x SYSTEM "file:///etc/passwd">]><a>&x;</a>',
        b"<a>" * 100_000,
        b"<a/>" + b" " * 5_000_000 + b">",
        b"<?xml version='1.0' encoding='utf-99'?><a/>",
        b"\xff\xfe<\x00a\x00",
        b"no xml",
    ],
)
def test_hostile_xmp_tells_nothing(hostile: bytes) -> None:
    assert xmp_facts(hostile) == Facts()


def test_xmp_lends_its_zone_to_the_same_second_in_exif() -> None:
    exif = Image.Exif()
    exif.get_ifd(0x8769)[0x9003] = "2024:06:01 10:11:12"
    created = xmp_facts(packet(attributes='xmp:CreateDate="2024-06-01T10:11:12+02:00"'))
    edited = xmp_facts(packet(attributes='xmp:CreateDate="2024-06-02T10:11:12+02:00"'))
    same, other = (together([exif_facts(exif.tobytes()), xmp]).what for xmp in (created, edited))
    assert (same.captured_at, same.zone_from) == ("2024-06-01T10:11:12+02:00", "XMP-xmp:CreateDate")
    assert (other.captured_at, other.zone_from) == ("2024-06-01T10:11:12", None)


def test_the_time_a_file_was_made_is_no_capture() -> None:
    found = only(xmp_facts(packet(attributes='xmp:CreateDate="2024-06-01T10:11:12+02:00"')))
    assert found.captured_at is None


def dataset(number: int, value: bytes, record: int = 2) -> bytes:
    return struct.pack(">BBBH", 0x1C, record, number, len(value)) + value


def resources(block: bytes) -> bytes:
    return b"8BIM\x04\x04\x00\x00" + struct.pack(">L", len(block)) + block


def test_iptc_tells_words_and_time() -> None:
    block = b"".join(
        (
            dataset(5, b"Workshop"),
            dataset(25, b"wood"),
            dataset(25, "Säge".encode("latin-1")),
            dataset(55, b"20030806"),
            dataset(60, b"180434-0500"),
            dataset(80, b"Iris"),
        )
    )
    found = only(iptc_facts(in_photoshop(resources(block))))
    assert (found.title, found.author) == ("Workshop", "Iris")
    assert found.keywords == ("wood", "Säge")
    assert found.captured_at == "2003-08-06T18:04:34-05:00"


def test_people_s_words_are_taken_from_xmp_before_iptc_and_exif() -> None:
    exif = Image.Exif()
    exif[0x010E], exif[0x013B] = "old words", "Nell"
    iptc = iptc_facts(dataset(120, b"newer words"))
    words = "<rdf:Alt><rdf:li>newest</rdf:li></rdf:Alt>"
    xmp = xmp_facts(packet(f"<dc:description>{words}</dc:description>"))
    found = together([exif_facts(exif.tobytes()), iptc, xmp]).what
    assert (found.caption, found.author) == ("newest", "Nell")


def test_a_profile_tells_its_name() -> None:
    srgb = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()
    assert profile_name(srgb) == "sRGB built-in"


def test_texts_in_png_are_read_compressed_or_not() -> None:
    out = io.BytesIO()
    info = PngInfo()
    info.add_text("Title", "Größe")
    info.add_text("Author", "Iris", zip=True)
    info.add_itxt("Comment", "海", zip=True)
    Image.new("L", (1, 1)).save(out, "PNG", pnginfo=info)
    assert texts(out.getvalue()) == {
        "Title": "Größe".encode(), "Author": b"Iris", "Comment": "海".encode(),
    }  # fmt: skip


def test_a_text_that_is_a_bomb_is_cut() -> None:
    body = b"Comment\x00\x00" + zlib.compress(bytes(50_000_000))
    chunk = struct.pack(">L", len(body)) + b"zTXt" + body + bytes(4)
    assert all(len(text) <= 4 * 1024 * 1024 for text in texts(bytes(8) + chunk * 3).values())


def apple_note(identifier: bytes, order: str = ">") -> bytes:
    """A maker note with one entry, the content identifier."""
    value = identifier + b"\x00"
    entry = struct.pack(f"{order}HHLL", 0x11, 2, len(value), 14 + 2 + 12 + 4)
    mark = b"MM" if order == ">" else b"II"
    return b"Apple iOS\x00\x00\x01" + mark + struct.pack(f"{order}H", 1) + entry + bytes(4) + value


@pytest.mark.parametrize("order", [">", "<"])
def test_a_live_photo_tells_its_content_identifier(order: str) -> None:
    exif = Image.Exif()
    exif.get_ifd(0x8769)[0x927C] = apple_note(IDENTIFIER.lower().encode(), order)
    assert only(exif_facts(exif.tobytes())).content_identifier == IDENTIFIER


@pytest.mark.parametrize("blank", [b"", b"0", b"not an identifier", b"\xff" * 36])
def test_what_is_no_identifier_ties_nothing(blank: bytes) -> None:
    assert content_identifier(apple_note(blank)) is None


@given(st.data())
def test_cut_and_changed_blocks_never_raise(data: st.DataObject) -> None:
    blocks = {
        xmp_facts: packet("<xmp:Rating>4</xmp:Rating>"),
        iptc_facts: dataset(25, b"wood") * 3,
        in_photoshop: resources(dataset(5, b"x")),
        content_identifier: apple_note(IDENTIFIER.encode()),
        profile_name: ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes(),
        datasets: dataset(90, b"\x1b%G", record=1) + dataset(5, b"\xff"),
        hexadecimal: b"\nexif\n  4\n4d4d002a\n",
    }
    for read, whole in blocks.items():
        read(whole)
        at = data.draw(st.integers(0, len(whole) - 1))
        changed = data.draw(st.binary(max_size=6))
        read(whole[:at])
        read(whole[:at] + changed + whole[at + len(changed) :])


@given(st.binary(max_size=200))
def test_any_bytes_are_read_without_an_error(block: bytes) -> None:
    for read in (xmp_facts, iptc_facts, exif_facts):
        together([read(block)])
    texts(bytes(8) + block)
    profile_name(bytes(36) + b"acsp" + bytes(88) + block)
    content_identifier(b"Apple iOS\x00\x00\x01MM" + block)
