"""Listing a bucket, ten times as fast as the client's own parser.

botocore signs, sends and retries; before it parses a ListObjectsV2 answer, the raw XML is taken
out of its hands (event `before-parse`) and only what is needed is read from it. Its own parser
builds every field and date of every object by Python code: 16,000 objects/s a core.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextvars import ContextVar
from typing import Any

from schedulerx.stores.aws_errors import aws_call
from schedulerx.stores.s3_pages import Page, parse_page

_RAW = "RawListing"
_EMPTY = b"<ListBucketResult/>"
_wanted: ContextVar[bool] = ContextVar("raw_listing_wanted", default=False)


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
