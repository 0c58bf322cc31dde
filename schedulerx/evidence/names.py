"""Names of people, compared across orders, scripts, titles and spellings."""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache

from schedulerx.evidence.romanised import is_joined, joined, plain, romanised

# Forms of address before a name, and degrees behind it; Jr and III tell people apart and stay.
_TITLES = frozenset(
    {"mr", "mrs", "ms", "miss", "mx", "dr", "prof", "professor", "sir", "dame", "rev", "herr",
     "hr", "frau", "fr", "dipl", "ing", "mag", "monsieur", "madame", "mme", "mlle", "senor",
     "senora", "dott", "dottssa", "sig", "sigra", "don", "dona", "господин", "госпожа", "гн",
     "гжа", "пан", "пани", "др", "проф", "κος", "κυριος", "κυρια", "δρ", "السيد", "السيده",
     "دكتور", "الدكتور", "الاستاذ", "מר", "גברת", "גב", "דר"}
)  # fmt: skip
_DEGREES = frozenset({"phd", "md", "mba", "msc", "bsc", "esq", "llm", "mag", "ing"})
_LETTERS = str.maketrans({"ø": "o", "ł": "l", "đ": "d", "ð": "d", "æ": "ae", "œ": "oe", "ı": "i"})
# Words that are written with a mark within: г-н, д-р, ד"ר.
_SHORTENED = re.compile(r"(?<=\b\w)[-'\"״’](?=\w{1,2}\b)")
_MOST_CUT = 200  # words of a name that is abbreviated: each costs a copy of the name
_LEAST_JOINED = 3  # characters of a whole name in one piece: two may be a family's name alone


def clean_name(written: str) -> str | None:
    """A name as people write it: spaces and quotes put right; None where nothing is left."""
    text = unicodedata.normalize("NFC", written).replace("\u200e", "").replace("\u200f", "")
    return " ".join(text.strip(" \t\r\n\"'<>").split()) or None


@lru_cache(maxsize=65536)
def name_key(name: str) -> str:
    """A name for comparison: no case, no accents, no titles, no order ("Dr. Atzler, Balthasar" is
    the same as "Balthasar Atzler"), in Latin letters where the script spells it ("Юлия Петрова" is
    "petrova yuliya").
    """
    words = re.findall(r"\w+", _unshortened(joined(plain(name.translate(_LETTERS)))))
    return " ".join(sorted(filter(None, map(romanised, _without_titles(words)))))


def _unshortened(text: str) -> str:
    """Without the mark in a shortened title; names such as O'Neil and I-Ting keep theirs."""
    short = _SHORTENED.sub("", text)
    return short if _TITLES.intersection(re.findall(r"\w+", short)) else text


def _without_titles(words: list[str]) -> list[str]:
    """The words that name: titles go as long as two words stay, "Don Miller" keeps his name."""
    kept = [word for word in words if word not in _TITLES and word not in _DEGREES]
    return kept if len(kept) > 1 else words


def initial_keys(key: str) -> tuple[str, ...]:
    """A name key with one word cut to its initial, each in turn ("albers konstantinos" gives
    "a konstantinos" and "albers k"): what an abbreviated form of the name has as its key.
    """
    words = key.split(" ")
    if not 2 <= len(words) <= _MOST_CUT:
        return ()
    cut = ([*words[:i], word[0], *words[i + 1 :]] for i, word in enumerate(words))
    return tuple(" ".join(sorted(each)) for each in cut)


def is_abbreviated(key: str) -> bool:
    """Whether a name key has an initial in place of a name."""
    words = key.split(" ")
    return len(words) > 1 and any(len(word) == 1 for word in words)


def is_whole(key: str) -> bool:
    """Whether a name key is that of a full name: several words and no initial, or as many
    characters as a full name has where words are not parted.
    """
    if is_joined(key):
        return len(key) >= _LEAST_JOINED
    return " " in key and not is_abbreviated(key)
