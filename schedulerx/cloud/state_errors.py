"""Failures as moto's interpreter raises them, with the names the Amazon States Language gives."""

from __future__ import annotations

from typing import Any, cast

from moto.stepfunctions.parser.api import (
    HistoryEventType,
    MapRunFailedEventDetails,
    TaskFailedEventDetails,
)
from moto.stepfunctions.parser.asl.component.common.error_name import failure_event
from moto.stepfunctions.parser.asl.component.common.error_name.states_error_name import (
    StatesErrorName,
)
from moto.stepfunctions.parser.asl.component.common.error_name.states_error_name_type import (
    StatesErrorNameType,
)
from moto.stepfunctions.parser.asl.eval.event.event_detail import EventDetails


def map_failure(env: Any, kind: str, cause: str) -> Exception:
    """A Map Run's failure; `kind` is a member of moto's `StatesErrorNameType`."""
    details = MapRunFailedEventDetails(error=_name(kind), cause=cause)
    return _failure(env, kind, HistoryEventType.MapRunFailed, {"mapRunFailedEventDetails": details})


def task_failure(env: Any, task: Any, cause: str) -> Exception:
    """A `.sync` task whose work failed: `States.TaskFailed`, as the real integrations raise."""
    details = TaskFailedEventDetails(
        resource=task._get_sfn_resource(),  # noqa: SLF001  (moto's own helper)
        resourceType=task._get_sfn_resource_type(),  # noqa: SLF001
        error=_name("StatesTaskFailed"),
        cause=cause,
    )
    kind = "StatesTaskFailed"
    return _failure(env, kind, HistoryEventType.TaskFailed, {"taskFailedEventDetails": details})


def _name(kind: str) -> str:
    return str(StatesErrorNameType[kind].to_name())


def _failure(env: Any, kind: str, event_type: Any, details: dict[str, Any]) -> Exception:
    event = failure_event.FailureEvent(
        env=env,
        error_name=StatesErrorName(typ=StatesErrorNameType[kind]),
        event_type=event_type,
        event_details=cast("EventDetails", details),
    )
    error: Exception = failure_event.FailureEventException(failure_event=event)
    return error
