"""Which code page short text is of: told by what its words would be made of in each.

A list of contacts holds a dozen letters beyond ASCII, too few for statistics of a language. In a
wrong code page they become signs or capitals within words, or letters that no language has.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator

# By how common they are in files; of equals the first is taken. Each with the letters beyond ASCII
# that its languages write often.
_WEST = "äöüßéèêëàâáãíìîïóòôõúùûñçøåæœ"
_CENTRE = "áčďéěíňóřšťúůýžąćęłńśźżőűäöüßôľăâîșțţşđ"
_TURKISH = "ğışçöüâî"
_CYRILLIC = "абвгдежзийклмнопрстуфхцчшщъыьэюяёіїєґ"
_GREEK = "αβγδεζηθικλμνξοπρστυφχψωάέήίόύώςϊϋ"
_ARABIC = "ابتثجحخدذرزسشصضطظعغفقكلمنهويةىأإآؤئء"
_THAI = "".join(map(chr, range(0x0E01, 0x0E4F)))
_PAGES: tuple[tuple[str, frozenset[str]], ...] = tuple(
    (page, frozenset(letters + letters.upper().replace("SS", "")))
    for page, letters in (
        ("cp1252", _WEST), ("cp1250", _CENTRE), ("cp1251", _CYRILLIC), ("cp1254", _TURKISH),
        ("cp1253", _GREEK), ("iso8859-2", _CENTRE), ("iso8859-15", _WEST), ("koi8-r", _CYRILLIC),
        ("cp850", _WEST), ("cp852", _CENTRE), ("cp866", _CYRILLIC), ("mac_roman", _WEST),
        ("iso8859-7", _GREEK), ("cp1256", _ARABIC), ("cp874", _THAI),
    )
)  # fmt: skip
# Signs that stand beside letters: quotes, dashes, spaces, apostrophes, sums, degrees, paragraphs.
_BESIDE = frozenset(
    "\u00a0\u00ad\u2013\u2014\u2018\u2019\u201a\u201c\u201d\u201e\u2026«»€£§°©®™·•²"
)
_WORDS = frozenset("àáâéèêóòôúаивсукояіηοÀÁÉÓАИВСУКОЯ")  # letters that are words
# In the West two letters beyond ASCII rarely stand together but in these; in Czech they often do.
_PAIRS = frozenset({"öß", "üß", "äß", "éé", "çã", "çõ", "çâ", "úñ", "íñ", "ñí", "ñó", "ïé"})
_LIKELY = 0.7  # of the best that there is, a letter
_SEEN = 4096  # bytes beyond ASCII that are looked at
_HIGH = re.compile(rb"[^\x80-\xff]*[\x80-\xff]+[^\x80-\xff]?")


def likely_page(sample: bytes) -> str | None:
    """The likeliest code page; None where the text is likely in none: of many bytes a letter."""
    part = b"".join(match.group() for match in _HIGH.finditer(sample))[-_SEEN * 16 :]
    scores = [(score, -place) for place, (page, letters) in enumerate(_PAGES)
              if (score := _score(part, page, letters)) is not None]  # fmt: skip
    best, place = max(scores, default=(0.0, 0))
    return _PAGES[-place][0] if best >= _LIKELY else None


def _score(sample: bytes, page: str, letters: frozenset[str]) -> float | None:
    """How well the characters beyond ASCII fit, at most 1; None where some are none at all."""
    try:
        text = sample.decode(page)
    except UnicodeDecodeError:
        return None
    points = list(_points(text, letters))
    return sum(points) / len(points) if points else None


def _points(text: str, letters: frozenset[str]) -> Iterator[float]:
    for place, letter in enumerate(text):
        if letter <= "\x7f":
            continue
        before, behind = text[place - 1 : place], text[place + 1 : place + 2]
        if letter in letters or (letter.isalpha() and letter not in "ªº"):
            alone = not before.isalpha() and not behind.isalpha() and letter not in _WORDS
            known = 1.0 if letter in letters and not alone else 0.2
            yield known - _misfit(before, letter) - _rare(before, letter, letters)
        elif letter in _BESIDE:
            within = before.isalpha() and behind.isalpha() and letter not in "’\u00ad·"
            yield 0.0 if within else 0.9
        else:
            yield -1.0 if before.isalpha() or behind.isalpha() else 0.2


def _misfit(before: str, letter: str) -> float:
    """What does not follow the letter before it: another script, a capital within a word."""
    if not before.isalpha():
        return 0.0
    if _script(before) != _script(letter):
        return 1.0
    return 0.5 if before.islower() and letter.isupper() else 0.0


def _rare(before: str, letter: str, letters: frozenset[str]) -> float:
    """What two letters beyond ASCII in a row take from a Western page."""
    is_pair = "œ" in letters and before > "\x7f" and before.isalpha()
    return 0.3 if is_pair and (before + letter).lower() not in _PAIRS else 0.0


def _script(letter: str) -> str:
    return unicodedata.name(letter, "").partition(" ")[0]
