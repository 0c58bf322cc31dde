"""The media of posts, in an artifact store: a folder, or any S3-compatible bucket."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from typing import BinaryIO

from schedulerx.errors import ArtifactNotFound, RetryableError
from schedulerx.model.ports import ArtifactStore
from schedulerx.model.range_file import range_file
from schedulerx.posts.fetching import check_url
from schedulerx.posts.http import Http
from schedulerx.posts.model import MediaItem
from schedulerx.posts.outcomes import NotAccepted, Refused

NO_URL = (
    "this platform fetches media from a URL, and there is no public place for them; set "
    "MEDIA_BUCKET (and MEDIA_ENDPOINT_URL for stores other than S3)"
)
HELD = 64 * 1024**2  # bytes of a picture that is held whole: no platform takes larger ones


@dataclass(frozen=True)
class StoredMedia:
    """Implements `schedulerx.posts.platform.Media`. `public` gives a URL for a key, where the
    store has one.
    """

    store: ArtifactStore
    http: Http
    public: Callable[[str], str] | None = None

    def open(self, item: MediaItem, start: int = 0, length: int | None = None) -> BinaryIO:
        """As `Media.open`."""
        length = item.bytes - start if length is None else length
        return range_file(partial(self._fetch, item), start, length)

    def read(self, item: MediaItem) -> bytes:
        """As `Media.read`."""
        if item.bytes > HELD:
            words = f"{item.name} has {item.bytes:,} bytes; {HELD:,} can be sent in one message"
            raise Refused(words, code="bytes")
        return self.open(item).read()

    def _fetch(self, item: MediaItem, start: int, length: int) -> bytes:
        try:
            piece = self.store.get_range(item.key, start, length)
        except ArtifactNotFound as error:
            raise Refused(f"{item.name or item.key} is no longer in the media store") from error
        except RetryableError as error:
            raise NotAccepted(str(error)) from error
        if len(piece) != length:
            where = self.store.location(item.key)
            raise Refused(f"{item.name or item.key} is cut short in {where}; restore it")
        return piece

    def url(self, item: MediaItem) -> str:
        """As `Media.url`: asked for its first byte before it is handed out."""
        if self.public is None:
            raise Refused(NO_URL, code="no_media_url")
        url = self.public(item.key)
        check_url(self.http, url, item)
        return url
