"""Posts as each platform takes them: media converted once, and kept by what they were made from."""

from __future__ import annotations

import hashlib
import shutil
import tempfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path
from typing import Any

import msgspec

from schedulerx.errors import ArtifactNotFound, RejectedInput, RetryableError
from schedulerx.media.animation import film
from schedulerx.media.rendering import render
from schedulerx.media.transcode import transcode
from schedulerx.model.ports import ArtifactStore
from schedulerx.model.range_file import PIECE, range_file
from schedulerx.model.record import ReasonCode
from schedulerx.posts.checking import is_video
from schedulerx.posts.conversion import Wanted, wanted_for
from schedulerx.posts.fitting import problems_with
from schedulerx.posts.intake import draft_of
from schedulerx.posts.ledger import Work
from schedulerx.posts.limits import Limits
from schedulerx.posts.media_intake import described
from schedulerx.posts.model import MediaItem
from schedulerx.posts.outcomes import NotAccepted, Refused
from schedulerx.posts.platform import Draft, Platform, Problem
from schedulerx.settings import ProcessingSettings, RenditionSettings

_ENDINGS = {"jpeg": ".jpg", "png": ".png", "webp": ".webp"}
_VERSION = "2"  # of the conversion: part of what is made is kept under


class _Made(msgspec.Struct, frozen=True, omit_defaults=True, kw_only=True):
    """What became of a conversion: the rendition, or why there is none, and under which limits."""

    item: MediaItem | None = None
    refused: str = ""
    code: str = ""
    limits: str = ""


@dataclass(frozen=True)
class MediaPreparation:
    """Implements `schedulerx.posts.means.Preparation`."""

    store: ArtifactStore
    settings: ProcessingSettings

    def draft(self, work: Work, platform: Platform) -> Draft:
        """As `Preparation.draft`."""
        draft = draft_of(work.post, work.account, work.target.target_id, work.target.attempt)
        return self.fitted(draft, platform)

    def fitted(self, draft: Draft, platform: Platform) -> Draft:
        """The draft with its media as the platform takes them, where they can be made so.

        Raises:
            NotAccepted: the store does not answer.
            Refused: a medium is gone from it, or cannot be converted.
        """
        options, limits = draft.content.options, draft.limits(platform)
        media = [self._fitted(item, limits, options) for item in draft.media]
        return replace(draft, media=tuple(media))

    def problems(self, draft: Draft, platform: Platform) -> Sequence[Problem]:
        """Every rule that the draft breaks."""
        return problems_with(draft, platform)

    def unmade(self, draft: Draft, platform: Platform) -> list[tuple[MediaItem, Wanted]]:
        """What `fitted` would have to convert now."""
        options, limits, found = draft.content.options, draft.limits(platform), []
        for item in draft.media:
            wanted = wanted_for(item, limits, options)
            if wanted and self._kept(item, wanted) is None:
                found.append((item, wanted))
        return found

    def make(self, item: MediaItem, wanted: Wanted) -> MediaItem:
        """The rendition of a medium. It is made once, and what became of it is kept: that it
        cannot be made as well, so that no other process tries.

        Raises:
            RejectedInput: it cannot be made.
            RetryableError: the store does not answer, or there is no room on the disk.
        """
        known = self._kept(item, wanted) or self._made(item, wanted)
        if known.item is None:
            raise RejectedInput(ReasonCode(known.code), known.refused)
        return msgspec.structs.replace(known.item, name=item.name, alt=item.alt)

    def _fitted(self, item: MediaItem, limits: Limits, options: Mapping[str, Any]) -> MediaItem:
        wanted = wanted_for(item, limits, options)
        if not wanted:
            return item
        try:
            return self.make(item, wanted)
        except ArtifactNotFound as error:
            raise Refused(f"{item.name or item.key} is no longer in the media store") from error
        except RejectedInput as error:
            raise Refused(f"{item.name}: {error.reason}", code="conversion") from error
        except RetryableError as error:
            raise NotAccepted(str(error)) from error

    def _kept(self, item: MediaItem, wanted: Wanted) -> _Made | None:
        """What became of it before. A refusal counts as long as the limits are what they were."""
        try:
            known = self.store.get(f"{_place(item, wanted)}.json")
        except ArtifactNotFound:
            return None
        made = msgspec.json.decode(known, type=_Made)
        return made if made.item is not None or made.limits == self._limits() else None

    def _made(self, item: MediaItem, wanted: Wanted) -> _Made:
        """Converts the item, and publishes what became of it last."""
        with tempfile.TemporaryDirectory(prefix="schedulerx-post-") as folder:
            try:
                made = _Made(item=self._converted(item, wanted, Path(folder)))
            except RejectedInput as error:
                made = _Made(refused=error.reason, code=error.code, limits=self._limits())
        self.store.put(f"{_place(item, wanted)}.json", msgspec.json.encode(made))
        return made

    def _converted(self, item: MediaItem, wanted: Wanted, folder: Path) -> MediaItem:
        """The rendition, in the store. On its way it lies in the folder, not in memory."""
        source, target = folder / "source", folder / f"made{_ending(wanted)}"
        self._bring(item, source)
        if isinstance(wanted, RenditionSettings):
            target.write_bytes(render(source, wanted, self.settings.validate).data)
        elif is_video(item):
            transcode(source, wanted, target)
        else:
            reel = folder / "reel.mp4"
            film(source, wanted.size, self.settings.validate, reel)
            transcode(reel, wanted, target)
        key = f"{_place(item, wanted)}{target.suffix}"
        made = described(target, target.name, self.store, self.settings)
        self.store.put_file(key, target)
        return msgspec.structs.replace(made, key=key)

    def _bring(self, item: MediaItem, target: Path) -> None:
        """Writes the medium to a file, a piece at a time."""
        try:
            with target.open("wb") as file:
                fetch = partial(self.store.get_range, item.key)
                shutil.copyfileobj(range_file(fetch, 0, item.bytes), file, PIECE)
        except EOFError as error:
            where = self.store.location(item.key)
            raise RetryableError(f"{item.name} is cut short in {where}; restore it") from error
        except OSError as error:
            raise RetryableError(
                f"{item.name} needs {item.bytes:,} bytes in {target.parent.parent} to be "
                f"converted: {error.strerror}; make room, or name another folder in TMPDIR"
            ) from error

    def _limits(self) -> str:
        limits = msgspec.json.encode(self.settings.validate, order="deterministic")
        return hashlib.sha256(limits).hexdigest()


def _place(item: MediaItem, wanted: Wanted) -> str:
    how = hashlib.sha256(_VERSION.encode() + msgspec.json.encode(wanted, order="deterministic"))
    return f"posts/made/{item.sha256[:2]}/{item.sha256}.{how.hexdigest()[:16]}"


def _ending(wanted: Wanted) -> str:
    return _ENDINGS[wanted.format] if isinstance(wanted, RenditionSettings) else ".mp4"
