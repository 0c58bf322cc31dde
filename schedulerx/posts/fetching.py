"""URLs that platforms fetch media from: asked for the first byte before any is handed out."""

from __future__ import annotations

import re
from urllib.parse import urlsplit

from schedulerx.posts.http import Http, Request, Response
from schedulerx.posts.model import MediaItem
from schedulerx.posts.outcomes import NotAccepted, PlatformError

_WHOLE = re.compile(r"bytes 0-0/(\d+)")
_UNTOLD = ("application/octet-stream", "binary/octet-stream", "")  # a store that tells no types
_STEPS = {
    403: "let whoever has it read the object: the credentials that sign need s3:GetObject, and a "
    "MEDIA_PUBLIC_URL has to be open to all",
    404: "MEDIA_PUBLIC_URL must be the address of the bucket that MEDIA_BUCKET names",
}


def check_url(http: Http, url: str, item: MediaItem) -> None:
    """Asks as a platform would: with GET, and without following.

    Raises:
        NotAccepted: it does not answer, or with something else; the message says what to do, and
            never tells the URL, whose signature is as good as a password.
    """
    try:
        asked = Request(method="GET", url=url, headers={"range": "bytes=0-0"}, enough=1)
        answer = http.send(asked)
    except PlatformError as error:
        raise NotAccepted(f"the URL of {item.name} does not answer: {error}") from error
    words = _trouble(answer, item)
    if words:
        raise NotAccepted(f"the URL of {item.name} {words}", code="media_url")


def _trouble(answer: Response, item: MediaItem) -> str:
    """What is wrong with the answer, and the next step; empty where nothing is."""
    if 300 <= answer.status < 400:
        host = urlsplit(answer.headers.get("location", "")).hostname or "another address"
        return (
            f"redirects to {host}, and platforms do not follow: set MEDIA_PUBLIC_URL to where the "
            "media are, or AWS_REGION to the bucket's region"
        )
    if answer.status not in (200, 206):
        step = _STEPS.get(answer.status)
        return f"answers {answer.status}" + (f": {step}" if step else "")
    kind = answer.headers.get("content-type", "").partition(";")[0].strip().lower()
    if kind not in _UNTOLD and kind.partition("/")[0] != item.media_type.partition("/")[0]:
        return (
            f"answers with {kind}, not {item.media_type}: something else answers there; open "
            "MEDIA_PUBLIC_URL in a browser"
        )
    size = _size(answer)
    if size is not None and size != item.bytes:
        return f"has {size:,} bytes, not {item.bytes:,}: another bucket lies behind it"
    return ""


def _size(answer: Response) -> int | None:
    """Bytes of the whole, where they are told."""
    found = _WHOLE.fullmatch(answer.headers.get("content-range", ""))
    if found:
        return int(found[1])
    told = answer.headers.get("content-length", "")
    return int(told) if answer.status == 200 and told.isdigit() else None
