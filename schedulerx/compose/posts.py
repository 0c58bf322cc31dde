"""Posts on this machine: their folder, database, media and credentials."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from uuid import UUID

from schedulerx.compose.post_house import Grounds, PostHouse, house_on, utc_now
from schedulerx.compose.post_media import Public, local_media
from schedulerx.posts.model import Post
from schedulerx.settings import CREDENTIALS_KEY, POSTS_DIR, processing_settings
from schedulerx.stores.credentials import FileSecrets
from schedulerx.stores.http import HttpxClient
from schedulerx.stores.postgres.opening import open_database

__all__ = ["PostHouse", "local_posts", "posts_folder", "utc_now"]
_DEFAULT = "posts-data"
_CONNECTIONS = 8  # of the threads that publish; each needs one a few times a post, for a moment


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
def local_posts(folder: Path, env: Mapping[str, str], public: Public = None) -> Iterator[PostHouse]:
    """Posts in a folder, with the database that `DB_PROFILE` names or one embedded in it. `public`
    gives URLs of the folder's media, where something serves them.

    Raises:
        ConfigurationError: the folder, the database or the key is not usable.
    """
    folder.mkdir(parents=True, exist_ok=True)
    store, address = local_media(folder, env)
    secrets = FileSecrets(folder / "credentials", env.get(CREDENTIALS_KEY))
    with open_database(env, folder / "database", _CONNECTIONS) as database, HttpxClient() as http:
        yield house_on(
            Grounds(
                database=database,
                store=store,
                secrets=secrets,
                http=http,
                clock=NoClock(),
                settings=processing_settings(env),
                public=public or address,
            )
        )
