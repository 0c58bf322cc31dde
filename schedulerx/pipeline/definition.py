"""The order of the pipeline, as data. Nothing else knows it.

The folder run interprets this list, the stack compiles it to a state machine, `--steps` accepts
its names, and the report has a row for each. A new step is a module in `schedulerx/steps/` and a
line here.
"""

from __future__ import annotations

from schedulerx.pipeline.step import Compute, Scope, Step

STEPS: tuple[Step, ...] = (
    Step("validate", Scope.FILE, version=3, compute=Compute.ECS),
    Step("describe", Scope.FILE, needs=("validate",), version=4, compute=Compute.ECS),
    Step("render", Scope.FILE, needs=("validate", "describe"), version=5, compute=Compute.ECS),
    Step("read", Scope.FILE, needs=("validate", "describe"), version=8, compute=Compute.ECS),
    Step(
        "generate_events", Scope.FILE, needs=("describe", "read"), version=12, compute=Compute.ECS
    ),
    Step("upload", Scope.GROUP, needs=("describe", "read", "generate_events")),
    Step("dedupe", Scope.RUN, version=7),
    Step("create_persons", Scope.RUN, version=5),
    Step("clean_devices", Scope.RUN, version=3),
    Step("map_person_devices", Scope.RUN, version=4),
    Step("verify", Scope.RUN),
    Step("report", Scope.RUN),
)

# These close every run, whatever subset was asked for: no run ends without a certificate.
ALWAYS: frozenset[str] = frozenset({"verify", "report"})

NAMES: tuple[str, ...] = tuple(step.name for step in STEPS)
BY_NAME: dict[str, Step] = {step.name: step for step in STEPS}


def steps_of(scope: Scope) -> tuple[Step, ...]:
    """The steps of one scope, in order."""
    return tuple(step for step in STEPS if step.scope is scope)


def select(
    requested: tuple[str, ...] = (), *, skip_event_generation: bool = False
) -> tuple[Step, ...]:
    """The steps a run takes, in order: those asked for (all, if none), what they need, and ALWAYS.

    Raises:
        KeyError: a name is not a step's.
    """
    left_out = {"generate_events"} if skip_event_generation else set()
    names = (set(requested or NAMES) | ALWAYS) - left_out
    unseen = list(names)
    while unseen:
        needs = set(BY_NAME[unseen.pop()].needs) - names - left_out
        names |= needs
        unseen.extend(needs)
    return tuple(step for step in STEPS if step.name in names)
