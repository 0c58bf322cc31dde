"""The blocks of metadata in a picture, by container: EXIF, XMP, IPTC, colour profile, texts."""

from __future__ import annotations

from mmap import mmap

import msgspec

from schedulerx.formats import gif, iptc, jpeg, png, png_text, riff
from schedulerx.formats.icc import profile_name
from schedulerx.formats.tiff_tags import TiffTags, plain_text
from schedulerx.media.cameras import caption, tidy
from schedulerx.media.exif import exif_facts
from schedulerx.media.facts import Facts, Told, together
from schedulerx.media.iptc import iptc_facts
from schedulerx.media.moments import Moment
from schedulerx.media.times import any_moment
from schedulerx.media.xmp import MAX_BYTES, xmp_facts
from schedulerx.model.record import Description

_XMP_TAG, _IPTC_TAG, _PHOTOSHOP_TAG, _ICC_TAG = 0x02BC, 0x83BB, 0x8649, 0x8773
_GIF_COMMENT, _GIF_APPLICATION, _GIF_XMP = 0xFE, 0xFF, b"XMP DataXMP"
_MAX_EXTENSIONS = 1000
_RAW_PROFILE = "Raw profile type "  # ImageMagick's, in PNG


class Blocks(msgspec.Struct, frozen=True, kw_only=True):
    """The blocks as they lie in the file; `exif` may be the whole file, where that is TIFF."""

    exif: bytes | mmap | None = None
    xmp: bytes | None = None
    iptc: bytes | None = None
    icc: bytes | None = None
    texts: Facts = Facts()


def told(blocks: Blocks, own: Description | None = None, by_camera: tuple[Facts, ...] = ()) -> Told:
    """All blocks as one description; `own` is what the container itself knows, before them all.
    `by_camera` are facts from EXIF that lies otherwise.
    """
    icc = Facts(what=Description(colour_profile=profile_name(blocks.icc) if blocks.icc else None))
    return together(
        (
            Facts(what=own or Description()),
            icc,
            *by_camera,
            exif_facts(blocks.exif),
            iptc_facts(blocks.iptc),
            blocks.texts,
            xmp_facts(blocks.xmp),
        )
    )


def in_jpeg(layout: jpeg.JpegLayout) -> Blocks:
    """From the application segments."""
    return Blocks(
        exif=layout.exif,
        xmp=layout.xmp,
        iptc=iptc.in_photoshop(layout.photoshop) if layout.photoshop else None,
        icc=layout.profile,
    )


def in_tiff(data: mmap) -> Blocks:
    """From the tags of the first directory, which is EXIF in a TIFF file."""
    tags = TiffTags(data)
    xmp, block, resources, icc = (
        tags.block(tags.first_offset(), tag)
        for tag in (_XMP_TAG, _IPTC_TAG, _PHOTOSHOP_TAG, _ICC_TAG)
    )
    by_photoshop = iptc.in_photoshop(resources) if resources else None
    return Blocks(exif=data, xmp=xmp, iptc=block or by_photoshop, icc=icc)


def in_webp(data: mmap) -> Blocks:
    """From the chunks EXIF, XMP and ICCP."""
    found: dict[bytes, bytes] = {}
    for chunk in riff.chunks(data):
        if chunk.kind in {b"EXIF", b"XMP ", b"ICCP"} and chunk.length <= MAX_BYTES:
            found.setdefault(chunk.kind, data[chunk.start : chunk.start + chunk.length])
    return Blocks(exif=found.get(b"EXIF"), xmp=found.get(b"XMP "), icc=found.get(b"ICCP"))


def in_png(data: mmap) -> Blocks:
    """From the chunks eXIf and iCCP, and the texts."""
    found: dict[bytes, bytes] = {}
    for chunk in png.chunks(data):
        if chunk.kind in {b"eXIf", b"iCCP", b"sRGB"} and chunk.length <= MAX_BYTES:
            found.setdefault(chunk.kind, data[chunk.start : chunk.start + chunk.length])
    texts = png_text.texts(data)
    profiles = {
        name.removeprefix(_RAW_PROFILE).lower(): png_text.hexadecimal(text)
        for name, text in texts.items()
        if name.startswith(_RAW_PROFILE)
    }
    facts = _texts(texts, is_srgb=b"sRGB" in found)
    profile = found.get(b"iCCP", b"").partition(b"\0")[2][1:]
    resources = profiles.get("iptc")
    return Blocks(
        exif=found.get(b"eXIf") or profiles.get("exif") or profiles.get("app1"),
        xmp=texts.get("XML:com.adobe.xmp") or profiles.get("xmp"),
        iptc=iptc.in_photoshop(resources) if resources else None,
        icc=png_text.inflated(profile) if profile else None,
        texts=facts,
    )


def _texts(texts: dict[str, bytes], *, is_srgb: bool) -> Facts:
    """The keywords that the standard names."""
    read = {name: text.decode("utf-8", "replace")[:8_000] for name, text in texts.items()}
    moment = any_moment(read.get("Creation Time"))
    return Facts(
        what=Description(
            title=tidy(read.get("Title")),
            caption=caption(read.get("Description") or read.get("Comment")),
            author=tidy(read.get("Author")),
            copyright=tidy(read.get("Copyright")),
            software=tidy(read.get("Software")),
            colour_profile="sRGB" if is_srgb else None,
        ),
        moments=(Moment("PNG:Creation Time", *moment),) if moment else (),
    )


def in_gif(data: mmap) -> Blocks:
    """From the comment and XMP extensions before the first frame."""
    xmp, words = None, None
    for label, first, at in gif.extensions(data, _MAX_EXTENSIONS):
        if label == _GIF_APPLICATION and first == _GIF_XMP:
            end = data.find(b"<?xpacket end", at, at + MAX_BYTES)
            xmp = data[at:end] if end > 0 else None
        elif label == _GIF_COMMENT and words is None:
            words = plain_text(first + gif.sub_blocks(data, at, 8_000))
    return Blocks(xmp=xmp, texts=Facts(what=Description(caption=caption(words))))
