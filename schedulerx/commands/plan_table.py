"""A plan, as the operator reads it before the run."""

from __future__ import annotations

from typing import Self

import msgspec
from rich.console import Console
from rich.table import Table
from rich.text import Text

from schedulerx.pipeline import prices
from schedulerx.pipeline.cost import Estimate
from schedulerx.pipeline.plan import Draft

_UNITS = ("B", "kB", "MB", "GB", "TB", "PB")


class PlanSummary(msgspec.Struct, frozen=True, omit_defaults=True, kw_only=True):
    """What `--plan_only --json` prints. The estimate is of the stack: a folder run has none."""

    source: str
    plan_id: str
    inputs: int
    bytes: int
    skipped: int
    planned: int
    planned_bytes: int
    groups: int
    estimate: Estimate | None = None
    dollars: float | None = None

    @classmethod
    def of(cls, draft: Draft, estimate: Estimate | None = None) -> Self:
        """The summary of a draft."""
        return cls(
            source=draft.request.source,
            plan_id=draft.plan_id,
            inputs=draft.inputs.count,
            bytes=draft.inputs.bytes,
            skipped=draft.skipped.count,
            planned=draft.planned,
            planned_bytes=draft.planned_bytes,
            groups=draft.group_count,
            estimate=estimate,
            dollars=round(estimate.dollars, 4) if estimate else None,
        )


def print_plan(summary: PlanSummary, console: Console | None = None) -> None:
    """The tables, on standard output unless told otherwise."""
    console = console or Console(highlight=False)
    console.print(_counts(summary))
    if summary.estimate is None:
        return
    console.print()
    console.print(_charges(summary.estimate))
    for quota in summary.estimate.binding:
        console.print(Text(f"Quota: {quota}"), soft_wrap=True)


def _counts(summary: PlanSummary) -> Table:
    table = _table("Plan of", summary.source)
    table.add_row("files", f"{summary.inputs:,}")
    table.add_row("bytes", size(summary.bytes))
    table.add_row("skipped, complete", f"{summary.skipped:,}")
    table.add_row("to process", f"{summary.planned:,} of {size(summary.planned_bytes)}")
    table.add_row("groups", f"{summary.groups:,}")
    estimate = summary.estimate
    if estimate is not None:
        table.add_row("tasks", f"{estimate.tasks:,}, {estimate.tasks_at_once:,} at once")
        table.add_row("launch time", f"{estimate.launch_s:.0f} s")
        table.add_row("time, about", duration(estimate.total_s))
    return table


def _charges(estimate: Estimate) -> Table:
    table = _table("Estimate", "of", "dollars")
    for charge in estimate.charges:
        table.add_row(charge.service, charge.amount, money(charge.dollars))
    table.add_row("together", f"{prices.REGION}, prices of {prices.AS_OF}", money(estimate.dollars))
    return table


def _table(*columns: str) -> Table:
    table = Table(box=None, pad_edge=False)
    for column in columns:
        table.add_column(Text(column), overflow="fold")
    if columns[-1] == "dollars":
        table.columns[-1].justify = "right"
    return table


def money(dollars: float) -> str:
    """Dollars; what is under a cent in more digits."""
    return f"{dollars:,.2f}" if dollars >= 0.01 or dollars == 0 else f"{dollars:.5f}"


def size(count: float) -> str:
    """Bytes, in units of a thousand."""
    for unit in _UNITS:
        if count < 1000 or unit == _UNITS[-1]:
            break
        count /= 1000
    return f"{count:.0f} {unit}" if unit == "B" else f"{count:.1f} {unit}"


def duration(seconds: float) -> str:
    """Minutes, or hours where there are many."""
    if seconds < 90 * 60:
        return f"{max(1, round(seconds / 60))} min"
    return f"{seconds / 3600:.1f} h"
