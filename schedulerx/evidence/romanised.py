"""Names of other scripts in Latin letters: how they are most often written, never how they sound.

Alphabets that write their vowels have one spelling by letter, as passports and registers have it.
Scripts that leave vowels out (Arabic, Hebrew) and characters whose reading nobody tells (Han)
have none: such a name is compared in its own script.
"""

from __future__ import annotations

import re
import unicodedata

from anyascii import anyascii

# Scripts as their characters are named in Unicode.
_SPELLED = ("CYRILLIC", "GREEK", "ARMENIAN", "GEORGIAN", "HIRAGANA", "KATAKANA", "DEVANAGARI")
_JOINED = ("CJK UNIFIED", "HIRAGANA", "KATAKANA", "HANGUL")
# Greek by ELOT 743: pairs of letters first; the rest as anyascii has it.
_GREEK = (
    ("ου", "ou"), ("γγ", "ng"), ("γξ", "nx"), ("γχ", "nch"),
    ("αυ", "av"), ("ευ", "ev"), ("ηυ", "iv"),
)  # fmt: skip
# Forms of one letter in Arabic and Persian hands; the line that stretches words.
_ARABIC = str.maketrans({"ى": "ي", "ی": "ي", "ة": "ه", "ک": "ك", "ٱ": "ا", "ـ": None})
# Canonical combining classes: those below make another letter (nukta, voicing of kana, virama).
_LEAST_ACCENT = 10
# Forms of address behind names of East Asia.
_ADDRESS = re.compile(
    r"(?<=..)(?:先生|女士|小姐|老师|老師|さん|さま|様|氏|くん|ちゃん|씨|님|선생님)$"
)


def plain(text: str) -> str:
    """The letters without case, accents and vowel points."""
    decomposed = unicodedata.normalize("NFKD", text.casefold().translate(_ARABIC))
    bare = "".join(each for each in decomposed if unicodedata.combining(each) < _LEAST_ACCENT)
    return unicodedata.normalize("NFC", bare)


def romanised(word: str) -> str:
    """A word of a plain name in Latin letters, where its script tells them; else as it is."""
    if word.isascii() or not _is_all(word, _SPELLED):
        return word
    initial = len(word) == 1  # "Ю." is one letter, as "Y." is
    for written, latin in _GREEK if _is_all(word, ("GREEK",)) else ():
        word = word.replace(written, latin)
    latin_word = re.sub(r"[^a-z0-9]", "", anyascii(word).lower())
    return latin_word[:1] if initial else latin_word


def joined(name: str) -> str:
    """A name of East Asia in one piece and without a form of address: spaces tell nothing in it."""
    together = re.sub(r"[\s・·]+", "", name)
    if together and not _is_all(together, ("HIRAGANA", "KATAKANA")) and _is_all(together, _JOINED):
        return _ADDRESS.sub("", together)
    return name


def is_joined(word: str) -> bool:
    """Whether this is a name of East Asia in one piece."""
    return bool(word) and _is_all(word, _JOINED)


def _is_all(word: str, scripts: tuple[str, ...]) -> bool:
    return all(
        unicodedata.name(letter, "").startswith((*scripts, "PROLONGED SOUND MARK"))
        or letter == "ー"
        for letter in word
    )
