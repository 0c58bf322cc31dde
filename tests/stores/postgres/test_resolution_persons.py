from __future__ import annotations

import psycopg
import pytest

from schedulerx.evidence.explaining import sentences
from schedulerx.model.event import DeviceMention, EventKind
from schedulerx.stores.postgres.evidence_store import PostgresEvidence
from schedulerx.stores.postgres.migrations.versions import v0016_names
from schedulerx.stores.postgres.profiles import Profile
from tests.stores.postgres.resolving import contact, persons, resolve, upload

ADA, BOB, EVE = "+12125550133", "+14155550133", "+491713920042"


def test_a_shared_phone_joins_two_names(store: PostgresEvidence) -> None:
    (person,) = persons(store, contact("P. Tucker", ADA), contact("Pat", ADA))
    assert person.names == ("P. Tucker", "Pat")


def test_a_chain_of_phone_and_email_is_one_person(store: PostgresEvidence) -> None:
    (person,) = persons(
        store,
        contact(phone=ADA, email="a@example.com"),
        contact(email="a@example.com", phone=BOB),
        contact(phone=BOB, handle="telegram:user1"),
    )
    assert person.phones == (ADA, BOB)
    assert person.handles == ("telegram:user1",)


def test_a_uri_as_handle_names_a_phone_and_is_no_handle(store: PostgresEvidence) -> None:
    (person,) = persons(store, contact("Ada", ADA), contact("Ada", BOB, handle=f"tel:{ADA}"))
    assert person.phones == (ADA, BOB)
    assert person.handles == ()


def test_a_common_name_alone_does_not_join(store: PostgresEvidence) -> None:
    assert len(persons(store, contact("Carl Smith", ADA), contact("Carl Smith", BOB))) == 2


def test_a_lone_name_goes_to_its_only_bearer(store: PostgresEvidence) -> None:
    (person,) = persons(store, contact("Ada Byron", email="a@example.com"), contact("Byron, Ada"))
    assert person.names == ("Ada Byron", "Byron, Ada")


def test_a_lone_name_of_two_bearers_stays_alone(store: PostgresEvidence) -> None:
    name = "Carl Smith"
    assert len(persons(store, contact(name, ADA), contact(name, BOB), contact(name))) == 3


def test_an_initial_goes_to_the_only_one_it_fits(store: PostgresEvidence) -> None:
    known = [contact("Konstantinos Albers", EVE), contact("K. Albers")]
    assert len(persons(store, *known)) == 1
    assert len(persons(store, *known, contact("Karin Albers", ADA))) == 3


def test_a_name_is_the_same_in_another_script(store: PostgresEvidence) -> None:
    (person,) = persons(store, contact("Юлия Петрова", EVE), contact("Yuliya Petrova"))
    assert set(person.names) == {"Юлия Петрова", "Yuliya Petrova"}


def test_another_spelling_goes_to_the_only_one_it_fits(store: PostgresEvidence) -> None:
    known = [contact("Юлия Петрова", EVE), contact("Julia Petrova")]
    assert len(persons(store, *known)) == 1
    assert len(persons(store, *known, contact("Julia Petrova", ADA))) == 2
    assert len(persons(store, contact("Julia Petrova", ADA), contact("Юлия Петрова", EVE))) == 2


def test_a_migration_finds_names_again_that_had_other_keys(
    store: PostgresEvidence, postgres: Profile
) -> None:
    mentions = [contact("Юлия Петрова", EVE), contact("Yuliya Petrova"), contact("Ada", BOB)]
    upload(store, {"a": mentions[:1], "b": mentions[1:]})
    resolve(store)
    fresh = {(person.names, person.phones) for person in store.persons()}
    with psycopg.connect(postgres.conninfo()) as connection:
        connection.execute("SET search_path TO schedulerx")
        connection.execute(
            "UPDATE identities SET key = 'name:петрова юлия', cuts = '{}' "
            "WHERE key = 'name:petrova yuliya'"
        )
        for statement in v0016_names.AGAIN:
            connection.execute(statement)
    resolve(store)
    assert {(person.names, person.phones) for person in store.persons()} == fresh


def test_service_numbers_join_nobody(store: PostgresEvidence) -> None:
    found = persons(store, contact("Ada", "112"), contact("Bob", "112"))
    assert [person.phones for person in found] == [(), ()]


def test_a_familys_landline_joins_nobody(store: PostgresEvidence) -> None:
    home = "+493012345678"
    found = persons(
        store,
        contact("Anna Meyer", home, handle=f"tel:{ADA}"),
        contact("Bernd Meyer", home, handle=f"tel:{BOB}"),
    )
    assert {home, ADA, BOB} == {phone for person in found for phone in person.phones}
    assert all(len(person.phones) == 1 for person in found)


def test_a_mobile_under_a_nickname_is_one_persons(store: PostgresEvidence) -> None:
    (person,) = persons(
        store, contact("Terence Clark", ADA, "t@example.com"), contact("Boss", ADA, "b@example.com")
    )
    assert person.emails == ("b@example.com", "t@example.com")


def test_a_mobile_of_two_full_names_with_no_word_in_common_joins_nobody(
    store: PostgresEvidence,
) -> None:
    found = persons(
        store,
        contact("Anna Berg", ADA, email="anna@example.com"),
        contact("Tom Klein", ADA, email="tom@example.com"),
    )
    assert sorted(person.names for person in found) == [(), ("Anna Berg",), ("Tom Klein",)]


@pytest.mark.parametrize("other", ["Anna Klein", "Ann", "Berg Consulting GmbH", "Anna Bergh"])
def test_a_mobile_under_another_name_of_hers_is_one_persons(
    store: PostgresEvidence, other: str
) -> None:
    mine = contact("Anna Berg", ADA, email="anna@example.com")
    assert len(persons(store, mine, contact(other, ADA, email="other@example.com"))) == 1


def test_a_switchboard_of_full_names_is_nobodys_though_one_alone_has_an_address(
    store: PostgresEvidence,
) -> None:
    office = "+493012345678"
    found = persons(
        store,
        contact("Anna Berg", office, email="anna@example.com"),
        contact("Tom Klein", office),
        contact("Eva Maus", office),
    )
    assert sorted(person.emails for person in found) == [(), ("anna@example.com",)]


@pytest.mark.parametrize("name", ["Mum", "Мама", "Unknown", "Private number", "You"])
def test_what_somebody_is_to_whoever_wrote_it_down_is_placed_with_nobody(
    store: PostgresEvidence, name: str
) -> None:
    (person,) = persons(store, contact(name, ADA), contact(name))
    (told,) = sentences(store.explain("person", person.person_id))
    assert "name" not in told


def test_a_number_that_fills_a_column_is_nobodys(store: PostgresEvidence) -> None:
    found = persons(store, contact("Ada Byron", "0000000000"), contact("Bob Marsh", "0000000000"))
    assert [person.phones for person in found] == [(), ()]


def test_a_mailbox_of_an_office_joins_nobody(store: PostgresEvidence) -> None:
    office = "info@example.com"
    found = persons(store, contact("Anna Meyer", ADA, office), contact("Carl Smith", BOB, office))
    assert len(found) == 3
    assert sorted(person.phones for person in found) == [(), (ADA,), (BOB,)]


def test_a_full_name_and_one_office_join_two_numbers(store: PostgresEvidence) -> None:
    office = "info@example.com"
    found = persons(
        store,
        contact("Anna Meyer", ADA, office),
        contact("Anna Meyer", EVE, office),
        contact("Carl Smith", BOB, office),
    )
    assert (ADA, EVE) in {person.phones for person in found}


def test_a_full_name_and_one_handset_join_two_numbers(store: PostgresEvidence) -> None:
    def called(phone: str) -> tuple[object, ...]:
        handset = DeviceMention(imei="357508631515708", phone_number=phone)
        return EventKind.CALL, contact(phone=phone), handset

    mentions = [contact("Carl Smith", ADA), contact("Carl Smith", BOB), called(ADA), called(BOB)]
    (person,) = persons(store, *mentions)
    assert person.phones == (ADA, BOB)
    mentions[1] = contact("Eve Moneypenny", BOB)
    assert len(persons(store, *mentions)) == 2


def test_a_person_keeps_the_id_when_a_smaller_identity_comes(store: PostgresEvidence) -> None:
    (before,) = persons(store, contact("Ada", BOB))
    upload(store, {"b": [contact(None, BOB, "a@example.com")]})
    resolve(store)
    (after,) = store.persons()
    assert after.person_id == before.person_id
    assert after.emails == ("a@example.com",)


def test_of_two_that_become_one_the_older_stays_and_both_come_back(
    store: PostgresEvidence,
) -> None:
    (older,) = persons(store, contact("Ada", BOB))
    upload(store, {"b": [contact("Ada", ADA)]})
    resolve(store)
    apart = {person.person_id for person in store.persons()}
    upload(store, {"c": [contact(None, ADA, handle=f"tel:{BOB}")]})
    resolve(store)
    assert [person.person_id for person in store.persons()] == [older.person_id]
    upload(store, {"c": []})
    resolve(store)
    assert {person.person_id for person in store.persons()} == apart


def test_a_second_time_changes_nothing(store: PostgresEvidence) -> None:
    persons(store, contact("Ada", ADA), contact("Bob", BOB))
    changes = store.resolve_persons()
    assert (changes.added, changes.changed, changes.removed, changes.total) == (0, 0, 0, 2)


def test_hostile_names_are_persons_like_others(store: PostgresEvidence) -> None:
    found = persons(
        store, contact("x " * 50_000, ADA), contact("y" * 100_000), contact("\x00 ", BOB)
    )
    assert len(found) == 3


def test_an_initial_that_fits_two_at_one_office_joins_neither(store: PostgresEvidence) -> None:
    office = "info@example.com"
    listed = [
        contact("Anna Meyer", ADA, office),
        contact("Andreas Meyer", EVE, office),
        contact("A. Meyer", BOB, office),
    ]
    found = persons(store, *listed)
    assert {person.phones for person in found} >= {(ADA,), (EVE,), (BOB,)}
    found = persons(store, listed[0], listed[2], contact("Carl Smith", "+491713920043", office))
    assert (ADA, BOB) in {person.phones for person in found}


def test_what_joined_by_an_office_parts_from_it_when_the_office_is_nobody_elses(
    store: PostgresEvidence,
) -> None:
    office = "info@example.com"
    upload(store, {"a": [contact("Anna Meyer", ADA, office)],
                   "b": [contact("Anna Meyer", EVE, office)],
                   "c": [contact("Carl Smith", BOB, office)]})  # fmt: skip
    resolve(store)
    assert "name and shared" in {each.rule for each in store.explain("person", ADA).joins}
    upload(store, {"c": []})
    resolve(store)
    assert {each.rule for each in store.explain("person", ADA).joins} == {"together"}


def test_the_bearer_a_name_is_shown_with_is_the_same_whoever_came_first(
    store: PostgresEvidence,
) -> None:
    files = {
        "a": [contact("Ada Byron", ADA)],
        "b": [contact(None, ADA, "a@example.com")],
        "c": [contact("Ada Byron", ADA, "a@example.com")],
        "d": [contact("Ada Byron")],
    }
    for order in ("abcd", "dcba"):
        for path in order:
            upload(store, {path: files[path]})
            resolve(store)
        placed = [each for each in store.explain("person", ADA).joins if each.rule == "name"]
        assert [each.one for each in placed] == ["email:a@example.com"]
        upload(store, {path: [] for path in files})
        resolve(store)
