"""Links, mentions and hashtags of a Bluesky text, by their bytes (`app.bsky.richtext.facet`)."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from typing import Any

_LINK = re.compile(r"https?://[^\s<>]+[^\s<>.,;:!?'\")\]}]")
_MENTION = re.compile(r"(?<![\w@])@((?:[a-zA-Z0-9-]+\.)+[a-zA-Z]{2,})")
_TAG = re.compile(r"(?<![\w#])#(?=\w*[^\W\d_])(\w{1,64})")


def mentions(text: str) -> list[str]:
    """The handles that a text mentions, each once."""
    return list(dict.fromkeys(found[1] for found in _MENTION.finditer(text)))


def facets(text: str, resolve: Callable[[str], str | None]) -> list[dict[str, Any]]:
    """The facets in order. `resolve` gives the account of a handle, or None."""
    return sorted(_all(text, resolve), key=lambda facet: int(facet["index"]["byteStart"]))


def _all(text: str, resolve: Callable[[str], str | None]) -> Iterator[dict[str, Any]]:
    for found in _LINK.finditer(text):
        yield _facet(text, found, {"$type": "app.bsky.richtext.facet#link", "uri": found[0]})
    for found in _TAG.finditer(text):
        yield _facet(text, found, {"$type": "app.bsky.richtext.facet#tag", "tag": found[1]})
    for found in _MENTION.finditer(text):
        did = resolve(found[1])
        if did is not None:
            yield _facet(text, found, {"$type": "app.bsky.richtext.facet#mention", "did": did})


def _facet(text: str, found: re.Match[str], feature: dict[str, str]) -> dict[str, Any]:
    start, end = (len(text[:at].encode()) for at in found.span())
    return {"index": {"byteStart": start, "byteEnd": end}, "features": [feature]}
