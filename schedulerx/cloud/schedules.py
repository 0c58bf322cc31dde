"""Gap: EventBridge Scheduler's schedules are stored and never fire.

A ticking thread fires what is due on the cloud's clock: the wall's, or a virtual one moved through
`POST /_rehearsal/clock`. A schedule fires at most once for a time within the process (the real
service: at least once). After its last firing `ActionAfterCompletion: DELETE` removes it.
"""

from __future__ import annotations

import threading
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from moto.scheduler.models import Schedule, scheduler_backends

from schedulerx.cloud.clock import Clock, VirtualClock
from schedulerx.cloud.endpoints import Endpoints
from schedulerx.cloud.host import Host
from schedulerx.cloud.schedule_expressions import is_one_time, next_due
from schedulerx.cloud.schedule_targets import Targets

TICK_SECONDS = 0.5


@dataclass(frozen=True)
class Firing:
    """One schedule at one time."""

    due: datetime
    backend: Any
    schedule: Any


class Ticker:
    """Fires what became due since it last looked, in order of time."""

    def __init__(self, host: Host, clock: Clock, targets: Targets) -> None:
        self.host = host
        self.clock = clock
        self.targets = targets
        self._lock = threading.Lock()
        self._refused: set[str] = set()

    def run(self) -> None:
        """Ticks until the cloud stops."""
        while not self.host.stopping.wait(TICK_SECONDS):
            self.tick()

    def tick(self) -> list[dict[str, Any]]:
        """Fires everything due; what fired, for the answer of the clock's address."""
        fired = []
        with self._lock:
            until = self.clock.now()
            while (firing := self._first_due(until)) is not None:
                fired.append(self._fire(firing))
        return fired

    def serve(self, method: str, body: dict[str, Any]) -> dict[str, Any]:
        """The clock's address: GET tells, POST moves a virtual clock."""
        fired: list[dict[str, Any]] = []
        if method == "POST":
            if not isinstance(self.clock, VirtualClock):
                raise ValueError("The clock is the wall's: start with --clock virtual to move it")
            self.clock.advance(float(body["advance_seconds"]))
            fired = self.tick()
        return {"now": self.clock.now().isoformat(), "fired": fired}

    def _first_due(self, until: datetime) -> Firing | None:
        due = (firing for firing in self._upcoming() if firing.due <= until)
        return min(due, key=lambda firing: firing.due, default=None)

    def _upcoming(self) -> Iterator[Firing]:
        for backend, schedule in _schedules():
            if schedule.state == "ENABLED":
                due = self._next(schedule)
                if due is not None:
                    yield Firing(due, backend, schedule)

    def _next(self, schedule: Any) -> datetime | None:
        """The next time; a schedule made late still fires for the time it was made for."""
        known_since = _instant(schedule.rehearsal_since)
        begin = (
            max(known_since, _instant(schedule.start_date)) if schedule.start_date else known_since
        )
        last = getattr(schedule, "rehearsal_fired", None)
        after = last or (datetime.min.replace(tzinfo=UTC) if _once(schedule) else begin)
        try:
            due = next_due(
                schedule.schedule_expression, schedule.schedule_expression_timezone, begin, after
            )
        except (ValueError, KeyError) as error:
            self.host.say_once(f"schedule {schedule.name}  [red]never fires[/]  {error}")
            return None
        over = schedule.end_date and due and due > _instant(schedule.end_date)
        return None if over else due

    def _fire(self, firing: Firing) -> dict[str, Any]:
        schedule = firing.schedule
        schedule.rehearsal_fired = firing.due
        outcome = self.targets.deliver(schedule, firing.due)
        if self._next(schedule) is None and schedule.action_after_completion == "DELETE":
            firing.backend.schedule_groups[schedule.group_name].schedules.pop(schedule.name, None)
        self.host.say(f"schedule {schedule.group_name}/{schedule.name}  {outcome}")
        return {"name": schedule.name, "time": firing.due.isoformat(), "outcome": outcome}


def _once(schedule: Any) -> bool:
    return is_one_time(schedule.schedule_expression)


def _schedules() -> list[tuple[Any, Any]]:
    return [
        (backend, schedule)
        for account in list(scheduler_backends.values())
        for backend in list(account.values())
        for group in list(backend.schedule_groups.values())
        for schedule in list(group.schedules.values())
    ]


def _instant(value: Any) -> datetime:
    """Moto keeps dates as epoch seconds or as the request wrote them."""
    if isinstance(value, datetime):
        return value if value.tzinfo else value.replace(tzinfo=UTC)
    if isinstance(value, (int, float)):
        return datetime.fromtimestamp(value, UTC)
    return _instant(datetime.fromisoformat(str(value)))


def install(host: Host, clock: Clock, endpoints: Endpoints, targets: Targets) -> None:
    """Starts ticking; new and changed schedules count from the cloud's clock."""
    made, changed = Schedule.__init__, Schedule.update

    def make(self: Any, *arguments: Any, **named: Any) -> None:
        made(self, *arguments, **named)
        self.rehearsal_since = clock.now()

    def change(self: Any, *arguments: Any, **named: Any) -> None:
        changed(self, *arguments, **named)
        self.rehearsal_since, self.rehearsal_fired = clock.now(), None

    host.patch(Schedule, "__init__", make)
    host.patch(Schedule, "update", change)
    ticker = Ticker(host, clock, targets)
    endpoints.routes["clock"] = ticker.serve
    host.thread(ticker.run, "schedules")
