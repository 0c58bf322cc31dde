"""Whose turn it is."""

from __future__ import annotations

from uuid import UUID, uuid4

from schedulerx.posts.ledger import Due
from schedulerx.posts.turns import Turns

ONE, OTHER = uuid4(), uuid4()


def filled(turns: Turns, account: UUID, count: int) -> list[UUID]:
    """Targets put at the end of the account's."""
    targets = [uuid4() for _ in range(count)]
    for target in targets:
        turns.put(Due(target_id=target, account_id=account), is_new=True)
    return targets


def given(turns: Turns, count: int) -> list[UUID]:
    """The accounts of the next targets."""
    found = [turns.next() for _ in range(count)]
    return [due.account_id for due in found if due is not None]


def test_accounts_take_turns_however_many_posts_one_has() -> None:
    turns = Turns(8)
    filled(turns, ONE, 100)
    filled(turns, OTHER, 2)
    assert given(turns, 4) == [ONE, OTHER, ONE, OTHER]


def test_an_account_is_at_few_things_at_once() -> None:
    turns = Turns(100)
    filled(turns, ONE, 100)
    assert len(given(turns, 100)) == 4
    turns.done(ONE, went_well=True)
    assert len(given(turns, 100)) == 1


def test_an_account_in_trouble_gets_one_thread_until_something_went_well() -> None:
    turns = Turns(8)
    filled(turns, ONE, 10)
    given(turns, 1)
    turns.done(ONE, went_well=False)
    assert len(given(turns, 8)) == 1
    turns.done(ONE, went_well=True)
    assert len(given(turns, 8)) == 4


def test_accounts_in_trouble_leave_most_threads_to_the_others() -> None:
    turns = Turns(8)
    troubled = [uuid4() for _ in range(6)]
    for account in troubled:
        filled(turns, account, 3)
    given(turns, 6)
    for account in troubled:
        turns.done(account, went_well=False)
    filled(turns, ONE, 3)
    found = given(turns, 8)
    assert found.count(ONE) == 3
    assert len(found) == 5


def test_what_was_begun_goes_before_what_is_new_and_is_left_at_the_end() -> None:
    turns = Turns(8)
    filled(turns, ONE, 1)
    begun = uuid4()
    turns.put(Due(target_id=begun, account_id=OTHER), is_new=False)
    assert turns.left() == [begun]
    found = turns.next()
    assert found is not None
    assert found.target_id == begun


def test_what_is_new_of_an_account_can_be_taken_back() -> None:
    turns = Turns(8)
    targets = filled(turns, ONE, 3)
    assert list(turns.without_new(ONE)) == targets
    assert turns.next() is None


def test_an_account_with_enough_in_hand_is_told_until_it_has_no_longer() -> None:
    turns = Turns(8)
    filled(turns, ONE, 5)
    assert turns.full == {ONE}
    given(turns, 2)
    assert (turns.full, turns.emptied) == (set(), 1)
