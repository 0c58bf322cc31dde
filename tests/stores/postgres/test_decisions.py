from __future__ import annotations

import pytest

from schedulerx.errors import ConfigurationError
from schedulerx.evidence.explaining import sentences
from schedulerx.model.event import DeviceMention, EventKind
from schedulerx.stores.postgres.evidence_store import PostgresEvidence
from tests.stores.postgres.resolving import contact, persons, resolve, upload

ADA, BOB, EVE = "+12125550133", "+14155550133", "+491713920042"


def phones(store: PostgresEvidence) -> list[tuple[str, ...]]:
    resolve(store)
    return sorted(person.phones for person in store.persons())


def test_two_joined_by_hand_are_one_until_it_is_undone(store: PostgresEvidence) -> None:
    persons(store, contact("Ada", ADA), contact("Countess", BOB))
    number = store.join("person", ADA, BOB, "she says so")
    assert phones(store) == [(ADA, BOB)]
    upload(store, {"b": [contact("Ada", ADA), contact("Eve", EVE)]})
    assert phones(store) == [(ADA, BOB), (EVE,)]
    store.undo("person", number)
    assert phones(store) == [(ADA,), (BOB,), (EVE,)]
    assert [each.is_undone for each in store.decisions("person")] == [True]


def test_the_id_of_a_merged_person_still_leads_somewhere(store: PostgresEvidence) -> None:
    found = {person.phones: person.person_id for person in persons(
        store, contact("Ada", ADA), contact("Countess", BOB))}  # fmt: skip
    store.join("person", ADA, BOB, "")
    resolve(store)
    (person,) = store.persons()
    told = {store.explain("person", person_id).id for person_id in found.values()}
    assert told == {person.person_id}


def test_a_person_split_stays_split_whatever_comes(store: PostgresEvidence) -> None:
    persons(store, contact("Ada", ADA, "a@example.com"), contact("Bob", BOB, "a@example.com"))
    assert phones(store) == [(ADA, BOB)]
    store.split("person", ADA, [BOB], "")
    assert len(phones(store)) == 2
    upload(store, {"b": [contact(None, ADA, handle=f"tel:{BOB}")]})
    assert not any({ADA, BOB} <= set(each) for each in phones(store))


def test_what_is_forbidden_beforehand_never_joins(store: PostgresEvidence) -> None:
    persons(store, contact("Ada", ADA), contact("Bob", BOB))
    number = store.forbid("person", ADA, BOB, "")
    upload(store, {"b": [contact(None, ADA, handle=f"tel:{BOB}")]})
    assert phones(store) == [(ADA,), (BOB,)]
    told = "\n".join(sentences(store.explain("person", ADA)))
    assert "A decision keeps them apart." in told
    store.undo("person", number)
    assert phones(store) == [(ADA, BOB)]


def test_a_name_can_be_kept_from_its_bearer(store: PostgresEvidence) -> None:
    (person,) = persons(store, contact("Ada Byron", ADA), contact("Ada Byron"))
    store.split("person", person.person_id, ["name:ada byron"], "")
    resolve(store)
    assert len(list(store.persons())) == 2


def test_two_devices_are_joined_by_hand(store: PostgresEvidence) -> None:
    imeis = ("357508631515708", "355666746066900")
    upload(store, {"a": [DeviceMention(imei=imei) for imei in imeis]})
    resolve(store)
    store.join("device", *imeis, "two slots of one phone")
    resolve(store)
    assert len(list(store.devices())) == 1


@pytest.mark.parametrize("named", ["nobody", "Ada"])
def test_whom_nothing_names_cannot_be_decided_about(store: PostgresEvidence, named: str) -> None:
    persons(store, contact("Ada", ADA))
    with pytest.raises(ConfigurationError, match="schedulerx export persons"):
        store.join("person", named, "x", "")


def test_a_decision_against_another_names_it(store: PostgresEvidence) -> None:
    persons(store, contact("Ada", ADA), contact("Bob", BOB))
    number = store.forbid("person", ADA, BOB, "")
    assert store.forbid("person", ADA, BOB, "again") == number
    with pytest.raises(ConfigurationError, match=f"Decision {number} says the contrary"):
        store.join("person", ADA, BOB, "")
    with pytest.raises(ConfigurationError, match="no decision 99"):
        store.undo("person", 99)


def test_an_explanation_names_rule_file_and_row(store: PostgresEvidence) -> None:
    upload(store, {"people.csv": [contact("Ada Byron", ADA, "a@example.com"), contact("A. Byron")]})
    resolve(store)
    told = list(sentences(store.explain("person", ADA)))
    assert told[0].endswith(f"has email:a@example.com, phone:{ADA}, name:a byron.")
    assert any("are named together (0.99, once) in people.csv, row 0" in each for each in told)
    assert any("nobody else mentioned bears the name (0.60, once)" in each for each in told)


def test_an_event_told_once_says_so_and_an_unknown_one_is_an_error(
    store: PostgresEvidence,
) -> None:
    upload(store, {"a.csv": [(EventKind.CALL, contact("Ada", ADA))]})
    (row,) = store.export("events")
    told = list(sentences(store.explain("event", row["event_id"])))
    assert told[-1] == "No other source tells it."
    for named in ("x", "00000000-0000-0000-0000-000000000000"):
        with pytest.raises(ConfigurationError, match="export events"):
            store.explain("event", named)
