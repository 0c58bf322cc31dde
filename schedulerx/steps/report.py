"""Report: one self-contained HTML page of the run, and the last ten of them kept."""

from __future__ import annotations

from collections.abc import Iterable

import msgspec

from schedulerx.errors import ArtifactNotFound
from schedulerx.model import keys
from schedulerx.model.run import Certificate, StepResult, StepStats
from schedulerx.model.work import RunWork
from schedulerx.report import people
from schedulerx.report.earlier import earlier_problems
from schedulerx.report.page import Page
from schedulerx.report.pictures import pictures
from schedulerx.report.render import render_within
from schedulerx.report.retention import retire
from schedulerx.report.sample import sampled_records
from schedulerx.report.timeline import entries


def run(work: RunWork) -> dict[str, int]:
    """Writes `<run_id>/report.html` among the reports and removes the oldest runs' reports.

    Raises:
        ArtifactNotFound: the run has no certificate; `verify` comes first.
    """
    run_id = work.run.run_id
    certificate = msgspec.json.decode(
        work.reports.get(keys.certificate_key(run_id)), type=Certificate
    )
    page = _page(work, certificate)
    work.reports.put(keys.report_key(run_id), render_within(page))
    return {
        "pictures": len(page.pictures),
        "events": len(page.entries),
        "retired": retire(work.reports, run_id),
    }


def _page(work: RunWork, certificate: Certificate) -> Page:
    owned = people.links(work.evidence)
    linked = frozenset(link.device_id for links in owned.values() for link in links)
    known, listed, devices_total = people.devices(work.evidence, linked)
    somebodies, persons_total = people.persons(work.evidence, owned, known)
    steps = {stats.name: stats for stats in (*certificate.steps, *_unstated(work, certificate))}
    records = sampled_records(work.run.run_id, work.inventory, work.artifacts)
    earlier, earlier_cut = earlier_problems(work.evidence, certificate)
    return Page(
        certificate=certificate,
        steps=tuple(steps.get(name, StepStats(name=name)) for name in work.run.steps),
        measured=frozenset(steps),
        command=_command(work),
        pictures=pictures(records, work.artifacts),
        entries=entries(work.evidence),
        people=somebodies,
        persons_total=persons_total,
        devices=tuple(listed),
        devices_total=devices_total,
        earlier=earlier,
        earlier_cut=earlier_cut,
    )


def _unstated(work: RunWork, certificate: Certificate) -> Iterable[StepStats]:
    """Steps that ended after the certificate was made: `verify` itself."""
    stated = {stats.name for stats in certificate.steps}
    for name in work.run.steps:
        try:
            data = work.artifacts.get(keys.run_step_key(work.run.run_id, name))
        except ArtifactNotFound:
            continue
        if name not in stated:
            yield StepStats(
                name=name, done=1, seconds=msgspec.json.decode(data, type=StepResult).seconds
            )


def _command(work: RunWork) -> str:
    """What to type to run the same again, as the planner left it; empty where it left nothing."""
    try:
        return work.inventory.get(keys.command_key(work.run.run_id)).decode(errors="replace")
    except ArtifactNotFound:
        return ""
