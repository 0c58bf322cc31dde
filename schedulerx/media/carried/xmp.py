"""XMP to go with a rendition (ISO 16684-1)."""

from __future__ import annotations

from collections.abc import Iterator
from xml.etree import ElementTree as ET
from xml.etree.ElementTree import Element, ParseError

from defusedxml import DefusedXmlException
from defusedxml.ElementTree import fromstring

from schedulerx.media.carried.places import tells_a_place

_MAX_BYTES = 1024 * 1024
_MAX_DEPTH = 24
_ID = "W5M0MpCehiHzreSzNTczkc9d"  # ISO 16684-1, 7.3.2
_NAMESPACES = {
    "x": "adobe:ns:meta/",
    "rdf": "http://www.w3.org/1999/02/22-rdf-syntax-ns#",
    "dc": "http://purl.org/dc/elements/1.1/",
    "xmp": "http://ns.adobe.com/xap/1.0/",
    "xmpRights": "http://ns.adobe.com/xap/1.0/rights/",
    "photoshop": "http://ns.adobe.com/photoshop/1.0/",
    "tiff": "http://ns.adobe.com/tiff/1.0/",
    "exif": "http://ns.adobe.com/exif/1.0/",
    "exifEX": "http://cipa.jp/exif/1.0/",
    "aux": "http://ns.adobe.com/exif/1.0/aux/",
    "Iptc4xmpCore": "http://iptc.org/std/Iptc4xmpCore/1.0/xmlns/",
    "plus": "http://ns.useplus.org/ldf/xmp/1.0/",
}
_RDF = f"{{{_NAMESPACES['rdf']}}}"
_XML = "{http://www.w3.org/XML/1998/namespace}"
# How the pixels of the original are stored, and pictures of it.
_OUTDATED = frozenset(
    {("xmp", "Thumbnails"), ("tiff", "ImageWidth"), ("tiff", "ImageLength")}
    | {("exif", "PixelXDimension"), ("exif", "PixelYDimension"), ("photoshop", "ICCProfile")}
    | {("tiff", "BitsPerSample"), ("tiff", "Compression"), ("tiff", "PhotometricInterpretation")}
    | {("exif", "ColorSpace")}
)
_ORIENTATION = ("tiff", "Orientation")
# Namespaces whose properties tell no place, but for those named here.
_PLACELESS = frozenset({"dc", "xmp", "xmpRights", "tiff", "exif", "exifEX", "aux", "plus"})
_TELLING = frozenset(
    {("dc", "coverage"), ("exif", "UserComment"), ("exif", "MakerNote"), ("dc", "relation")}
)
# Of namespaces with places in them, the properties that tell none.
_EXCEPTED = {
    "photoshop": frozenset(
        {"AuthorsPosition", "CaptionWriter", "Category", "Credit", "DateCreated", "Headline"}
        | {"Instructions", "Source", "SupplementalCategories", "Urgency"}
    ),
    "Iptc4xmpCore": frozenset(
        {"AltTextAccessibility", "ExtDescrAccessibility", "IntellectualGenre", "Scene"}
        | {"SubjectCode"}
    ),
}


def carried_xmp(packet: bytes, *, location: bool) -> bytes | None:
    """The packet of a rendition; None where nothing is left to say, or it is no XMP.

    Without `location` only properties stay that are known not to tell one.
    """
    root = _parsed(packet)
    if root is None or _depth(root) > _MAX_DEPTH:
        return None
    made = Element(f"{{{_NAMESPACES['x']}}}xmpmeta")
    body = ET.SubElement(made, f"{_RDF}RDF")
    for about in _descriptions(root):
        kept = _description(about, location=location)
        if len(kept) or any(not name.startswith(_RDF) for name in kept.attrib):
            body.append(kept)
    return _written(made) if len(body) else None


def _parsed(packet: bytes) -> Element | None:
    start, end = packet.find(b"<"), packet.rfind(b">")
    if not 0 <= start < end or end - start > _MAX_BYTES:
        return None
    try:
        root: Element = fromstring(packet[start : end + 1])
    except (ParseError, DefusedXmlException, ValueError, LookupError):
        return None
    return root


def _depth(root: Element) -> int:
    """Levels of elements, told without descending into too many."""
    depth, level = 0, [root]
    while level and depth <= _MAX_DEPTH:
        depth, level = depth + 1, [child for element in level for child in element]
    return depth


def _descriptions(root: Element) -> Iterator[Element]:
    for body in [root] if root.tag == f"{_RDF}RDF" else root.findall(f"{_RDF}RDF"):
        yield from body.findall(f"{_RDF}Description")


def _description(about: Element, *, location: bool) -> Element:
    """A description with the properties that go with a rendition."""
    made = Element(about.tag, {f"{_RDF}about": ""})
    for name, value in about.attrib.items():
        if _named(name) == _ORIENTATION:
            made.set(name, "1")
        elif _is_carried(name, (value,), location=location):
            made.set(name, value)
    for child in about:
        if _named(child.tag) == _ORIENTATION:
            ET.SubElement(made, child.tag).text = "1"
        elif _is_carried(child.tag, _texts(child), location=location) and (
            location or _is_plain(child)
        ):
            child.tail = None
            made.append(child)
    return made


def _is_carried(tag: str, texts: tuple[str, ...], *, location: bool) -> bool:
    prefix, name = named = _named(tag)
    if tag.startswith((_RDF, _XML)) or named in _OUTDATED:
        return False
    if location:
        return True
    known = prefix in _PLACELESS or name in _EXCEPTED.get(prefix, ())
    telling = named in _TELLING or name.startswith("GPS")
    return known and not telling and not any(map(tells_a_place, texts))


def _is_plain(element: Element) -> bool:
    """Whether there is nothing below but arrays, languages and text."""
    for each in element.iter():
        if each is not element and not each.tag.startswith(_RDF):
            return False
        if any(not name.startswith((_RDF, _XML)) for name in each.attrib):
            return False
    return True


def _texts(element: Element) -> tuple[str, ...]:
    found = [text for each in element.iter() for text in (each.text, each.tail) if text]
    return (*found, *(value for each in element.iter() for value in each.attrib.values()))


_SHORT = {uri: prefix for prefix, uri in _NAMESPACES.items()}


def _named(tag: str) -> tuple[str, str]:
    """`{http://purl.org/dc/elements/1.1/}title` as `dc`, `title`."""
    uri, _, name = tag[1:].partition("}")
    return _SHORT.get(uri, ""), name


def _written(root: Element) -> bytes:
    for prefix, uri in _NAMESPACES.items():
        ET.register_namespace(prefix, uri)
    text = ET.tostring(root, encoding="unicode")
    return f'<?xpacket begin="\ufeff" id="{_ID}"?>{text}<?xpacket end="r"?>'.encode()
