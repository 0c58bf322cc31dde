"""The page of a run over a photo library, and its headline."""

from __future__ import annotations

from dataclasses import dataclass

from markupsafe import Markup

from schedulerx.model.library import LibraryRun, PhaseStatus, PhaseTotals, Trouble
from schedulerx.model.record import Status
from schedulerx.model.run import Problem
from schedulerx.report import words
from schedulerx.report.page import Picture
from schedulerx.report.reasons import grouped
from schedulerx.report.render import asset, environment, policy
from schedulerx.report.verdict import Verdict

TITLES = {
    "download": "Download",
    "deduplication": "Deduplication",
    "compression": "Compression",
    "file_preparation": "File preparation",
    "upload": "Upload",
    "sorting": "Sorting",
    "verification": "Verification",
}


@dataclass(frozen=True)
class LibraryPage:
    """Everything the page shows."""

    run: LibraryRun
    pictures: tuple[Picture, ...] = ()


def render_library(page: LibraryPage) -> bytes:
    """The page as one HTML document in UTF-8. It loads nothing and sends nothing."""
    style, run = asset("page.css"), page.run
    return (
        environment()
        .get_template("library.html.j2")
        .render(
            page=page,
            run=run,
            counts=run.counts,
            verdict=library_verdict(run),
            slowest=max((phase.seconds for phase in run.phases), default=0.0),
            groups=grouped(map(_problem, run.troubles)),
            titles=TITLES,
            success=success,
            policy=policy(style, ""),
            style=Markup(style),  # noqa: S704  the package's own file
        )
        .encode()
    )


def success(phase: PhaseTotals) -> str:
    """Done of those tried."""
    return words.share(phase.done, phase.files)


def library_verdict(run: LibraryRun) -> Verdict:
    """What a reader wants to know first."""
    counts = run.counts
    if run.failed:
        files = len({trouble.path for trouble in run.troubles if _is_failure(trouble)})
        sentence = f"{words.plural(files, 'file')} failed; the next run tries them again."
        return Verdict("retry", "Some files need another run.", sentence)
    if not counts.items:
        return Verdict("good", "There was nothing to do.", "The source holds no files.")
    if not run.worked:
        sentence = f"All {words.plural(counts.items, 'file')} of the library are as they were left."
        return Verdict("good", "Nothing new.", sentence)
    aside = sum(phase.quarantined for phase in run.phases)
    sentence = (
        f"{words.plural(aside, 'file')} could not be used; each has its reason."
        if aside
        else "Every file went through every phase."
    )
    return Verdict("good", "The library is in order.", sentence)


def _is_failure(trouble: Trouble) -> bool:
    return trouble.status is PhaseStatus.FAILED


def _problem(trouble: Trouble) -> Problem:
    status = Status.FAILED if _is_failure(trouble) else Status.QUARANTINED
    return Problem(
        path=trouble.path, status=status, reason_code=trouble.reason_code, reason=trouble.reason
    )
