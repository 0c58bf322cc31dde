"""The credentials of accounts, wherever they lie; never in the database.

Platforms that rotate refresh tokens accept each once. So one process at a time refreshes, it looks
first whether another has, and what comes back is stored before it is used.
"""

from __future__ import annotations

from collections.abc import Callable
from contextlib import AbstractContextManager
from dataclasses import dataclass, field
from typing import Any, Protocol

from schedulerx.errors import ConfigurationError, RetryableError
from schedulerx.posts.outcomes import AccountRefused, NotAccepted

Values = dict[str, Any]


class NoSecret(ConfigurationError):  # noqa: N818  (named by what it means)
    """Nothing is stored under the name."""


class Secrets(Protocol):
    """Named secrets, each a JSON object."""

    def read(self, name: str) -> Values:
        """The secret.

        Raises:
            NoSecret: there is none.
            ConfigurationError: it may not be read, or was written with another key.
        """

    def write(self, name: str, values: Values) -> None:
        """Stores it, whole or not at all."""

    def locked(self, name: str) -> AbstractContextManager[object]:
        """Keeps other processes from changing it for the time of the context."""


@dataclass(frozen=True)
class AccountTokens:
    """Implements `schedulerx.posts.platform.Tokens` over one secret. Used for one call of the
    publisher: what it read last is what a refresh starts from. `told` hears of what is new.
    """

    secrets: Secrets
    name: str
    told: Callable[[Values], None] = lambda _: None
    _seen: list[Values] = field(default_factory=list)

    def get(self) -> Values:
        """As stored; read once.

        Raises:
            AccountRefused: there are none, or they cannot be read: nothing goes out by the account.
            NotAccepted: where they lie does not answer now.
        """
        if not self._seen:
            self._seen.append(self._read())
        return self._seen[-1]

    def _read(self) -> Values:
        try:
            return self.secrets.read(self.name)
        except ConfigurationError as error:
            raise AccountRefused(str(error), code="credentials") from error
        except RetryableError as error:
            raise NotAccepted(str(error), code="credentials") from error

    def refresh(self, change: Callable[[Values], Values]) -> Values:
        """As `Tokens.refresh`."""
        before = self.get()
        with self.secrets.locked(self.name):
            stored = self._read()
            is_new = stored == before
            if is_new:
                stored = change(stored)
                self._keep(stored)
        self._seen.append(stored)
        if is_new:
            self.told(stored)
        return stored

    def _keep(self, values: Values) -> None:
        """Stores new tokens, whose predecessors may be spent already.

        Raises:
            RetryableError: they could not be stored; the message says what that means.
        """
        try:
            self.secrets.write(self.name, values)
        except (OSError, RetryableError) as error:
            raise RetryableError(
                f"a new token could not be stored ({error}), and the one before it may be spent: "
                "if the platform no longer takes it, run `schedulerx accounts connect`"
            ) from error
