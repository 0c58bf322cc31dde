"""Facts from XMP (ISO 16684-1): an RDF description of a picture, within it or in a sidecar."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import datetime
from xml.etree.ElementTree import Element, ParseError

from defusedxml import DefusedXmlException
from defusedxml.ElementTree import fromstring

from schedulerx.media.cameras import brand, caption, lens_of, tidy
from schedulerx.media.exif import stars
from schedulerx.media.facts import Facts
from schedulerx.media.moments import Moment
from schedulerx.media.places import Place, plausible_altitude, plausible_place, refused_place
from schedulerx.media.times import exif_moment, iso_moment
from schedulerx.model.record import Description

MAX_BYTES = 4 * 1024 * 1024
_MAX_VALUES, _MAX_ITEMS, _MAX_CHARACTERS = 5_000, 500, 8_000
_RDF = "{http://www.w3.org/1999/02/22-rdf-syntax-ns#}"
_LANGUAGE = "{http://www.w3.org/XML/1998/namespace}lang"
_PREFIXES = {
    "http://purl.org/dc/elements/1.1/": "dc",
    "http://ns.adobe.com/xap/1.0/": "xmp",
    "http://ns.adobe.com/exif/1.0/": "exif",
    "http://cipa.jp/exif/1.0/": "exifEX",
    "http://ns.adobe.com/exif/1.0/aux/": "aux",
    "http://ns.adobe.com/tiff/1.0/": "tiff",
    "http://ns.adobe.com/photoshop/1.0/": "photoshop",
}
_TIMES = (
    ("XMP-exif:DateTimeOriginal", "exif:DateTimeOriginal"),
    ("XMP-photoshop:DateCreated", "photoshop:DateCreated"),
    ("XMP-exif:DateTimeDigitized", "exif:DateTimeDigitized"),
    ("XMP-xmp:CreateDate", "xmp:CreateDate"),
)
# Degrees and minutes with a fraction, or degrees, minutes and seconds, and the side of the globe.
_COORDINATE = re.compile(r"(\d{1,3}),(\d{1,2}(?:\.\d+)?)(?:,(\d{1,2}(?:\.\d+)?))?([NSEW])")
_RATIO = re.compile(r"(-?\d{1,12}(?:\.\d{1,12})?)(?:/(\d{1,12}))?")

Properties = dict[str, tuple[str, ...]]


def xmp_facts(packet: bytes | None) -> Facts:
    """The facts in an XMP packet; none where it is no XMP, or hostile."""
    if not packet:
        return Facts()
    known = properties(packet)
    place, warning = _place(known)
    return Facts(
        what=_described(known, place),
        moments=tuple(_moments(known)),
        warnings=(warning,) if warning else (),
    )


def properties(packet: bytes) -> Properties:
    """The properties of known namespaces, as `dc:title`; arrays have several values."""
    root = _parsed(packet)
    found: Properties = {}
    if root is None:
        return found
    for name, values in _read(root):
        if len(found) >= _MAX_VALUES:
            break
        found.setdefault(name, values)
    return found


def _parsed(packet: bytes) -> Element | None:
    start, end = packet.find(b"<"), packet.rfind(b">")
    if not 0 <= start < end or end - start > MAX_BYTES:
        return None
    try:
        root: Element = fromstring(packet[start : end + 1])
    except (ParseError, DefusedXmlException, ValueError, LookupError, RecursionError):
        return None
    return root


def _read(root: Element) -> Iterator[tuple[str, tuple[str, ...]]]:
    bodies = [root] if root.tag == f"{_RDF}RDF" else root.findall(f"{_RDF}RDF")
    for body in bodies:
        for about in body.findall(f"{_RDF}Description"):
            for tag, text in about.attrib.items():
                yield _short(tag), (text[:_MAX_CHARACTERS].strip(),)
            for child in about:
                yield _short(child.tag), tuple(_values(child))


def _short(tag: str) -> str:
    space, _, name = tag[1:].partition("}")
    return f"{_PREFIXES.get(space, '')}:{name}"


def _values(element: Element) -> Iterator[str]:
    """The items of an array, `x-default` first, or the plain text."""
    items = element.findall(f"*/{_RDF}li")[:_MAX_ITEMS]
    items.sort(key=lambda item: item.get(_LANGUAGE, "x-default") != "x-default")
    for item in items or (element,):
        text = (item.text or "")[:_MAX_CHARACTERS].strip()
        if text:
            yield text


def _first(known: Properties, *names: str) -> str | None:
    return next((known[name][0] for name in names if known.get(name)), None)


def _described(known: Properties, place: Place | None) -> Description:
    lens = tuple(_ratio(part) or 0.0 for part in (_first(known, "aux:LensInfo") or "").split())
    words = (tidy(word) for word in known.get("dc:subject", ()))
    rights = known.get("dc:rights", ()) or known.get("photoshop:Credit", ())
    return Description(
        camera_make=brand(_first(known, "tiff:Make")),
        camera_model=tidy(_first(known, "tiff:Model")),
        camera_serial=tidy(_first(known, "exifEX:BodySerialNumber", "aux:SerialNumber")),
        lens=tidy(_first(known, "exifEX:LensModel", "aux:Lens")) or lens_of(lens),
        lens_serial=tidy(_first(known, "exifEX:LensSerialNumber", "aux:LensSerialNumber")),
        gps=place,
        gps_from="XMP-exif:GPS" if place else None,
        altitude_m=_altitude(known) if place else None,
        software=tidy(_first(known, "xmp:CreatorTool")),
        title=tidy(_first(known, "dc:title", "photoshop:Headline")),
        caption=caption(_first(known, "dc:description")),
        keywords=tuple(dict.fromkeys(word for word in words if word)),
        author=tidy("; ".join(known.get("dc:creator", ())[:20])),
        copyright=tidy(rights[0]) if rights else None,
        rating=stars(_ratio(_first(known, "xmp:Rating"))),
    )


def _ratio(written: str | None) -> float | None:
    """A number, or a fraction as XMP writes EXIF's rationals."""
    found = _RATIO.fullmatch(written or "")
    if found is None or (found.group(2) and not int(found.group(2))):
        return None
    return float(found.group(1)) / int(found.group(2) or 1)


def _moments(known: Properties) -> Iterator[Moment]:
    for tag, name in _TIMES:
        written = _first(known, name)
        told = iso_moment(written) or _as_exif(written)
        if told is not None:
            yield Moment(tag, *told)


def _as_exif(written: str | None) -> tuple[datetime, None] | None:
    local = exif_moment(written)
    return (local, None) if local is not None else None


def _place(known: Properties) -> tuple[Place | None, str | None]:
    latitude = _coordinate(_first(known, "exif:GPSLatitude"), "NS")
    longitude = _coordinate(_first(known, "exif:GPSLongitude"), "EW")
    if latitude is None or longitude is None:
        return None, None
    return plausible_place(latitude, longitude), refused_place(latitude, longitude)


def _coordinate(written: str | None, sides: str) -> float | None:
    found = _COORDINATE.fullmatch((written or "").strip().upper())
    if found is None or found.group(4) not in sides:
        return None
    degrees, minutes, seconds = (float(part or 0) for part in found.groups()[:3])
    value = degrees + minutes / 60 + seconds / 3600
    return -value if found.group(4) in "SW" else value


def _altitude(known: Properties) -> float | None:
    metres = _ratio(_first(known, "exif:GPSAltitude"))
    if metres is None:
        return None
    return plausible_altitude(-metres if _first(known, "exif:GPSAltitudeRef") == "1" else metres)
