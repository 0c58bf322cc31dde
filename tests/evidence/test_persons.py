from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from schedulerx.evidence.persons import PersonIndex, resolve
from schedulerx.model.event import Actor
from schedulerx.model.evidence import ActorMention, Person


def mention(
    name: str | None = None,
    phone: str | None = None,
    email: str | None = None,
    handle: str | None = None,
) -> ActorMention:
    actor = Actor(role="contact", name=name, phone=phone, email=email, handle=handle)
    return ActorMention(actor=actor, events=1, first_event_id="e")


def named(persons: list[Person]) -> list[tuple[str, ...]]:
    return sorted(person.names for person in persons)


def test_a_shared_phone_joins_two_names() -> None:
    (person,) = resolve([mention("P. Tucker", "+12125550133"), mention("Pat", "+12125550133")])
    assert person.names == ("P. Tucker", "Pat")


def test_a_chain_of_phone_and_email_is_one_person() -> None:
    chain = [
        mention(phone="+12125550133", email="a@example.com"),
        mention(email="a@example.com", phone="+14155550133"),
        mention(phone="+14155550133", handle="telegram:user1"),
    ]
    (person,) = resolve(chain)
    assert person.phones == ("+12125550133", "+14155550133")
    assert person.handles == ("telegram:user1",)


def test_a_uri_as_handle_names_a_phone_and_is_no_handle() -> None:
    (person,) = resolve(
        [mention("Ada", "+12125550133"), mention("Ada", "+14155550133", handle="tel:+12125550133")]
    )
    assert person.phones == ("+12125550133", "+14155550133")
    assert person.handles == ()


def test_a_common_name_alone_does_not_join() -> None:
    persons = resolve(
        [mention("Carl Smith", "+12125550133"), mention("Carl Smith", "+14155550133")]
    )
    assert len(persons) == 2


def test_a_lone_name_goes_to_its_only_bearer() -> None:
    (person,) = resolve([mention("Ada Byron", email="a@example.com"), mention("Byron, Ada")])
    assert person.names == ("Ada Byron", "Byron, Ada")


def test_a_lone_name_of_two_bearers_stays_alone() -> None:
    persons = resolve(
        [
            mention("Carl Smith", "+12125550133"),
            mention("Carl Smith", "+14155550133"),
            mention("Carl Smith"),
        ]
    )
    assert len(persons) == 3


def test_an_initial_goes_to_the_only_one_it_fits() -> None:
    known = [mention("Konstantinos Albers", "+491713920042"), mention("K. Albers")]
    assert len(resolve(known)) == 1
    assert len(resolve([*known, mention("Karin Albers", "+491713920045")])) == 3


def test_service_numbers_join_nobody() -> None:
    assert resolve([mention("Ada", "112"), mention("Bob", "112")])[0].phones == ()
    assert len(resolve([mention("Ada", "112"), mention("Bob", "112")])) == 2


IDENTITIES = st.builds(
    mention,
    name=st.sampled_from([None, "Ada Byron", "Byron, Ada", "A. Byron", "Carl Smith", "K"]),
    phone=st.sampled_from([None, "+12125550133", "+14155550133", "+491713920042", "112"]),
    email=st.sampled_from([None, "a@example.com", "c@example.com"]),
    handle=st.sampled_from([None, "telegram:user1", "tel:+12125550133", "mailto:a@example.com"]),
)


@given(
    st.lists(IDENTITIES, max_size=12).flatmap(lambda m: st.tuples(st.just(m), st.permutations(m)))
)
def test_the_order_of_mentions_changes_nothing(
    both: tuple[list[ActorMention], list[ActorMention]],
) -> None:
    assert resolve(both[0]) == resolve(both[1])


@given(st.lists(IDENTITIES, max_size=12))
def test_every_mention_with_an_identity_or_a_name_is_found_again(
    mentions: list[ActorMention],
) -> None:
    persons = resolve(mentions)
    index = PersonIndex(persons)
    ids = {person.person_id for person in persons}
    assert len(ids) == len(persons)
    for each in mentions:
        actor = each.actor
        if actor.email or actor.handle or (actor.name and not actor.phone):
            assert index.find(actor) in ids
