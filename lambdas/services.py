"""What a warm function keeps: its services, built on the first call."""

from __future__ import annotations

from functools import cache

from schedulerx.compose.cloud import cloud_services
from schedulerx.pipeline.services import Services
from schedulerx.settings import environment


@cache
def services() -> Services:
    """The services, from the environment the stack gives the function."""
    return cloud_services(environment(dotenv=None))
