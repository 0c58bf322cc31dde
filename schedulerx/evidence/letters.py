"""E-mails as events: who wrote to whom, when, about what."""

from __future__ import annotations

from schedulerx.evidence.maker import EventMaker, Place
from schedulerx.evidence.names import clean_name
from schedulerx.evidence.text_identities import mentioned
from schedulerx.model.content import Letter
from schedulerx.model.event import Actor, Event, EventKind

_EXTRACTOR = "mail/4"
_MOST_RECIPIENTS = 1000  # a letter to more is to a list
_MOST_CHARACTERS = 998  # of a Message-ID: a line's (RFC 5322, 2.1.1)


def letter_event(
    maker: EventMaker, letter: Letter, number: int | None = None, text: str = ""
) -> Event | None:
    """One e-mail, the `number`-th of a file of many; None where it has neither time nor people.
    Whom and what its `text` names are mentioned in it.
    """
    senders = tuple(_actor("sender", *address) for address in letter.senders)
    recipients = tuple(
        _actor("recipient", *address) for address in letter.recipients[:_MOST_RECIPIENTS]
    )
    if letter.date is None and not senders:
        return None
    people, devices = mentioned(text, maker.region)
    known = {actor.email for actor in (*senders, *recipients) if actor.email}
    return maker.event(
        EventKind.EMAIL,
        Place(_EXTRACTOR, f"message {number or 1}", row=number, field=letter.dated_by),
        start=letter.date,
        actors=(*senders, *recipients, *(each for each in people if each.email not in known)),
        devices=devices,
        summary=letter.subject,
        uid=(letter.message_id or "").strip()[:_MOST_CHARACTERS] or None,
        body=letter.body,
    )


def _actor(role: str, name: str, address: str) -> Actor:
    called = clean_name(name)
    same = called is not None and called.lower() == address.lower()
    return Actor(role=role, name=None if same else called, email=address.strip().lower())
