"""What a file says of itself becomes an event, with a person only where one is named."""

from __future__ import annotations

import pytest

from schedulerx.evidence.captures import creation_event
from schedulerx.evidence.maker import EventMaker
from schedulerx.model.record import Description


def authors(written: str | None) -> list[tuple[str | None, str | None]]:
    maker = EventMaker("0" * 32, "f" * 64)
    event = creation_event(maker, Description(created_at="2024-01-02", author=written))
    assert event is not None
    return [(actor.name, actor.email) for actor in event.actors]


def test_a_named_author_is_an_actor() -> None:
    assert authors(" Nell Tidewater ") == [("Nell Tidewater", None)]


def test_an_address_as_author_is_an_address() -> None:
    assert authors("Nell@Example.com") == [(None, "nell@example.com")]


@pytest.mark.parametrize("program", ["openpyxl", "Anonymous", "Microsoft Office User", "", None])
def test_a_program_that_signed_is_nobody(program: str | None) -> None:
    assert authors(program) == []
