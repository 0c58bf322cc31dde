"""The headline and the bar: how a run ended, at a glance."""

from __future__ import annotations

from dataclasses import dataclass

from schedulerx.model.run import Certificate
from schedulerx.report import words

_LEAST = 0.006  # of the bar: a part with one file of a million can still be seen


@dataclass(frozen=True)
class Part:
    """One of the four ways an input ends, as a part of the bar. Offsets and widths in percent."""

    name: str
    count: int
    bytes: int
    offset: float
    width: float


@dataclass(frozen=True)
class Verdict:
    """The headline."""

    tone: str  # good, retry, bad
    headline: str
    sentence: str


def verdict(certificate: Certificate, *, earlier: bool = False) -> Verdict:
    """What a reader wants to know first; `earlier` says that files of earlier runs are listed."""
    failed, inputs = certificate.failed.count, certificate.inputs.count
    if not certificate.balanced:
        return Verdict("bad", "The sums do not agree.", "A check below failed; it says what to do.")
    if failed:
        sentence = f"{words.plural(failed, 'file')} failed and will be tried again by the next run."
        return Verdict("retry", "All accounted for; some failed.", sentence)
    if inputs == 0:
        return Verdict("good", "There was nothing to do.", "The source holds no files.")
    if certificate.skipped.count == inputs:
        sentence = "Every file was complete before this run; no work was done." + (
            " Earlier runs could not use some; each has its reason." if earlier else ""
        )
        return Verdict("good", "Everything was done already.", sentence)
    aside = certificate.quarantined.count
    sentence = (
        f"The sums agree. {words.plural(aside, 'file')} could not be used; each has its reason."
        if aside
        else "The sums agree, and nothing failed."
    )
    return Verdict("good", "Every file is accounted for.", sentence)


def parts(certificate: Certificate) -> tuple[Part, ...]:
    """The bar: a part never vanishes while it holds a file."""
    names = ("done", "skipped", "failed", "quarantined")
    tallies = [getattr(certificate, name) for name in names]
    shares = [
        max(tally.count / max(certificate.inputs.count, 1), _LEAST * (tally.count > 0))
        for tally in tallies
    ]
    whole = sum(shares) or 1
    found, offset = [], 0.0
    for name, tally, part in zip(names, tallies, shares, strict=True):
        found.append(Part(name, tally.count, tally.bytes, offset, width := 100 * part / whole))
        offset += width
    return tuple(found)
