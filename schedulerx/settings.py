"""Settings, and the only reader of the environment.

The sections of `ProcessingSettings` bear the names of the steps they steer; a section's values
are part of its step's fingerprint, so changing one redoes that step and what needs it.
"""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Annotated

import msgspec
from dotenv import dotenv_values

ENV_PREFIX = "SCHEDULERX_"
_NAME = f"{ENV_PREFIX}SETTINGS"
POSTS_DIR = f"{ENV_PREFIX}POSTS_DIR"  # where posts, their media and credentials lie
# Where the media of posts lie: a bucket, of S3 or of any store that speaks it, and how platforms
# reach it.
MEDIA_BUCKET, MEDIA_ENDPOINT, MEDIA_PUBLIC = (
    "MEDIA_BUCKET",
    "MEDIA_ENDPOINT_URL",
    "MEDIA_PUBLIC_URL",
)
CREDENTIALS_KEY = f"{ENV_PREFIX}CREDENTIALS_KEY"  # 32 bytes in URL-safe base64
UPLOAD_TOKEN = f"{ENV_PREFIX}UPLOAD_TOKEN"  # of the events API behind --upload_url
POST_SCHEDULES = "posts"  # the group in EventBridge Scheduler: one schedule a post
ACCOUNT_SECRETS = "schedulerx/accounts/"  # where Secrets Manager keeps credentials of accounts

# Checked where settings come from outside, by `processing_settings`.
Positive = Annotated[int, msgspec.Meta(ge=1)]
Natural = Annotated[int, msgspec.Meta(ge=0)]
Seconds = Annotated[float, msgspec.Meta(gt=0)]


class SettingsError(ValueError):
    """The settings are the operator's to mend. Entry points end with exit code 2."""


class ValidateSettings(msgspec.Struct, frozen=True, kw_only=True):
    """Limits. A file over one is refused, with the value and the limit in the reason."""

    max_bytes: Positive = 20 * 1024**3
    max_pixels: Positive = 300_000_000  # 16 frames of a 16k panorama; a bomb has 1000 times that
    max_frames: Positive = 10_000  # of an animation
    max_duration_s: Seconds = 172_800.0  # of a recording: two days
    max_video_frames: Positive = 15_000_000  # more than two days at 60 a second
    max_streams: Positive = 64  # of pictures, sound and subtitles in one recording
    checked_pixels: Positive = 1_000_000_000  # of a longer video, key frames alone are decoded
    max_pages: Positive = 20_000
    max_checked_bytes: Positive = 512 * 1024**2  # larger documents are opened, not decoded
    max_archive_members: Positive = 100_000
    max_archive_bytes: Positive = 50 * 1024**3
    max_archive_ratio: Positive = 200  # uncompressed over compressed; real text rarely passes 50
    min_ratio_bytes: Natural = 64 * 1024**2  # less may be blank: the ratio counts from here on
    max_depth: Natural = 5  # archives in archives
    max_dictionary_bytes: Positive = 512 * 1024**2  # a decompressor's memory; xz -9 takes 64 MiB
    max_mailbox_messages: Positive = 1_000_000
    # Links, devices, absolute and doubled names refuse an archive. Where false, as for the file
    # systems of phones, links and devices are quarantined one by one and the rest is taken.
    strict_archives: bool = True
    max_nesting: Positive = 200  # JSON and XML levels


class DescribeSettings(msgspec.Struct, frozen=True, kw_only=True):
    """Nothing to set yet; the section keeps the rule 'a section a step'."""


LONGEST = 16_384  # pixels of a side
Side = Annotated[int, msgspec.Meta(ge=1, le=LONGEST)]
Share = Annotated[float, msgspec.Meta(ge=0, le=1)]
Ratio = Annotated[float, msgspec.Meta(ge=0.01, le=100)]  # width over height
WHITE = "#ffffff"
_CENTRE = (0.5, 0.5)


class RenditionSettings(msgspec.Struct, frozen=True, kw_only=True):
    """One derived image, see docs/settings.md. Without a size it is as large as its original."""

    name: Annotated[str, msgspec.Meta(pattern="^[a-z0-9_-]{1,64}$")]  # part of its artifact's key
    size: Side | None = None  # a square box, in place of width and height
    width: Side | None = None
    height: Side | None = None
    fit: Annotated[str, msgspec.Meta(pattern="^(inside|crop|pad)$")] = "inside"
    aspect: tuple[Ratio, Ratio] | None = None  # cropped or padded as little as these two allow
    focus: tuple[Share, Share] = _CENTRE  # what a crop keeps, where padding puts the picture
    enlarge: bool = False
    # #rrggbb or #rrggbbaa: around a padded picture, and behind a transparent one in JPEG
    colour: Annotated[str, msgspec.Meta(pattern="^#([0-9a-fA-F]{2}){3,4}$")] = WHITE
    format: Annotated[str, msgspec.Meta(pattern="^(jpeg|webp|avif|png)$")] = "jpeg"
    quality: Annotated[int, msgspec.Meta(ge=1, le=100)] = 82
    max_bytes: Positive | None = None  # kept by a lower quality, then by fewer pixels
    metadata: Annotated[str, msgspec.Meta(pattern="^(none|keep|keep_without_location)$")] = "none"

    @property
    def box(self) -> tuple[int | None, int | None]:
        """Width and height it fits, where they are given."""
        return self.width or self.size, self.height or self.size

    @property
    def longest(self) -> int:
        """No side is longer, in pixels."""
        return max(side or LONGEST for side in self.box)


class VideoRenditionSettings(msgspec.Struct, frozen=True, kw_only=True):
    """One derived video: MP4 with H.264 and AAC, upright, without metadata, ready to be streamed.

    Nothing is enlarged, sped up or raised: a video that is below a ceiling stays there.
    """

    name: Annotated[str, msgspec.Meta(pattern="^[a-z0-9_-]{1,64}$")]  # part of its artifact's key
    size: Annotated[int, msgspec.Meta(ge=16, le=8192)] = 1920  # fits into a square of pixels
    fps: Annotated[float, msgspec.Meta(ge=1, le=240)] = 60.0
    bit_rate: Annotated[int, msgspec.Meta(ge=64_000)] = 8_000_000  # of pictures and sound
    audio_bit_rate: Annotated[int, msgspec.Meta(ge=16_000, le=512_000)] = 128_000
    quality: Annotated[int, msgspec.Meta(ge=1, le=51)] = 23  # of the encoder: less is better
    max_bytes: Positive | None = None
    cut_s: Seconds | None = None  # what comes later is left out
    keep_metadata: bool = False  # title, artist and time; the place never


class FramedVideoSettings(VideoRenditionSettings, frozen=True, kw_only=True):
    """A derived video of a wanted shape: cropped or padded as little as `aspect` allows."""

    fit: Annotated[str, msgspec.Meta(pattern="^(inside|crop|pad)$")] = "inside"
    aspect: tuple[Ratio, Ratio] | None = None  # width over height, upright
    colour: Annotated[str, msgspec.Meta(pattern="^#([0-9a-fA-F]{2}){3}$")] = "#000000"
    least_fps: Annotated[float, msgspec.Meta(ge=1, le=60)] | None = None  # frames are shown again


class RenderSettings(msgspec.Struct, frozen=True, kw_only=True):
    """The derived images, and the derived videos."""

    renditions: tuple[RenditionSettings, ...] = (
        RenditionSettings(name="compressed", size=1080),
        RenditionSettings(name="thumbnail", size=320, quality=78),
    )
    videos: tuple[VideoRenditionSettings, ...] = ()  # transcoding takes its time: raise `limit_s`


class ReadSettings(msgspec.Struct, frozen=True, kw_only=True):
    """Text: the engine, its languages as Tesseract calls them; pages rasterised at `ocr_dpi`;
    limits per file.
    """

    ocr_engine: Annotated[
        str, msgspec.Meta(pattern="^(auto|rapidocr|tesseract|textract|none)$")
    ] = "auto"
    ocr_languages: Annotated[str, msgspec.Meta(pattern="^[A-Za-z_]+([+][A-Za-z_]+)*$")] = "eng"
    ocr_dpi: Annotated[int, msgspec.Meta(ge=36, le=1200)] = 200
    ocr_max_pages: Natural = 500
    ocr_seconds: Seconds = 400.0  # no page is begun later; well below `limit_s`
    searchable_pdf: bool = False  # also keeps scans as PDFs with their words
    max_characters: Positive = 20_000_000


class GenerateEventsSettings(msgspec.Struct, frozen=True, kw_only=True):
    """`region` reads national phone numbers (ISO 3166-1 alpha-2)."""

    region: Annotated[str, msgspec.Meta(pattern="^[A-Z]{2}$")] = "US"


class ProcessingSettings(msgspec.Struct, frozen=True, kw_only=True):
    """What steers the FILE steps. `source` names the source in object ids; empty by default."""

    source: str = ""
    limit_s: Seconds = 600.0  # a file that takes longer is given up and quarantined
    validate: ValidateSettings = ValidateSettings()
    describe: DescribeSettings = DescribeSettings()
    render: RenderSettings = RenderSettings()
    read: ReadSettings = ReadSettings()
    generate_events: GenerateEventsSettings = GenerateEventsSettings()


def decline_telemetry() -> None:
    """Tells libraries that this process reports to nobody: it works on evidence."""
    os.environ["ORT_DISABLE_TELEMETRY"] = "1"


def one_thread() -> None:
    """Tells OpenMP that a process is one thread: there is a process a core already."""
    os.environ["OMP_THREAD_LIMIT"] = "1"


def tessdata_prefix() -> str:
    """The folder of Tesseract's models, where the operator names one as Tesseract wants it."""
    return os.environ.get("TESSDATA_PREFIX", "")


def environment(dotenv: Path | None = Path(".env")) -> dict[str, str]:
    """The process's environment over the lines of `.env`, where there is one.

    Raises:
        SettingsError: `.env` is not text.
    """
    values: dict[str, str | None] = {}
    if dotenv is not None and dotenv.is_file():
        try:
            values = dotenv_values(dotenv, interpolate=False)  # passwords may hold a "$"
        except UnicodeDecodeError as error:
            raise SettingsError(f"{dotenv} is not UTF-8 text; save it as such") from error
    return {name: value for name, value in {**values, **os.environ}.items() if value is not None}


def processing_settings(env: Mapping[str, str]) -> ProcessingSettings:
    """Settings from `SCHEDULERX_SETTINGS` (a JSON object shaped like `ProcessingSettings`).

    Raises:
        SettingsError: it is no JSON, or names or holds what no setting does.
    """
    text = env.get(_NAME, "")
    if not text:
        return ProcessingSettings()
    try:
        settings = msgspec.json.decode(text, type=ProcessingSettings)
    except msgspec.ValidationError as error:
        raise SettingsError(f"{_NAME}: {_placed(str(error))}; see docs/settings.md") from error
    except msgspec.DecodeError as error:
        raise SettingsError(f"{_NAME} is not JSON: {error}; see docs/settings.md") from error
    _check(settings, msgspec.json.decode(text))
    return settings


def _placed(complaint: str) -> str:
    """`Expected X - at `$.a.b`` as `a.b: expected X`."""
    words, _, place = complaint.partition(" - at `$.")
    return f"{place.rstrip('`')}: {words[0].lower()}{words[1:]}" if place else words


def _check(settings: ProcessingSettings, given: object) -> None:
    """What the types cannot say. Unknown names are refused here and nowhere else: a run stored by
    another version may hold some.
    """
    for words in _unknown(given, msgspec.to_builtins(settings)):
        raise SettingsError(f"{_NAME}: {words}")
    names = [rendition.name for rendition in settings.render.renditions]
    names += [rendition.name for rendition in settings.render.videos]
    if len(set(names)) < len(names):
        raise SettingsError(
            f"{_NAME}: two of render.renditions and render.videos have the same name; change one"
        )
    for rendition in settings.render.renditions:
        for words in contradictions(rendition):
            raise SettingsError(f"{_NAME}: rendition {rendition.name}: {words}")
    if settings.read.ocr_engine != "none" and settings.read.ocr_seconds >= settings.limit_s:
        raise SettingsError(
            f"{_NAME}: read.ocr_seconds is {settings.read.ocr_seconds:g}, limit_s "
            f"{settings.limit_s:g}; a file would be given up before its recognition ends: make "
            "read.ocr_seconds the smaller one"
        )


def contradictions(wanted: RenditionSettings) -> Iterator[str]:
    """What the settings of one rendition cannot mean together, as sentences."""
    if wanted.size and (wanted.width or wanted.height):
        yield "size is a square box; give either size, or width and height"
    if wanted.aspect and wanted.aspect[0] > wanted.aspect[1]:
        yield f"aspect is {list(wanted.aspect)}; write the smaller first"
    if wanted.fit == "inside":
        yield from _beside_the_point(wanted)
    elif wanted.aspect is None and None in wanted.box:
        yield f"fit is {wanted.fit}; give width and height (or size), or an aspect"
    if wanted.enlarge and wanted.aspect:
        yield "an aspect gives a shape, and enlarge needs a size; leave one of them out"
    yield from _unseen_colour(wanted)


def _beside_the_point(wanted: RenditionSettings) -> Iterator[str]:
    for name, given in (
        ("aspect", wanted.aspect is not None),
        ("focus", wanted.focus != _CENTRE),
        ("enlarge", wanted.enlarge),
    ):
        if given:
            yield f"{name} has no meaning where fit is inside; choose crop or pad, or leave it out"


def _unseen_colour(wanted: RenditionSettings) -> Iterator[str]:
    if wanted.format == "jpeg" and len(wanted.colour) > len(WHITE):
        yield f"colour {wanted.colour} is transparent, and JPEG is not; choose another format"
    if wanted.format != "jpeg" and wanted.fit != "pad" and wanted.colour != WHITE:
        yield "colour is seen around a padded picture and in JPEG; leave it out"


def _unknown(given: object, known: object, at: tuple[str, ...] = ()) -> Iterator[str]:
    """Names in `given` that `known` lacks, as sentences."""
    if isinstance(given, dict) and isinstance(known, dict):
        for name, value in given.items():
            if name in known:
                yield from _unknown(value, known[name], (*at, name))
            else:
                there = ", ".join(known) or "nothing to set"
                section = ".".join(at) or "the object"
                yield f"there is no setting {'.'.join((*at, name))}; {section} has {there}"
    elif isinstance(given, list) and isinstance(known, list | tuple):
        for item, made in zip(given, known, strict=True):
            yield from _unknown(item, made, at)
