from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from schedulerx.documents.charset import chunks, decode, detect


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


SHORT = {
    "Name;Ort\nMüller;Köln\n": ("cp1252", "cp1250", "iso8859-15", "cp850"),
    "Gerätetyp;Benutzer\nHandy;Müller, Jürgen\n": ("cp1252", "cp1250", "cp1254", "cp850"),
    "Name;Ort\nJosé Núñez;Málaga\n": ("cp1252", "cp1254", "iso8859-15"),
    "Nom;Prénom\nDupré;Hélène\n": ("cp1252", "cp850", "mac_roman"),
    "Jméno;Příjmení\nJiří;Dvořák\n": ("cp1250", "iso8859-2", "cp852"),
    "Imię;Nazwisko\nŁukasz;Dąbrowski\n": ("cp1250", "iso8859-2", "cp852"),
    "Имя;Фамилия\nЮлия;Петрова\n": ("cp1251", "koi8-r", "cp866"),
    "Όνομα;Επώνυμο\nΓιώργος;Παπαδόπουλος\n": ("cp1253", "iso8859-7"),
    "Ad;Soyad\nÖnder;Yılmaz\nGüneş;Çağ\n": ("cp1254",),
    "الاسم,الهاتف\nمحمد العلي,0501234567\n": ("cp1256",),
    "ชื่อ,โทร\nสมชาย ใจดี,081\n": ("cp874",),
    "Preis: 5 €\nKäse – „gut“\n": ("cp1252", "mac_roman"),
}


@pytest.mark.parametrize(
    ("text", "charset"), [(text, charset) for text, all_of in SHORT.items() for charset in all_of]
)
def test_a_few_letters_tell_the_code_page_of_a_short_table(text: str, charset: str) -> None:
    data = text.encode(charset)
    assert data.decode(detect(data)) == text
