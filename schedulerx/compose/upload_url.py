"""The events API that a run feeds, tried before anything is sent."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from schedulerx.model.ports import ArtifactStore
from schedulerx.stores.events_api import EventsApi
from schedulerx.stores.http import HttpxClient


@contextmanager
def upload_feed(
    url: str, token: str, artifacts: ArtifactStore, left_s: Callable[[], float] = lambda: math.inf
) -> Iterator[EventsApi]:
    """The API behind the address. `left_s`: seconds this process has for it.

    Raises:
        ConfigurationError: the address or the token is wrong.
        RetryableError: it does not answer now.
    """
    with HttpxClient() as http:
        api = EventsApi(http, url, token, artifacts, left_s=left_s)
        api.check()
        yield api
