"""What a warm function keeps, and what it has for one call alone."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache

from schedulerx.compose.cloud import cloud_services, connected
from schedulerx.pipeline.services import Services
from schedulerx.settings import environment
from schedulerx.stores.aws_clients import Clients


@cache
def services() -> Services:
    """The services, from the environment the stack gives the function."""
    return cloud_services(environment(dotenv=None))


@cache
def clients() -> Clients:
    """The clients of AWS."""
    return Clients(environment(dotenv=None))


@contextmanager
def database_services() -> Iterator[Services]:
    """The services of one call: its connections to the database end with it."""
    with connected(services(), environment(dotenv=None)) as found:
        yield found
