"""Listing a bucket, ten times as fast as the client's own parser.

botocore signs, sends and retries; before it parses a ListObjectsV2 answer, the raw XML is taken
out of its hands (event `before-parse`) and only what is needed is read from it. Its own parser
builds every field and date of every object by Python code: 16,000 objects/s a core.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextvars import ContextVar
from typing import Any, NamedTuple
from urllib.parse import unquote_plus
from xml.etree.ElementTree import Element, ParseError, XMLParser

from schedulerx.errors import RetryableError
from schedulerx.stores.aws_errors import aws_call

_RAW = "RawListing"
_EMPTY = b"<ListBucketResult/>"
_wanted: ContextVar[bool] = ContextVar("raw_listing_wanted", default=False)


class Entry(NamedTuple):
    """One object. `etag` is without quotes."""

    key: str
    etag: str
    size: int


class Page(NamedTuple):
    """One answer: objects, common prefixes, and the token of the next, where there is one."""

    entries: list[Entry]
    prefixes: list[str]
    next_token: str | None


class Listing:
    """Lists one bucket. Any thread may use it."""

    def __init__(self, bucket: str, client: Any) -> None:
        self._bucket = bucket
        self._client = client
        client.meta.events.register(
            "before-parse.s3.ListObjectsV2", _keep_raw, unique_id="schedulerx-raw-listing"
        )

    def pages(self, prefix: str, *, delimiter: str = "", most: int = 1000) -> Iterator[Page]:
        """Answer by answer, in the order of the keys' bytes."""
        token: str | None = None
        while True:
            page = self.page(prefix, delimiter=delimiter, most=most, token=token)
            yield page
            token = page.next_token
            if token is None:
                return

    def page(
        self, prefix: str, *, delimiter: str = "", most: int = 1000, token: str | None = None
    ) -> Page:
        """One answer.

        Raises:
            ConfigurationError, RetryableError: see `aws_call`.
        """
        asked = {"Bucket": self._bucket, "Prefix": prefix, "MaxKeys": most, "EncodingType": "url"}
        if delimiter:
            asked["Delimiter"] = delimiter
        if token is not None:
            asked["ContinuationToken"] = token
        before = _wanted.set(True)
        try:
            with aws_call(f"bucket {self._bucket}"):
                answer = self._client.list_objects_v2(**asked)
        finally:
            _wanted.reset(before)
        return parse_page(answer[_RAW])


def _keep_raw(
    response_dict: dict[str, Any], customized_response_dict: dict[str, Any], **_: object
) -> None:
    # Only for calls made above: others with the same client get botocore's own answer.
    if _wanted.get() and response_dict["status_code"] == 200:
        customized_response_dict[_RAW] = response_dict["body"]
        response_dict["body"] = _EMPTY


def parse_page(body: bytes) -> Page:
    """A ListObjectsV2 answer with `EncodingType=url`.

    Raises:
        RetryableError: it is cut off, or no such answer.
    """
    root = _parse(body)
    space, _, name = root.tag.rpartition("}")
    space = f"{space}}}" if space else ""
    if name != "ListBucketResult":
        raise RetryableError(f"The store answered a listing with <{name}>")
    key, etag, size = f"{space}Key", f"{space}ETag", f"{space}Size"
    entries = [
        Entry(
            _decoded(one.findtext(key, "")),
            one.findtext(etag, "").strip('"'),
            int(one.findtext(size, "0")),
        )
        for one in root.iterfind(f"{space}Contents")
    ]
    shared = (one.findtext(f"{space}Prefix", "") for one in root.iterfind(f"{space}CommonPrefixes"))
    more = root.findtext(f"{space}IsTruncated") == "true"
    token = root.findtext(f"{space}NextContinuationToken") if more else None
    return Page(entries, [_decoded(prefix) for prefix in shared], token)


def _parse(body: bytes) -> Element:
    # Entities can only be declared in a DOCTYPE; in UTF-8 it can only be spelt so. UTF-16, to
    # which a byte order mark would switch the parser, has a NUL in every tag.
    if b"<!DOCTYPE" in body or b"\0" in body:
        raise RetryableError("The store answered a listing with a document type; not parsed")
    parser = XMLParser(encoding="utf-8")  # noqa: S314  (no DOCTYPE: no entities to expand)
    try:
        parser.feed(body)
        root: Element = parser.close()
    except ParseError as error:
        raise RetryableError(f"The store's listing was cut off: {error}") from error
    return root


def _decoded(text: str) -> str:
    return unquote_plus(text) if "%" in text or "+" in text else text
