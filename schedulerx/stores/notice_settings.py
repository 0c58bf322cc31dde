"""Where people are told of posts: kept among the secrets, since a bot's token is one."""

from __future__ import annotations

import msgspec

from schedulerx.errors import ConfigurationError
from schedulerx.posts.notices import Notices
from schedulerx.stores.account_tokens import NoSecret, Secrets

_NAME = "notices-telegram"


def read_notices(secrets: Secrets) -> Notices | None:
    """What was asked for; None: nothing was.

    Raises:
        ConfigurationError: the secret cannot be read, or holds something else.
        RetryableError: the store of secrets does not answer now.
    """
    try:
        values = secrets.read(_NAME)
    except NoSecret:
        return None
    try:
        return msgspec.convert(values, Notices, strict=False) if values else None
    except msgspec.ValidationError as error:
        raise ConfigurationError(
            f"what is stored about notices is not usable ({error}); run `schedulerx posts notify`"
        ) from error


def write_notices(secrets: Secrets, wanted: Notices | None) -> None:
    """Asks for notices, or for none."""
    secrets.write(_NAME, {} if wanted is None else msgspec.to_builtins(wanted))
