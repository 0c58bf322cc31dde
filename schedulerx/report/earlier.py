"""Files that earlier runs could not use: this run's certificate does not name them."""

from __future__ import annotations

from schedulerx.model.ports import EvidenceStore
from schedulerx.model.run import Certificate, Problem

EARLIER = 200  # files listed


def earlier_problems(
    evidence: EvidenceStore, certificate: Certificate
) -> tuple[tuple[Problem, ...], bool]:
    """The first of them by path, and whether there are more; none where the certificate could not
    name all of its own, which would pass for earlier ones.
    """
    named = {(problem.path, problem.status) for problem in certificate.problems}
    if certificate.failed.count + certificate.quarantined.count > len(certificate.problems):
        return (), False
    stored = evidence.problems(EARLIER + len(certificate.problems) + 1)
    earlier = [problem for problem in stored if (problem.path, problem.status) not in named]
    return tuple(earlier[:EARLIER]), len(earlier) > EARLIER
