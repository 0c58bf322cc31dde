"""Authorisations that end though nothing is posted by them: renewed in time."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from schedulerx.posts.http import Http
from schedulerx.posts.model import Account
from schedulerx.posts.oauth import OAuth
from schedulerx.posts.outcomes import PlatformError
from schedulerx.posts.platform import Platform, Tokens
from schedulerx.posts.platforms.long_lived import long_lived_token
from schedulerx.posts.platforms.renewal import renew

_NEAR = timedelta(days=30)
# Where renewing does not move the end, as LinkedIn's, it is not tried with every sweep.
_AGAIN = timedelta(days=1)


@dataclass(frozen=True)
class _Calling:
    """Implements `schedulerx.posts.platform.Caller`."""

    account: Account
    http: Http
    tokens: Tokens
    now: Callable[[], datetime]


@dataclass(frozen=True)
class Renewer:
    """Renews what ends within a month; what is posted by meanwhile is renewed anyhow."""

    platforms: Mapping[str, Platform]
    http: Http
    tokens: Callable[[Account], Tokens]
    now: Callable[[], datetime]

    def renew(self, accounts: Iterable[Account]) -> list[str]:
        """A sentence for each that could not be renewed."""
        return [words for account in accounts for words in self._renewed(account)]

    def _renewed(self, account: Account) -> Iterator[str]:
        platform, now = self.platforms.get(account.platform), self.now()
        oauth = None if platform is None else platform.oauth
        ends_at = account.expires_at
        is_near = ends_at is not None and now < ends_at < now + _NEAR
        if oauth is None or not is_near or account.paused is not None:
            return
        calling = _Calling(account, self.http, self.tokens(account), self.now)
        try:
            _renew(calling, oauth)
        except PlatformError as error:
            yield f"the authorisation of {account.name} could not be renewed: {error}"


def _renew(calling: _Calling, oauth: OAuth) -> None:
    if oauth.long_lived is not None:
        if oauth.long_lived.refresh_url:
            long_lived_token(calling, oauth)
        return
    known = calling.tokens.get()
    since = calling.now().timestamp() - float(known.get("granted_at", 0))
    if known.get("refresh_token") and since > _AGAIN.total_seconds():
        renew(calling, oauth)
