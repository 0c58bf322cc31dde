"""Certificate arithmetic: sums of inputs tell which inputs, not only how many."""

from __future__ import annotations

from functools import reduce

from hypothesis import given
from hypothesis import strategies as st

from schedulerx.model.run import StepStats, Tally

INPUTS = st.lists(
    st.tuples(st.binary(max_size=8), st.integers(0, 10**12)), unique_by=lambda p: p[0]
)


def total(inputs: list[tuple[bytes, int]]) -> Tally:
    return reduce(Tally.plus, (Tally.of(*one) for one in inputs), Tally())


@given(INPUTS, st.randoms())
def test_the_order_of_inputs_does_not_matter(inputs: list[tuple[bytes, int]], dice: object) -> None:
    shuffled = list(inputs)
    dice.shuffle(shuffled)  # type: ignore[attr-defined]  # a random.Random
    assert total(shuffled) == total(inputs)


@given(INPUTS, st.integers(0, 100))
def test_parts_add_up_to_the_whole(inputs: list[tuple[bytes, int]], cut: int) -> None:
    assert total(inputs[:cut]).plus(total(inputs[cut:])) == total(inputs)


@given(INPUTS.filter(lambda inputs: len(inputs) > 1))
def test_an_input_counted_twice_in_place_of_another_is_noticed(
    inputs: list[tuple[bytes, int]],
) -> None:
    first, second, *rest = [(path, 1) for path, _ in inputs]
    wrong, right = total([first, first, *rest]), total([first, second, *rest])
    assert (wrong.count, wrong.bytes) == (right.count, right.bytes)
    assert wrong != right


def test_a_steps_figures_add_up_each_by_itself() -> None:
    one = StepStats(
        name="read", done=1, not_applicable=2, reused=4, rejected=8, failed=16, seconds=32
    )
    other = StepStats(
        name="read",
        done=64,
        not_applicable=128,
        reused=256,
        rejected=512,
        failed=1024,
        seconds=2048,
    )
    assert one.plus(other) == StepStats(
        name="read",
        done=65,
        not_applicable=130,
        reused=260,
        rejected=520,
        failed=1040,
        seconds=2080,
    )
