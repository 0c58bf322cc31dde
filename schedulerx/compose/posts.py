"""Posts on this machine: their folder, database, media and credentials."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from uuid import UUID

from schedulerx.posts.media_intake import take_in
from schedulerx.posts.model import Account, Post
from schedulerx.posts.platforms.registry import PLATFORMS
from schedulerx.posts.preparation import MediaPreparation
from schedulerx.posts.publishing import Publisher
from schedulerx.posts.scheduling import Desk
from schedulerx.settings import CREDENTIALS_KEY, POSTS_DIR, processing_settings
from schedulerx.stores.credentials import AccountTokens, FileSecrets
from schedulerx.stores.folders import FolderArtifacts
from schedulerx.stores.http import HttpxClient
from schedulerx.stores.post_media import StoredMedia
from schedulerx.stores.postgres.connect import Database
from schedulerx.stores.postgres.opening import open_database
from schedulerx.stores.postgres.post_ledger import PostgresLedger
from schedulerx.stores.postgres.posts import PostgresPosts

_DEFAULT = "posts-data"


@dataclass(frozen=True)
class PostHouse:
    """All that the commands about posts work with."""

    posts: PostgresPosts
    ledger: PostgresLedger
    secrets: FileSecrets
    desk: Desk
    publisher: Publisher


class NoClock:
    """Wakes nobody: `posts run_due` is called by cron, or by hand."""

    def set(self, post: Post) -> None:
        """Nothing to set."""

    def forget(self, post_id: UUID) -> None:
        """Nothing to forget."""


def posts_folder(given: Path | None, env: Mapping[str, str]) -> Path:
    """Where posts live: as given, else as SCHEDULERX_POSTS_DIR says."""
    return (given or Path(env.get(POSTS_DIR) or _DEFAULT)).resolve()


@contextmanager
def local_posts(folder: Path, env: Mapping[str, str]) -> Iterator[PostHouse]:
    """Posts in a folder, with the database that `DB_PROFILE` names or one embedded in it.

    Raises:
        ConfigurationError: the folder, the database or the key is not usable.
    """
    folder.mkdir(parents=True, exist_ok=True)
    store = FolderArtifacts(folder / "media")
    secrets = FileSecrets(folder / "credentials", env.get(CREDENTIALS_KEY))
    with open_database(env, folder / "database") as database, HttpxClient() as http:
        yield _house(database, http, store, secrets, env)


def _house(
    database: Database,
    http: HttpxClient,
    store: FolderArtifacts,
    secrets: FileSecrets,
    env: Mapping[str, str],
) -> PostHouse:
    posts, ledger = PostgresPosts(database), PostgresLedger(database)
    settings = processing_settings(env)
    preparation = MediaPreparation(store, settings)

    def tokens(account: Account) -> AccountTokens:
        return AccountTokens.of(secrets, account.secret)

    return PostHouse(
        posts=posts,
        ledger=ledger,
        secrets=secrets,
        desk=Desk(
            shelf=posts,
            clock=NoClock(),
            platforms=PLATFORMS,
            take_in=partial(take_in, store=store, settings=settings),
            preparation=preparation,
            now=utc_now,
        ),
        publisher=Publisher(
            ledger=ledger,
            platforms=PLATFORMS,
            preparation=preparation,
            http=http,
            media=StoredMedia(store, http),
            tokens=tokens,
            now=utc_now,
        ),
    )


def utc_now() -> datetime:
    """Now."""
    return datetime.now(UTC)
