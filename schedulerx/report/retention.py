"""Keeps the last reports. Whole runs are removed: page, certificate and what lies beside them."""

from __future__ import annotations

import msgspec

from schedulerx.errors import ArtifactNotFound
from schedulerx.model import keys
from schedulerx.model.ports import ArtifactStore

KEPT = 10


class _Finished(msgspec.Struct):
    """What is read of a certificate."""

    finished_at: str = ""


def retire(reports: ArtifactStore, current: str, kept: int = KEPT) -> int:
    """Removes all but the last `kept` runs that have a report, the current one always among them.

    The order is that of the certificates' times, then of the run ids. Answers how many went.
    """
    runs = [run_id for run_id in _runs(reports) if run_id != current]
    runs.sort(key=lambda run_id: (_finished(reports, run_id), run_id), reverse=True)
    for run_id in runs[kept - 1 :]:
        for key in list(reports.keys(f"{run_id}/")):
            reports.delete(key)
    return len(runs[kept - 1 :])


def _runs(reports: ArtifactStore) -> list[str]:
    """The ids of runs with a report; what else lies in the store is not ours to remove."""
    firsts = (key.partition("/")[0] for key in reports.keys("") if key.endswith("/report.html"))
    return [run_id for run_id in firsts if reports.exists(keys.report_key(run_id))]


def _finished(reports: ArtifactStore, run_id: str) -> str:
    try:
        data = reports.get(keys.certificate_key(run_id))
        return msgspec.json.decode(data, type=_Finished).finished_at
    except (ArtifactNotFound, msgspec.MsgspecError):
        return ""  # without a readable certificate a report is the oldest
