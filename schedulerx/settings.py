"""Settings, and the only reader of the environment.

The sections of `ProcessingSettings` bear the names of the steps they steer; a section's values
are part of its step's fingerprint, so changing one redoes that step and what needs it.
"""

from __future__ import annotations

import os
from collections.abc import Mapping
from pathlib import Path

import msgspec

ENV_PREFIX = "SCHEDULERX_"


class ValidateSettings(msgspec.Struct, frozen=True, kw_only=True):
    """Limits. A file over one is refused, with the value and the limit in the reason."""

    max_bytes: int = 20 * 1024**3
    max_pixels: int = 300_000_000  # 16 frames of a 16k panorama; a bomb has a thousand times that
    max_frames: int = 10_000
    max_pages: int = 20_000
    max_checked_bytes: int = 512 * 1024**2  # larger documents are opened, not decoded throughout
    max_archive_members: int = 100_000
    max_archive_bytes: int = 50 * 1024**3
    max_archive_ratio: int = 200  # uncompressed over compressed; real text rarely passes 50
    min_ratio_bytes: int = 64 * 1024**2  # less may be blank: the ratio counts from here on
    max_depth: int = 5  # archives in archives
    max_nesting: int = 200  # JSON and XML levels


class DescribeSettings(msgspec.Struct, frozen=True, kw_only=True):
    """Nothing to set yet; the section keeps the rule 'a section a step'."""


class RenditionSettings(msgspec.Struct, frozen=True, kw_only=True):
    """One derived image: fits into a square of `size` pixels, never enlarged."""

    name: str
    size: int
    quality: int = 82


class RenderSettings(msgspec.Struct, frozen=True, kw_only=True):
    """The derived images, largest first."""

    renditions: tuple[RenditionSettings, ...] = (
        RenditionSettings(name="compressed", size=1080),
        RenditionSettings(name="thumbnail", size=320, quality=78),
    )


class ReadSettings(msgspec.Struct, frozen=True, kw_only=True):
    """Text: engine `rapidocr` or `none`; pages rasterised at `ocr_dpi`; limits per file."""

    ocr_engine: str = "rapidocr"
    ocr_dpi: int = 200
    ocr_max_pages: int = 500
    ocr_seconds: float = 400.0  # no page is begun later; well below `limit_s`, which ends the file
    max_characters: int = 20_000_000


class GenerateEventsSettings(msgspec.Struct, frozen=True, kw_only=True):
    """`region` reads national phone numbers (ISO 3166-1 alpha-2)."""

    region: str = "US"


class ProcessingSettings(msgspec.Struct, frozen=True, kw_only=True):
    """What steers the FILE steps. `source` names the source in object ids; empty by default."""

    source: str = ""
    limit_s: float = 600.0  # a file that takes longer is given up and quarantined
    validate: ValidateSettings = ValidateSettings()
    describe: DescribeSettings = DescribeSettings()
    render: RenderSettings = RenderSettings()
    read: ReadSettings = ReadSettings()
    generate_events: GenerateEventsSettings = GenerateEventsSettings()


def environment(dotenv: Path | None = Path(".env")) -> dict[str, str]:
    """The process's environment over the lines of `.env`, where there is one."""
    values: dict[str, str] = {}
    if dotenv is not None and dotenv.is_file():
        for line in dotenv.read_text(encoding="utf-8").splitlines():
            name, equals, value = line.strip().removeprefix("export ").partition("=")
            if equals and not name.startswith("#"):
                values[name.strip()] = value.strip().strip("'\"")
    return {**values, **os.environ}


def processing_settings(env: Mapping[str, str]) -> ProcessingSettings:
    """Settings from `SCHEDULERX_SETTINGS` (a JSON object shaped like `ProcessingSettings`)."""
    text = env.get(f"{ENV_PREFIX}SETTINGS", "")
    return msgspec.json.decode(text, type=ProcessingSettings) if text else ProcessingSettings()
