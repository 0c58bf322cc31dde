from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from schedulerx.documents.charset import chunks, decode


@pytest.mark.parametrize("charset", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be"])
def test_unicode_is_read_in_all_its_encodings(charset: str) -> None:
    assert decode("Straße; 12 Übungen, weiter".encode(charset)) == "Straße; 12 Übungen, weiter"


@pytest.mark.parametrize(
    ("text", "charset"),
    [
        ("Les élèves ont été reçus à l'école après la fête, où ils étaient fiers. " * 4, "cp1252"),
        ("name;ort\nJörg;Köln\nZoë;Genève\n", "cp1252"),
        ("Příliš žluťoučký kůň úpěl ďábelské ódy v noci. " * 4, "cp1250"),
        ("Привет, как дела сегодня вечером? " * 4, "cp1251"),
        ("これはテストです。日本語の文章。" * 4, "shift_jis"),
    ],
)
def test_older_charsets_are_guessed(text: str, charset: str) -> None:
    assert decode(text.encode(charset)) == text


def test_a_character_cut_by_the_samples_end_does_not_mislead(tmp_path: Path) -> None:
    file = tmp_path / "a.txt"
    text = "x" * (64 * 1024 - 1) + "ü" + "end"
    file.write_text(text, encoding="utf-8")
    assert "".join(chunks(file, 1000)) == text


@given(st.binary(max_size=200))
def test_any_bytes_decode_to_text_without_nuls(data: bytes) -> None:
    assert "\0" not in decode(data)
