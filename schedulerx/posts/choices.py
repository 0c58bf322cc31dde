"""What an author may choose of how media are made to fit: options of a post, or of an account."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

import msgspec

from schedulerx.posts.options import COMMON, is_on

_NARROWEST, _WIDEST = 1 / 20, 20.0


class Choices(msgspec.Struct, frozen=True, kw_only=True):
    """Consent to what changes what is said. Without it such media are refused."""

    fit: str = "inside"  # or pad, or crop: where the shape has to change
    aspect: float | None = None  # width over height, wanted by the author
    colour: str | None = None  # around what is padded, behind what is transparent
    trim: bool = False  # a video may lose its end
    still: bool = False  # a moving picture may stop at its first frame


def choices_of(options: Mapping[str, Any]) -> Choices:
    """The choices. What says what it may not (`schedulerx.posts.options.wrong`) is not chosen."""
    said = {name: str(options.get(name, "")) for name in ("fit", "aspect", "colour")}
    return Choices(
        fit=said["fit"] if said["fit"] in ("pad", "crop") else "inside",
        aspect=_aspect(said["aspect"]),
        colour=said["colour"] if re.fullmatch(COMMON["colour"].pattern, said["colour"]) else None,
        trim=is_on(options.get("trim")),
        still=is_on(options.get("still")),
    )


def _aspect(text: str) -> float | None:
    if not re.fullmatch(COMMON["aspect"].pattern, text):
        return None
    width, _, height = text.partition(":")
    return min(max(int(width) / int(height), _NARROWEST), _WIDEST)


def misunderstood(options: Mapping[str, Any]) -> str | None:
    """What one choice lacks that another would have to say."""
    chosen = choices_of(options)
    if chosen.aspect is not None and chosen.fit == "inside":
        return f"the option aspect={options['aspect']} needs fit=pad or fit=crop beside it"
    return None
