from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from schedulerx.pipeline.ids import IdSet


@given(st.sets(st.binary(min_size=16, max_size=16)), st.binary(min_size=16, max_size=16))
def test_the_set_holds_what_was_added(ids: set[bytes], other: bytes) -> None:
    held = IdSet(b"".join(ids) * 2)
    assert all(object_id in held for object_id in ids)
    assert (other in held) is (other in ids)
    assert len(held) == len(ids)


def test_an_id_across_two_others_is_not_held() -> None:
    two = b"\0" * 15 + b"\1" + b"\0" * 15 + b"\2"
    assert b"\0" * 14 + b"\1\0" not in IdSet(two)
