from __future__ import annotations

import re

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


@pytest.mark.parametrize("by_id", [False, True])
def test_a_join_outlives_another_for_the_one_who_was_named(
    store: PostgresEvidence,
    by_id: bool,  # noqa: FBT001  (a case)
) -> None:
    upload(store, {"a": [contact("Ada", ADA), contact("Bob", BOB), contact("Eve", EVE)]})
    resolve(store)
    (bobs,) = (each.person_id for each in store.persons() if each.phones == (BOB,))
    first = store.join("person", ADA, BOB, "")
    resolve(store)
    store.join("person", bobs if by_id else BOB, EVE, "")
    store.undo("person", first)
    assert phones(store) == [(ADA,), (BOB, EVE)]


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
    assert "called A. Byron, Ada Byron," in told[0]
    together = "are named together, as one's (0.99, almost certain, once) in people.csv, row 0"
    assert any(together in each for each in told)
    placed = "nobody else mentioned bears the name (0.60, possible, once)"
    assert any(placed in each for each in told)


def test_an_explanation_tells_of_what_somebody_shares_with_others(store: PostgresEvidence) -> None:
    office = "info@example.com"
    mentions = [contact("Ada Byron", ADA, office), contact("Bob Marsh", BOB, office)]
    upload(store, {"people.csv": mentions})
    resolve(store)
    told = "\n".join(sentences(store.explain("person", ADA)))
    assert f"Also named with it: email:{office} is shared by 2 people" in told


def test_a_name_that_one_alone_bears_names_them(store: PostgresEvidence) -> None:
    upload(store, {"a.csv": [contact("Ada Byron", ADA), contact("Bob Marsh", BOB)],
                   "b.csv": [contact("Bob Marsh", EVE)]})  # fmt: skip
    resolve(store)
    assert store.explain("person", "Byron, Ada").id == store.explain("person", ADA).id
    with pytest.raises(ConfigurationError, match=re.escape(BOB)) as told:
        store.explain("person", "Bob Marsh")
    assert EVE in str(told.value)


@pytest.mark.parametrize("written", ["+1 (212) 555-0133", "ADA@Example.COM", f"phone:{ADA}"])
def test_a_number_or_an_address_names_them_however_it_is_typed(
    store: PostgresEvidence, written: str
) -> None:
    upload(store, {"a.csv": [contact("Ada Byron", ADA, "ada@example.com")]})
    resolve(store)
    assert store.explain("person", written).names == ("Ada Byron",)


def test_whoever_is_no_more_is_told_apart_from_whoever_never_was(store: PostgresEvidence) -> None:
    upload(store, {"a.csv": [contact("Ada Byron", ADA)]})
    resolve(store)
    (person,) = store.persons()
    upload(store, {"a.csv": [DeviceMention(imei="490154203237518")]})
    resolve(store)
    with pytest.raises(ConfigurationError, match="is no more: no file that is left names it"):
        store.forbid("person", person.person_id, BOB, "")
    (device,) = store.devices()
    with pytest.raises(ConfigurationError, match="is a device, and no person"):
        store.explain("person", device.device_id)


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
