"""The public place of media, for platforms that fetch them: a folder served on loopback."""

from __future__ import annotations

from schedulerx.cloud.platforms.serving import Answer, Asked
from schedulerx.errors import ArtifactNotFound
from schedulerx.model.keys import content_type
from schedulerx.model.ports import ArtifactStore

NAME = "media"  # the first part of its URLs' paths


class MediaStandIn:
    """Serves what lies in a media store."""

    def __init__(self, store: ArtifactStore) -> None:
        self._store = store

    def handle(self, asked: Asked) -> Answer | None:
        """The bytes under a key; the first of them where only these are asked for."""
        key = asked.path.lstrip("/")
        try:
            content = self._store.get(key)
        except ArtifactNotFound:
            return Answer(status=404)
        told = {"content-type": content_type(key)}
        if asked.headers.get("range") == "bytes=0-0":
            told["content-range"] = f"bytes 0-0/{len(content)}"
            return Answer(status=206, body=content[:1], headers=told)
        return Answer(body=content, headers=told)
