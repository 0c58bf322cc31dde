"""A group's records and events go to another deployment's events API too, where a run feeds one.

Apart from the upload step, whose function lies in a network without a way out: what sends knows no
database, and what knows the database sends nothing.
"""

from __future__ import annotations

import time

import msgspec

from schedulerx.evidence.storage import iter_events
from schedulerx.model import keys
from schedulerx.model.ports import EventsFeed
from schedulerx.model.run import Group, Run, StepResult, location_of
from schedulerx.pipeline.definition import steps_of
from schedulerx.pipeline.group_records import record_keys, records
from schedulerx.pipeline.markers import mark_uploaded
from schedulerx.pipeline.services import Services
from schedulerx.pipeline.step import Scope


def feeds(run: Run) -> bool:
    """Whether what its groups upload is sent on."""
    return bool(run.upload_url) and any(step.name in run.steps for step in steps_of(Scope.GROUP))


def feed_group(services: Services, run: Run, group: Group, feed: EventsFeed) -> StepResult:
    """Sends what the group published, except what was taken before.

    Raises:
        ConfigurationError: the API refuses the sender.
        RetryableError: it does not answer; what it took is remembered.
    """
    begun = time.perf_counter()
    artifacts = services.artifacts
    # Sorted: a group that is sent again is sent in equal batches.
    listed = sorted(record_keys(artifacts, run, group))
    uploads = ((each, iter_events(each, artifacts)) for each in records(artifacts, listed))
    # Two machines may have folders of one name: their files do not replace each other.
    counts = feed.feed(f"{run.instance_id}:{location_of(run.source)}", uploads)
    mark_uploaded(artifacts, keys.fed_instance(run.instance_id, feed.target), listed)
    result = StepResult(
        step=keys.FEED,
        seconds=round(time.perf_counter() - begun, 6),
        counts=msgspec.to_builtins(counts),
    )
    key = keys.group_step_key(run.run_id, keys.FEED, group.group_id)
    artifacts.put(key, msgspec.json.encode(result))
    return result
