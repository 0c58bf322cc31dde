"""The report of a library run: its page and its facts, beside those of the last runs."""

from __future__ import annotations

from collections.abc import Iterator

import msgspec

from schedulerx.errors import ArtifactNotFound
from schedulerx.library.ports import Ledger
from schedulerx.library.template import camera
from schedulerx.model.library import LibraryRun
from schedulerx.model.ports import ArtifactStore
from schedulerx.report.library import LibraryPage, render_library
from schedulerx.report.page import Picture
from schedulerx.report.pictures import affordable, in_time
from schedulerx.report.retention import KEPT

FACTS, PAGE = "run.json", "report.html"


def write_report(
    run: LibraryRun,
    sample: list[str],
    ledger: Ledger,
    artifacts: ArtifactStore,
    reports: ArtifactStore,
) -> str:
    """Writes the page and the facts; removes all but the last ten. Answers where the page lies."""
    pictures = affordable(_pictures(sample, ledger, artifacts))
    page = LibraryPage(run=run, pictures=tuple(sorted(pictures, key=in_time)))
    reports.put(f"{run.run_id}/{PAGE}", render_library(page))
    facts = msgspec.json.format(msgspec.json.encode(run), indent=2)
    reports.put(f"{run.run_id}/{FACTS}", facts)
    _retire(reports)
    return reports.location(f"{run.run_id}/{PAGE}")


def last_run(reports: ArtifactStore) -> LibraryRun | None:
    """The facts of the latest run that ended."""
    keys = sorted(key for key in reports.keys("") if key.endswith(f"/{FACTS}"))
    if not keys:
        return None
    try:
        return msgspec.json.decode(reports.get(keys[-1]), type=LibraryRun)
    except msgspec.MsgspecError:  # of another version
        return None


def _pictures(
    sample: list[str], ledger: Ledger, artifacts: ArtifactStore
) -> Iterator[Picture | None]:
    for item_id in sample:
        item = ledger.item(item_id)
        if item is None or item.thumbnail is None:
            continue
        try:
            data = artifacts.get(item.thumbnail.key)
        except ArtifactNotFound:  # removed by hand: the page does without
            continue
        yield Picture(
            path=item.path,
            data=data,
            media_type="image/jpeg",
            width=item.thumbnail.width,
            height=item.thumbnail.height,
            taken=item.description.captured_at,
            camera=camera(item) or None,
            place=item.description.gps,
            moving=item.kind == "video",
            flag="copy" if item.copy_of else item.reason_code,
        )


def _retire(reports: ArtifactStore) -> None:
    """Run ids are times: the order of their names is that of the runs."""
    runs = sorted({key.partition("/")[0] for key in reports.keys("") if key.endswith(f"/{FACTS}")})
    for run_id in runs[:-KEPT]:
        for key in list(reports.keys(f"{run_id}/")):
            reports.delete(key)
