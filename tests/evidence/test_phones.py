from __future__ import annotations

from schedulerx.evidence.maker import EventMaker
from schedulerx.evidence.phones import phone_event
from schedulerx.model.event import Actor, Provenance
from schedulerx.model.phone import Party, PhoneCall, PhoneContact, PhoneItem, PhoneMessage, Spot

MAKER = EventMaker("ab" * 16, "cd" * 32, region="US")
SPOT = Spot(table="calls", row_id=7)
ADA = Party(address="(555) 010-0200", name="Ada")


def test_a_call_goes_back_to_its_table_and_row() -> None:
    call = PhoneCall(
        spot=SPOT, start="2024-01-01T10:00:00+00:00", seconds=65, others=(ADA,), field="date"
    )
    event = phone_event(MAKER, call)
    assert event is not None
    assert event.provenance == Provenance(
        sha256="cd" * 32, extractor="phone_database/2", field="date", table="calls", row_id=7
    )
    assert (event.start, event.end) == ("2024-01-01T10:00:00+00:00", "2024-01-01T10:01:05+00:00")
    assert event.actors == (Actor(role="callee", name="Ada", phone="+15550100200"),)
    assert event.summary == "Call to Ada, 65 s"


def test_incoming_calls_have_their_caller() -> None:
    call = PhoneCall(spot=SPOT, start=None, is_incoming=True, others=(ADA,), how="missed video")
    event = phone_event(MAKER, call)
    assert event is not None
    assert event.actors[0].role == "caller"
    assert event.summary == "Missed video call from Ada"


def test_messages_name_handles_and_attachments() -> None:
    sender = Party(address="+15550100200", handle="whatsapp:15550100200")
    message = PhoneMessage(
        spot=SPOT,
        sent="2024-01-01T10:00:00+00:00",
        sender=sender,
        text="look",
        attachments=("a.jpg",),
    )
    event = phone_event(MAKER, message)
    assert event is not None
    assert event.actors == (
        Actor(role="sender", phone="+15550100200", handle="whatsapp:15550100200"),
    )
    assert event.summary == "look [a.jpg]"


def test_rows_that_tell_nothing_are_no_events() -> None:
    nothing: tuple[PhoneItem, ...] = (
        PhoneCall(spot=SPOT, start=None),
        PhoneMessage(spot=SPOT, sent=None),
        PhoneContact(spot=SPOT),
    )
    assert [phone_event(MAKER, item) for item in nothing] == [None, None, None]
