from __future__ import annotations

import json

import msgspec
import psycopg
import pytest
from pydantic import ValidationError

from containers.worker.worker import work
from lambdas.group_step.handler import handler as group_step
from lambdas.record_failure.handler import handler as record_failure
from lambdas.run_step.handler import handler as run_step
from schedulerx.errors import ConfigurationError, UnbalancedRun
from schedulerx.model.run import Group
from schedulerx.pipeline.definition import steps_of
from schedulerx.pipeline.step import Scope
from schedulerx.stores.postgres.profiles import Profile
from tests.lambdas.conftest import CONTEXT, Cloud

ANSWER_LIMIT = 256 * 1024  # bytes; Step Functions' own


def _processed(cloud: Cloud, photo: bytes) -> Group:
    """A group of two files whose task has ended."""
    cloud.put("photo.jpg", photo)
    cloud.put("empty.jpg", b"")
    run, group = cloud.plan()
    assert work(cloud.services(), run.run_id, group, 1, lambda: False) == 0
    return group


def _group_request(step: str, group: Group) -> dict[str, object]:
    return {"step": step, "run_id": "r1", "group": msgspec.to_builtins(group)}


def test_a_group_step_puts_the_groups_records_into_the_database(
    cloud: Cloud, database: Profile, photo: bytes
) -> None:
    group = _processed(cloud, photo)

    answer = group_step(_group_request("upload", group), CONTEXT)

    assert answer["step"] == "upload"
    assert len(json.dumps(answer)) < ANSWER_LIMIT
    with psycopg.connect(database.conninfo()) as connection:
        tables = connection.execute("SELECT count(*) FROM schedulerx.objects").fetchone()
    assert tables == (2,)


def test_a_step_leaves_no_connection_to_the_database_open(
    cloud: Cloud, database: Profile, photo: bytes
) -> None:
    group = _processed(cloud, photo)

    group_step(_group_request("upload", group), CONTEXT)
    run_step({"step": "dedupe", "run_id": "r1"}, CONTEXT)

    with psycopg.connect(database.conninfo()) as connection:
        # A backend is gone a moment after its client.
        for _ in range(200):
            left = connection.execute(
                "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database()"
                " AND backend_type = 'client backend' AND pid <> pg_backend_pid()"
            ).fetchone()
            connection.rollback()
            if left == (0,):
                break
            connection.execute("SELECT pg_sleep(0.01)")
    assert left == (0,)


def test_the_run_steps_in_order_end_in_a_balanced_certificate(
    cloud: Cloud, database: Profile, photo: bytes
) -> None:
    group = _processed(cloud, photo)
    group_step(_group_request("upload", group), CONTEXT)

    for step in steps_of(Scope.RUN):
        answer = run_step({"step": step.name, "run_id": "r1"}, CONTEXT)
        assert len(json.dumps(answer)) < ANSWER_LIMIT

    certificate = cloud.read("report", "r1/certificate.json")
    assert certificate["balanced"] is True
    assert certificate["inputs"]["count"] == 2


def test_sums_that_do_not_agree_leave_the_function_under_their_own_name(
    cloud: Cloud, database: Profile, photo: bytes
) -> None:
    _processed(cloud, photo)  # and never uploaded

    with pytest.raises(UnbalancedRun):
        run_step({"step": "verify", "run_id": "r1"}, CONTEXT)


def test_a_run_that_was_never_planned_is_named(cloud: Cloud) -> None:
    with pytest.raises(ConfigurationError, match="No run r2"):
        run_step({"step": "verify", "run_id": "r2"}, CONTEXT)


def test_a_request_without_its_group_is_refused(cloud: Cloud) -> None:
    with pytest.raises(ValidationError, match="group"):
        group_step({"step": "upload", "run_id": "r1"}, CONTEXT)


def test_what_ended_an_execution_is_kept_beside_its_report(cloud: Cloud) -> None:
    failure = {"run_id": "r1", "error": "States.TaskFailed", "cause": "the task was killed"}

    answer = record_failure(failure, CONTEXT)

    assert answer == failure
    assert cloud.read("report", "r1/failure.json") == failure
