"""The outside of the library as protocols. A new source, and a new target, is one file each."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import Protocol

from schedulerx.model.evidence import NearDuplicate, Picture
from schedulerx.model.library import Asset, Item, LibraryCounts
from schedulerx.model.record import Look


class Writer(Protocol):
    """Where bytes go."""

    def write(self, data: bytes, /) -> int:
        """Takes the next bytes."""


class LibrarySource(Protocol):
    """Where photos come from: a folder, an account. Read only."""

    def assets(self) -> Iterator[Asset]:
        """Every file, in an order that stays. Names, sizes and versions only."""

    def read(self, asset: Asset, out: Writer) -> None:
        """Writes the asset's bytes to `out`.

        Raises RetryableError when it cannot be had now or changed meanwhile, RejectedInput when
        it is nothing to be opened.
        """

    def location(self) -> str:
        """Where a person finds it."""


class UploadTarget(Protocol):
    """Where photos go to. What it holds is told by content, so nothing is sent twice."""

    def holds(self, key: str, sha256: str, path: Path | None = None) -> bool | None:
        """Whether exactly these bytes lie under the key; None where nothing does. `path` holds
        them here, where they still do: some targets tell bytes by more than their SHA-256.
        """

    def put(self, key: str, path: Path, sha256: str) -> None:
        """Publishes the file under the key, whole or not at all.

        Raises RetryableError when it cannot be had now, ConfigurationError when it is the
        operator's to mend.
        """

    def location(self) -> str:
        """Where a person finds it; names the target in the ledger."""


class Ledger(Protocol):
    """What is known of every item. Every write is one transaction."""

    def known(self, source: str, assets: Sequence[Asset]) -> set[tuple[str, str]]:
        """Of these, the (path, version) that are in the library; raw paths where there are."""

    def save(self, items: Iterable[Item], looks: dict[str, Look | None] | None = None) -> None:
        """Writes the items, new ones at the end of the order. What is saved is not settled."""

    def settle(self, items: Iterable[Item], configuration: str) -> None:
        """Writes items that are through every phase under this configuration."""

    def unsettled(self, configuration: str) -> Iterator[Item]:
        """The items not settled under this configuration, in the order they came."""

    def items(self) -> Iterator[Item]:
        """Every item, in the order they came."""

    def item(self, item_id: str) -> Item | None:
        """One item."""

    def stored_as(self, original: str) -> Item | None:
        """The item whose original lies there."""

    def named(self, name: str) -> list[Item]:
        """The items whose ready file has this name, whatever the case of its letters."""

    def pictures(self) -> Iterator[Picture]:
        """Sound photos and videos with a look, best first; of equal bytes, the first."""

    def greys(self, object_ids: Sequence[bytes]) -> Iterator[tuple[bytes, bytes]]:
        """The grey copies of these items, each with its id."""

    def link_copies(self, near: Iterable[NearDuplicate]) -> int:
        """Makes `copy_of` say: equal bytes are copies of the first, and these of their originals.
        Answers how many changed; those are not settled.
        """

    def counts(self) -> LibraryCounts:
        """What the library holds."""
