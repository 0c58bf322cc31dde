"""Call records: rows of a network's export (caller, callee) or of a phone's log (number, type)."""

from __future__ import annotations

import re

from schedulerx.evidence.actors import is_hidden, party
from schedulerx.evidence.column_words import Column
from schedulerx.evidence.devices import digits_of
from schedulerx.evidence.maker import EventMaker
from schedulerx.evidence.rows import RowReader
from schedulerx.model.event import Actor, DeviceMention, Event, EventKind

_EXTRACTOR = "table_calls/3"
_INCOMING = re.compile(
    r"\b(?:in|incoming|inbound|received|missed|rejected|mt|mtc|terminat\w*|eingehend\w*|ankommend\w*"
    r"|verpasst\w*|inbox|posteingang"
    r"|entrant\w*|recu\w*|manque\w*|entrante|perdida|in arrivo|ricevut\w*|persa)\b",
    re.IGNORECASE,
)
_OUTGOING = re.compile(
    r"\b(?:out|outgoing|outbound|sent|dial+ed|mo|moc|originat\w*|submit|ausgehend\w*"
    r"|abgehend\w*|gesendet\w*|gewahlt|outbox|postausgang|sortant\w*|emis|saliente|enviad\w*"
    r"|in uscita|effettuat\w*|inviat\w*)\b",
    re.IGNORECASE,
)
_TEXTING = re.compile(r"\b(?:sms|mms|text|message|nachricht|smmo|smmt)\b", re.IGNORECASE)


def is_incoming(row: RowReader) -> bool:
    """Whether the row's type says that the recording side was called."""
    return bool(_INCOMING.search(row.value(Column.DIRECTION).replace("_", " ")))


def tells_direction(written: str) -> bool:
    """Whether this says who of two began."""
    plain = written.replace("_", " ")
    return bool(_INCOMING.search(plain) or _OUTGOING.search(plain))


def parties(
    row: RowReader, region: str, roles: tuple[str, str]
) -> tuple[Actor | None, Actor | None]:
    """Who began it and who was reached; a phone's own log names only the other side."""
    active, passive = roles
    if row.columns.has_any(Column.CALLER, Column.CALLEE, Column.CALLER_NAME, Column.CALLEE_NAME):
        return (
            party(active, row.value(Column.CALLER), region, row.value(Column.CALLER_NAME)),
            party(passive, row.value(Column.CALLEE), region, row.value(Column.CALLEE_NAME)),
        )
    if is_incoming(row):
        return party(active, row.value(Column.PHONE), region, row.name()), None
    return None, party(passive, row.value(Column.PHONE), region, row.name())


def handsets(row: RowReader, carrier: Actor | None) -> tuple[DeviceMention, ...]:
    """The handset and SIM the row names, with the number of the party that carries them."""
    mention = DeviceMention(
        imei=digits_of(row.value(Column.IMEI)) or None,
        imsi=digits_of(row.value(Column.IMSI)) or None,
        phone_number=carrier.phone if carrier else None,
    )
    return (mention,) if mention.imei or mention.imsi else ()


def call_event(maker: EventMaker, row: RowReader) -> Event | None:
    """A call, or a text message where the type says so; None without a time or without parties."""
    start = row.start()
    texting = bool(_TEXTING.search(row.value(Column.DIRECTION)))
    roles = ("sender", "recipient") if texting else ("caller", "callee")
    active, passive = parties(row, maker.region, roles)
    actors = tuple(actor for actor in (active, passive) if actor is not None)
    if start is None or not (actors or _is_hidden(row)):
        return None
    return maker.event(
        EventKind.MESSAGE if texting else EventKind.CALL,
        row.place(_EXTRACTOR, row.time_field()),
        start=start,
        precision=row.precision(start),
        doubt=row.doubt(),
        end=row.end(start),
        actors=actors,
        devices=handsets(row, passive if is_incoming(row) else active),
        summary=_summary("Message" if texting else "Call", active, passive, row.seconds()),
    )


def _is_hidden(row: RowReader) -> bool:
    """Whether a party is written whose number is not told."""
    columns = (Column.CALLER, Column.CALLEE, Column.PHONE, Column.NAME)
    return any(is_hidden(row.value(each)) for each in columns if row.value(each))


def _summary(what: str, active: Actor | None, passive: Actor | None, seconds: int | None) -> str:
    by = f" from {_called(active)}" if active else ""
    to = f" to {_called(passive)}" if passive else ""
    took = f", {seconds} s" if seconds is not None else ""
    return f"{what}{by}{to}{took}"


def _called(actor: Actor) -> str:
    return actor.name or actor.phone or actor.email or actor.handle or "unknown"
