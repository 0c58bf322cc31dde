"""Who is behind what an event calls somebody."""

from __future__ import annotations

from typing import Any

from schedulerx.report.exports.people import People


def person(
    *names: str, phones: tuple[str, ...] = (), emails: tuple[str, ...] = ()
) -> dict[str, Any]:
    return {"names": list(names), "phones": list(phones), "emails": list(emails), "handles": None}


def test_a_number_leads_to_all_that_is_known() -> None:
    people = People([person("Ada", phones=("+1",), emails=("a@example.org",))])
    assert people.label({"phone": "+1"}) == "Ada · +1 · a@example.org"
    assert people.label({"email": "a@example.org"}) == "Ada · +1 · a@example.org"


def test_a_name_counts_where_one_person_alone_bears_it() -> None:
    people = People([person("Ada", phones=("+1",)), person("Eve"), person("Eve")])
    assert people.label({"name": "Ada"}) == "Ada · +1"
    assert people.label({"name": "Eve"}) == ""


def test_a_name_that_tells_of_nobody_is_placed_with_nobody() -> None:
    people = People([person("Mum", phones=("+1",))], lambda name: name != "Mum")
    assert people.label({"name": "Mum"}) == ""
    assert people.label({"name": "Mum", "phone": "+1"}) == "Mum · +1"


def test_a_number_of_nobody_is_not_guessed_by_its_name() -> None:
    people = People([person("Ada", phones=("+1",))])
    assert people.label({"name": "Ada", "phone": "+2"}) == ""


def test_nobody_is_known_without_persons() -> None:
    assert People().label({"name": "Ada"}) == ""
