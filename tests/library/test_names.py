"""Names are safe on every system, whoever made them up."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from schedulerx.library.names import marked, portable, portable_path, split

FORBIDDEN = set('<>:"/\\|?*')


@given(st.text(max_size=400))
def test_a_portable_name_is_safe_and_stays(name: str) -> None:
    made = portable(name)
    assert made not in {"", ".", ".."}
    assert not FORBIDDEN & set(made)
    assert made.isprintable()
    assert not made.startswith((".", "-"))
    assert not made.endswith((".", " "))
    assert len(made.encode()) <= 200
    assert portable(made) == made


@given(st.text(max_size=100))
def test_a_portable_path_never_leads_out(path: str) -> None:
    parts = portable_path(path).split("/")
    assert parts
    assert not {"", ".", ".."} & set(parts)


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("IMG_1.jpg", "IMG_1.jpg"),
        ("CON.jpg", "_CON.jpg"),
        ("..", "_"),
        (".hidden.jpg", "_hidden.jpg"),
        ("-rf.jpg", "_rf.jpg"),
        ("a\nb\u202egpj.exe", "a_b_gpj.exe"),
        ("e\u0301.jpg", "é.jpg"),
    ],
)
def test_names_are_made_portable(name: str, expected: str) -> None:
    assert portable(name) == expected


def test_a_long_name_keeps_its_extension() -> None:
    assert portable("ä" * 300 + ".jpeg").endswith("ä.jpeg")


@pytest.mark.parametrize(
    ("path", "expected"), [("a/b.jpg", "a/b_m.jpg"), ("b", "b_m"), ("a.b/c", "a.b/c_m")]
)
def test_a_mark_comes_before_the_extension(path: str, expected: str) -> None:
    assert marked(path, "m") == expected


@pytest.mark.parametrize("name", ["README", ".profile", "a.with space"])
def test_some_names_have_no_extension(name: str) -> None:
    assert split(name) == (name, "")
