"""The list of what is put right. Each module's docstring names moto's gap."""

from __future__ import annotations

from schedulerx.cloud import (
    bucket_events,
    cloudformation_change_sets,
    cloudformation_stacks,
    cloudformation_types,
    ecs_service,
    ecs_sync,
    lambda_functions,
    map_failures,
    map_reader,
    queue_consumers,
    schedules,
    step_functions,
)
from schedulerx.cloud.clock import Clock
from schedulerx.cloud.endpoints import Endpoints
from schedulerx.cloud.host import Host
from schedulerx.cloud.schedule_targets import Targets


def install(host: Host, clock: Clock) -> Endpoints:
    """Applies every correction; they are undone when the cloud closes."""
    endpoints = Endpoints()
    step_functions.install(host)
    map_reader.install(host)
    map_failures.install(host)
    functions = lambda_functions.install(host)
    ecs_sync.install(host, ecs_service.install(host))
    bucket_events.install(host)
    queue_consumers.install(host, functions)
    schedules.install(host, clock, endpoints, Targets(host))
    cloudformation_types.install(host, functions, endpoints)
    cloudformation_stacks.install(host)
    cloudformation_change_sets.install(host)
    return endpoints
