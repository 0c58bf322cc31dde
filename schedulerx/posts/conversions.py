"""Conversions that are too heavy for a function: written down here, done by a task."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from uuid import UUID

import msgspec

from schedulerx.errors import RejectedInput
from schedulerx.model.ports import ArtifactStore
from schedulerx.posts.checking import is_video
from schedulerx.posts.conversion import Wanted
from schedulerx.posts.intake import draft_of
from schedulerx.posts.ledger import Work
from schedulerx.posts.model import MediaItem
from schedulerx.posts.platform import Platform
from schedulerx.posts.preparation import MediaPreparation
from schedulerx.settings import FramedVideoSettings, RenditionSettings

LARGE_BYTES = 64 * 1024**2  # of a picture; a video that is converted is always heavy


class Job(msgspec.Struct, frozen=True, kw_only=True):
    """What a task makes: of which medium, which rendition."""

    pictures: tuple[tuple[MediaItem, RenditionSettings], ...] = ()
    videos: tuple[tuple[MediaItem, FramedVideoSettings], ...] = ()


@dataclass(frozen=True)
class Conversions:
    """Writes jobs down, and does them. What is made is found by whoever prepares the post next."""

    store: ArtifactStore
    preparation: MediaPreparation

    def is_heavy(self, work: Work, platforms: Mapping[str, Platform]) -> bool:
        """Whether a task has to convert first; its job is then in its place.

        Raises:
            RetryableError: the store does not answer now.
        """
        platform = platforms.get(work.account.platform)
        if platform is None:
            return False
        draft = draft_of(work.post, work.account, work.target.target_id, work.target.attempt)
        wanted = self.preparation.unmade(draft, platform)
        job = Job(
            pictures=tuple((i, w) for i, w in wanted if isinstance(w, RenditionSettings)),
            videos=tuple((i, w) for i, w in wanted if isinstance(w, FramedVideoSettings)),
        )
        if not any(is_video(item) or item.bytes > LARGE_BYTES for item, _ in wanted):
            return False
        self.store.put(_place(work.target.target_id), msgspec.json.encode(job))
        return True

    def convert(self, target_id: UUID) -> int:
        """Does the job of a target; how many media were made. One that cannot be made is left to
        the phase after it, which refuses the post with the reason.

        Raises:
            ArtifactNotFound: there is no such job.
        """
        job = msgspec.json.decode(self.store.get(_place(target_id)), type=Job)
        return sum(
            [self._made(item, wanted) for item, wanted in job.videos]
            + [self._made(item, wanted) for item, wanted in job.pictures]
        )

    def _made(self, item: MediaItem, wanted: Wanted) -> bool:
        try:
            self.preparation.make(item, wanted)
        except RejectedInput:
            return False
        return True


def _place(target_id: UUID) -> str:
    return f"posts/jobs/{target_id}.json"
