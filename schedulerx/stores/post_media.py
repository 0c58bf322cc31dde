"""The media of posts, in an artifact store: a folder, or any S3-compatible bucket."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from schedulerx.errors import ArtifactNotFound, RetryableError
from schedulerx.model.ports import ArtifactStore
from schedulerx.posts.http import Http, Request
from schedulerx.posts.model import MediaItem
from schedulerx.posts.outcomes import NotAccepted, PlatformError, Refused

NO_URL = (
    "this platform fetches media from a URL, and there is no public place for them; set "
    "MEDIA_BUCKET (and MEDIA_ENDPOINT_URL for stores other than S3)"
)


@dataclass(frozen=True)
class StoredMedia:
    """Implements `schedulerx.posts.platform.Media`. `public` gives a URL for a key, where the
    store has one.
    """

    store: ArtifactStore
    http: Http
    public: Callable[[str], str] | None = None

    def read(self, item: MediaItem, start: int = 0, length: int | None = None) -> bytes:
        """Bytes from `start`.

        Raises:
            Refused: the medium is gone.
            NotAccepted: the store does not answer.
        """
        try:
            if start == 0 and length is None:
                return self.store.get(item.key)
            return self.store.get_range(item.key, start, length or item.bytes - start)
        except ArtifactNotFound as error:
            raise Refused(f"{item.name or item.key} is no longer in the media store") from error
        except RetryableError as error:
            raise NotAccepted(str(error)) from error

    def url(self, item: MediaItem) -> str:
        """As `Media.url`: asked for its first byte before it is handed out."""
        if self.public is None:
            raise Refused(NO_URL, code="no_media_url")
        url = self.public(item.key)
        try:
            answer = self.http.send(Request(method="GET", url=url, headers={"range": "bytes=0-0"}))
        except PlatformError as error:
            raise NotAccepted(f"the URL of {item.name} does not answer: {error}") from error
        if answer.status not in (200, 206):
            raise NotAccepted(f"the URL of {item.name} answers {answer.status}")
        return url
