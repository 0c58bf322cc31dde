"""Explanations as sentences, each with the way back to file, row and page."""

from __future__ import annotations

from collections.abc import Iterator

from schedulerx.evidence.ways_back import ways_back
from schedulerx.model.evidence import Explanation, Joined, Shown

# How sure a join is, in a word.
_SURE = ((0.98, "almost certain"), (0.85, "very likely"), (0.75, "likely"), (0.0, "possible"))
_RULES = {
    "together": "are named together, as one's",
    "name and device": "bear one name and were seen with one device",
    "name and shared": "bear one name and share an identity of several",
    "by hand": "were joined by hand",
    "name": "belong together: nobody else mentioned bears the name",
}


def sentences(told: Explanation) -> Iterator[str]:
    """An explanation, a sentence a line."""
    if told.kind == "event":
        yield from _of_event(told)
        return
    called = f", called {_listed(told.names)}," if told.names else ""
    yield f"{told.kind.capitalize()} {told.id}{called} has {_listed(told.identities)}."
    yield from (f"{each}; it joins nobody." for each in told.shared)
    yield from (f"Also named with it: {each}; so it joins nobody." for each in told.beside)
    yield from (_joined(each) for each in told.joins)
    if told.merged:
        yield f"These ids lead here, since they turned out to be the same: {_listed(told.merged)}."
    other = "device" if told.kind == "person" else "person"
    yield from (f"Linked with {other} {each}." for each in told.links)


def _of_event(told: Explanation) -> Iterator[str]:
    yield f"Event {told.id} is told {'; '.join(_where(each) for each in told.shown)}."
    for shown in told.shown:
        yield from ways_back(shown)
    for each in told.joins:
        places = " and ".join(_where(shown) for shown in each.shown)
        yield f"Told {places}. {each.rule} ({each.confidence:.2f}, {_sure(each)})."
    if not told.joins:
        yield "No other source tells it."


def _joined(joined: Joined) -> str:
    said = _RULES.get(joined.rule, joined.rule)
    times = "" if joined.rule == "by hand" else f", {_sure(joined)}, {_times(joined.events)}"
    places = "; ".join(_where(each) for each in joined.shown)
    kept = " A decision keeps them apart." if joined.is_blocked else ""
    where = f" {places}" if places else ""
    return f"{joined.one} and {joined.other} {said} ({joined.confidence:.2f}{times}){where}.{kept}"


def _sure(joined: Joined) -> str:
    return next(word for least, word in _SURE if joined.confidence >= least)


def _times(events: int) -> str:
    return "once" if events == 1 else f"{events} times"


def _where(shown: Shown) -> str:
    at = f" at {shown.start}" if shown.start else ""
    place = shown.provenance.place()
    return f"in {shown.path}{place and ', ' + place}{at} (event {shown.event_id})"


def _listed(values: tuple[str, ...]) -> str:
    return ", ".join(values) or "no identity"
