"""Where the files and pictures of results lie, as seen from a file that is exported beside them."""

from __future__ import annotations

import os
from functools import lru_cache
from pathlib import Path
from urllib.parse import quote

from schedulerx.model.keys import content_key
from schedulerx.model.ports import ArtifactStore
from schedulerx.report.exports.rows import Row

SOURCE = "_source"  # where the source of a row's file lies, in rows of the database
_MEMBER = "!/"
_PICTURED = ("photo_taken", "video_taken")
_REMEMBERED = 4096


class FolderLinks:
    """Relative links from the folder of the exported file: both may move together."""

    def __init__(self, artifacts: ArtifactStore, beside: Path) -> None:
        self._beside = beside.resolve()
        self._thumbnail = lru_cache(_REMEMBERED)(lambda sha256: _thumbnail(artifacts, sha256))

    def source(self, row: Row) -> str | None:
        """The file, or the archive it lies in; None where it came from a bucket."""
        source = row.get(SOURCE)
        if not source or "://" in source or row.get("_raw_path"):
            return None
        return self._relative(Path(source) / row["path"].partition(_MEMBER)[0])

    def thumbnail(self, row: Row) -> str | None:
        """The rendition of that name, where the event is of a picture."""
        sha256 = (row.get("provenance") or {}).get("sha256")
        if not sha256 or row.get("kind") not in _PICTURED:
            return None
        found = self._thumbnail(sha256)
        return self._relative(Path(found)) if found else None

    def _relative(self, path: Path) -> str:
        return quote(Path(os.path.relpath(path, self._beside)).as_posix())


def _thumbnail(artifacts: ArtifactStore, sha256: str) -> str | None:
    prefix = content_key("renditions", sha256, "thumbnail.")
    key = next(iter(artifacts.keys(prefix)), None)
    return artifacts.location(key) if key else None
