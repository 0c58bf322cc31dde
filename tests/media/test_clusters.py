from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from schedulerx.media.clusters import MOST, Candidates, Copy, Owned, copies


def all_asking(hashes: Sequence[int], owners: Sequence[int]) -> Candidates:
    owned = Owned(np.array(hashes, np.uint64), np.array(owners, np.int32))
    return Candidates(owned, owned)


def clustered(
    hashes: Sequence[Sequence[int]], alike: dict[tuple[int, int], float]
) -> tuple[list[Copy], list[tuple[int, int]]]:
    """The copies among pictures with these hashes, and which were compared."""
    owners = [position for position, own in enumerate(hashes) for _ in own]
    values = [each for own in hashes for each in own]
    compared: list[tuple[int, int]] = []

    def likeness(position: int, originals: Sequence[int]) -> list[float]:
        compared.extend((position, original) for original in originals)
        return [alike.get((original, position), 0.0) for original in originals]

    candidates = all_asking(values, owners)
    return list(copies(candidates, likeness, 0.9)), compared


def test_a_copy_joins_the_best_picture_near_it() -> None:
    found, _ = clustered([[0b0], [0b1], [0b11]], {(0, 1): 0.95, (0, 2): 0.97})
    assert found == [Copy(1, 0, 0.95), Copy(2, 0, 0.97)]


def test_look_alikes_stay_apart_although_their_hashes_are_equal() -> None:
    assert clustered([[5], [5], [5]], {})[0] == []


def test_a_copy_joins_the_original_most_like_it() -> None:
    found, _ = clustered([[1], [1], [1]], {(0, 2): 0.91, (1, 2): 0.99})
    assert found == [Copy(2, 1, 0.99)]


def test_a_series_that_drifts_is_not_chained() -> None:
    found, _ = clustered([[7], [7], [7]], {(0, 1): 0.95, (1, 2): 0.95})
    assert found == [Copy(1, 0, 0.95)]


def test_any_of_the_hashes_makes_a_candidate() -> None:
    far = (1 << 63) - 1
    found, _ = clustered([[0, far], [far ^ 0b111]], {(0, 1): 1.0})
    assert found == [Copy(1, 0, 1.0)]


def test_what_is_far_from_all_is_not_compared() -> None:
    far = (1 << 40) - 1
    assert clustered([[0], [far], [0, 1]], {})[1] == [(2, 0)]


def test_many_equal_hashes_of_one_original_cost_one_comparison_each() -> None:
    count = 500
    found, compared = clustered([[9]] * count, {(0, each): 1.0 for each in range(count)})
    assert len(found) == len(compared) == count - 1


def test_views_of_one_picture_make_no_candidate() -> None:
    assert all_asking([0, 1, (1 << 40) - 1], [0, 0, 1]).positions.tolist() == []


def test_no_pictures_have_no_copies() -> None:
    assert clustered([], {})[0] == []


def test_a_picture_is_found_by_a_hash_it_does_not_ask_by() -> None:
    far = (1 << 63) - 1
    asking = Owned(np.array([far, 0], np.uint64), np.array([0, 1], np.int32))
    answering = Owned(np.array([far, 1, 0], np.uint64), np.array([0, 0, 1], np.int32))
    found = copies(Candidates(asking, answering), lambda _, some: [1.0] * len(some), 0.9)
    assert list(found) == [Copy(1, 0, 1.0)]


def near_one_another(count: int) -> list[int]:
    """So many different hashes, each within 8 bits of every other."""
    rng = np.random.default_rng(1)
    found: set[int] = set()
    while len(found) < count:
        bits = rng.choice(63, 4, replace=False)
        found.add(sum(1 << int(bit) for bit in bits))
    return sorted(found)


def test_of_a_crowd_each_meets_the_best_alone() -> None:
    count = 500
    candidates = all_asking(near_one_another(count), range(count))
    answered = [candidates.answered(position) for position in range(count)]
    assert candidates.crowded == count
    assert sum(map(len, answered)) <= count * MOST
    assert sum(map(len, answered[: MOST - 1])) >= (count - 1) * (MOST - 1)


def test_a_crowd_whose_pictures_are_alike_has_one_original() -> None:
    count = 500
    hashes = near_one_another(count)
    found, compared = clustered(
        [[each] for each in hashes], {(0, each): 1.0 for each in range(count)}
    )
    assert {copy.original for copy in found} == {0}
    assert len(found) == len(compared) == count - 1


def test_a_crowd_whose_pictures_differ_is_compared_in_bounds() -> None:
    count = 300
    _, compared = clustered([[each] for each in near_one_another(count)], {})
    assert len(compared) <= count * MOST


def test_few_who_are_near_are_no_crowd() -> None:
    assert all_asking(near_one_another(MOST - 1), range(MOST - 1)).crowded == 0
