"""All that works with posts, over whichever database, media and credentials there are."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import partial

from schedulerx.model.ports import ArtifactStore
from schedulerx.posts.grants import ends_at
from schedulerx.posts.http import Http
from schedulerx.posts.media_intake import take_in
from schedulerx.posts.model import Account
from schedulerx.posts.platforms.registry import PLATFORMS
from schedulerx.posts.preparation import MediaPreparation
from schedulerx.posts.publishing import Publisher
from schedulerx.posts.renewing import Renewer
from schedulerx.posts.scheduling import Clock, Desk
from schedulerx.posts.telling import Teller
from schedulerx.settings import ProcessingSettings
from schedulerx.stores.account_tokens import AccountTokens, Secrets, Values
from schedulerx.stores.notice_settings import read_notices
from schedulerx.stores.post_media import StoredMedia
from schedulerx.stores.postgres.connect import Database
from schedulerx.stores.postgres.post_ledger import PostgresLedger
from schedulerx.stores.postgres.post_notices import PostgresNotices
from schedulerx.stores.postgres.posts import PostgresPosts


@dataclass(frozen=True)
class PostHouse:
    """All that the commands about posts work with."""

    posts: PostgresPosts
    ledger: PostgresLedger
    secrets: Secrets
    desk: Desk
    publisher: Publisher
    renewer: Renewer
    notices: PostgresNotices
    teller: Teller


@dataclass(frozen=True)
class Grounds:
    """What a house is built on. `public` gives a URL for a key of the media store, if any."""

    database: Database
    store: ArtifactStore
    secrets: Secrets
    http: Http
    clock: Clock
    settings: ProcessingSettings
    public: Callable[[str], str] | None = None


def house_on(grounds: Grounds) -> PostHouse:
    """Builds it; nothing is called yet."""
    posts, ledger = PostgresPosts(grounds.database), PostgresLedger(grounds.database)
    notices = PostgresNotices(grounds.database)
    preparation = MediaPreparation(grounds.store, grounds.settings)

    tokens = partial(_tokens, grounds, posts)
    return PostHouse(
        posts=posts,
        ledger=ledger,
        secrets=grounds.secrets,
        desk=Desk(
            shelf=posts,
            clock=grounds.clock,
            platforms=PLATFORMS,
            take_in=partial(take_in, store=grounds.store, settings=grounds.settings),
            preparation=preparation,
            now=utc_now,
        ),
        publisher=Publisher(
            ledger=ledger,
            platforms=PLATFORMS,
            preparation=preparation,
            http=grounds.http,
            media=StoredMedia(grounds.store, grounds.http, grounds.public),
            tokens=tokens,
            now=utc_now,
        ),
        renewer=Renewer(platforms=PLATFORMS, http=grounds.http, tokens=tokens, now=utc_now),
        notices=notices,
        teller=Teller(
            ledger=notices,
            http=grounds.http,
            settings=partial(read_notices, grounds.secrets),
            now=utc_now,
        ),
    )


def _tokens(grounds: Grounds, posts: PostgresPosts, account: Account) -> AccountTokens:
    """Those of one account; the table is told when they end."""

    def told(values: Values) -> None:
        posts.set_end(account.account_id, ends_at(values))

    return AccountTokens(grounds.secrets, account.secret, told)


def utc_now() -> datetime:
    """Now."""
    return datetime.now(UTC)
