"""Settings of the photo library: the ENABLE_* toggles and the LIBRARY_* values."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Annotated

import msgspec

from schedulerx.errors import ConfigurationError


class LibrarySettings(msgspec.Struct, frozen=True, kw_only=True):
    """The photo library: what is on, and how. `targets` are folders or s3:// locations."""

    deduplication: bool = True
    compression: bool = True
    sorting: bool = True
    verification: bool = True
    size: Annotated[int, msgspec.Meta(ge=64, le=65_535)] = 4096  # pixels of the longer side
    quality: Annotated[int, msgspec.Meta(ge=1, le=100)] = 82
    format: Annotated[str, msgspec.Meta(pattern="^(jpeg|webp|avif)$")] = "jpeg"
    video_size: Annotated[int, msgspec.Meta(ge=0, le=8192)] = 0  # 0: videos keep their bytes
    name_template: str = "{name}"
    sort_template: str = "{captured:%Y/%m}"
    targets: tuple[str, ...] = ()


# Each toggle of the photo library, what it is by default, and the setting its target needs.
LIBRARY_TOGGLES: dict[str, bool] = {
    "ENABLE_ICLOUD_DOWNLOAD": False,
    "ENABLE_DEDUPLICATION": True,
    "ENABLE_COMPRESSION": True,
    "ENABLE_ICLOUD_UPLOAD": False,
    "ENABLE_PIXEL_UPLOAD": False,
    "ENABLE_SORTING": True,
    "ENABLE_VERIFICATION": True,
}
_TARGETS = {
    "ENABLE_ICLOUD_UPLOAD": (
        "ICLOUD_UPLOAD_TARGET",
        "the folder that iCloud takes from",
    ),
    "ENABLE_PIXEL_UPLOAD": (
        "PIXEL_UPLOAD_TARGET",
        "the folder the phone is synchronised with",
    ),
}
FORMATS = ("jpeg", "webp", "avif")
_ON, _OFF = frozenset({"1", "true", "yes", "on"}), frozenset({"0", "false", "no", "off", ""})


def library_toggles(env: Mapping[str, str]) -> dict[str, bool]:
    """Every ENABLE_* of the photo library.

    Raises:
        ConfigurationError: a value is neither on nor off.
    """
    return {name: _toggle(env, name, usual) for name, usual in LIBRARY_TOGGLES.items()}


def _toggle(env: Mapping[str, str], name: str, usual: bool) -> bool:  # noqa: FBT001  (a value)
    if name not in env:
        return usual
    value = env[name].strip().lower()
    if value not in _ON | _OFF:
        raise ConfigurationError(f"{name} is {env[name]!r}; set it to true or false")
    return value in _ON


def library_settings(env: Mapping[str, str], targets: Iterable[str] = ()) -> LibrarySettings:
    """Settings of the photo library from ENABLE_*, LIBRARY_* and the targets that are named.

    Raises:
        ConfigurationError: a value cannot be meant, or what is enabled lacks its target.
    """
    on = library_toggles(env)
    if on["ENABLE_ICLOUD_DOWNLOAD"]:
        raise ConfigurationError(
            "ENABLE_ICLOUD_DOWNLOAD is on, and this version downloads from folders only: set it to "
            "false, and name as SOURCE the folder that iCloud for this system downloads to"
        )
    return LibrarySettings(
        deduplication=on["ENABLE_DEDUPLICATION"],
        compression=on["ENABLE_COMPRESSION"],
        sorting=on["ENABLE_SORTING"],
        verification=on["ENABLE_VERIFICATION"],
        size=_whole(env, "LIBRARY_SIZE", 4096, 64, 65_535),
        quality=_whole(env, "LIBRARY_QUALITY", 82, 1, 100),
        format=_format(env),
        video_size=_whole(env, "LIBRARY_VIDEO_SIZE", 0, 0, 8192),
        name_template=env.get("LIBRARY_NAME_TEMPLATE") or "{name}",
        sort_template=env.get("LIBRARY_SORT_TEMPLATE") or "{captured:%Y/%m}",
        targets=tuple(dict.fromkeys((*targets, *_enabled_targets(env, on)))),
    )


def _enabled_targets(env: Mapping[str, str], on: Mapping[str, bool]) -> Iterator[str]:
    if env.get("LIBRARY_UPLOAD_TARGET"):
        yield env["LIBRARY_UPLOAD_TARGET"]
    for toggle, (setting, what) in _TARGETS.items():
        if on[toggle] and not env.get(setting):
            raise ConfigurationError(
                f"{toggle} is on, and {setting} says no place: set {setting} to {what} (a folder, "
                f"or s3://BUCKET/PREFIX), or {toggle} to false"
            )
        if on[toggle]:
            yield env[setting]


def _format(env: Mapping[str, str]) -> str:
    text = env.get("LIBRARY_FORMAT", "").strip().lower() or "jpeg"
    if text not in FORMATS:
        raise ConfigurationError(f"LIBRARY_FORMAT is {text!r}; set it to {', '.join(FORMATS)}")
    return text


def _whole(env: Mapping[str, str], name: str, usual: int, least: int, most: int) -> int:
    text = env.get(name, "").strip() or str(usual)
    if not text.isascii() or not text.isdigit() or not least <= int(text) <= most:
        raise ConfigurationError(
            f"{name} is {text!r}; set it to a whole number from {least} to {most}"
        )
    return int(text)
