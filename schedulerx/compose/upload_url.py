"""The events API that a run feeds, from `--upload_url` and the environment."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager

from schedulerx.model.ports import ArtifactStore, EventsFeed


@contextmanager
def upload_feed(
    url: str | None, env: Mapping[str, str], artifacts: ArtifactStore
) -> Iterator[EventsFeed | None]:
    """The API behind the address, tried; None without one.

    Raises:
        ConfigurationError: the address or the token is wrong.
        RetryableError: it does not answer now.
    """
    if url is None:
        yield None
        return
    # Most runs do without.
    from schedulerx.stores.events_api import TOKEN, EventsApi  # noqa: PLC0415  (httpx)
    from schedulerx.stores.http import HttpxClient  # noqa: PLC0415  (httpx)

    with HttpxClient() as http:
        api = EventsApi(http, url, env.get(TOKEN, ""), artifacts)
        api.check()
        yield api
