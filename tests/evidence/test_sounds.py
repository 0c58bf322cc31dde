"""Names compared by how they sound: closely, and coarsely."""

from __future__ import annotations

import pytest

from schedulerx.evidence.sounds import consonants, sound


@pytest.mark.parametrize(
    ("one", "other"),
    [("petrova yuliya", "julija petrowa"), ("maksim", "maxim"), ("philipp", "filip")],
)
def test_spellings_of_one_name_sound_alike(one: str, other: str) -> None:
    assert sound(one) == sound(other)


@pytest.mark.parametrize(("one", "other"), [("anna berg", "ina borg"), ("carl", "cyril")])
def test_other_names_sound_otherwise(one: str, other: str) -> None:
    assert sound(one) != sound(other)


@pytest.mark.parametrize(
    "ways",
    [
        ("gorbachev", "gorbatschow", "gorbatchoff"),
        ("tsvetkov", "zwetkow"),
        ("mikhail", "michail"),
        ("shcherbakov", "schtscherbakow"),
    ],
)
def test_a_word_carried_over_by_any_language_keeps_its_consonants(ways: tuple[str, ...]) -> None:
    assert len({consonants(word) for word in ways}) == 1


def test_other_words_have_other_consonants() -> None:
    words = ("berg", "smith", "albers", "tidewater", "halloway")
    assert len({consonants(word) for word in words}) == len(words)
