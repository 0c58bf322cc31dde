"""Spellings of one name: what passports, registers and friends of other languages make of it.

Юлия is Yuliya, Yulia, Iuliia, Julia and Julija; 王小明 is Wang Xiaoming; 김철수 is Kim Cheolsu and
Kim Chul-soo. Another spelling is never the name itself: it only fits where nobody bears it.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from functools import lru_cache
from itertools import islice, product

from anyascii import anyascii

from schedulerx.evidence.romanised import is_joined

_MOST = 16  # spellings of a name
_MOST_OF_A_WORD = 10
_MOST_TRIED = 2000  # ways to put them together
# Letters that stand for one sound when names change language, the longest first.
_ALIKE: tuple[tuple[str, ...], ...] = (
    ("iya", "ia", "iia", "ija", "ya"),
    ("shch", "sch", "schtsch"),
    ("yu", "ju", "iu"),
    ("ya", "ja", "ia"),
    ("zh", "j", "z"),
    ("kh", "h", "ch"),
    ("ts", "c", "z"),
    ("ks", "x"),
    ("ey", "ei", "ej"),
    ("ay", "ai", "aj"),
    ("ov", "off", "ow"),
)
_ENDS: tuple[tuple[str, ...], ...] = (("iy", "y", "i", "ii", "ij"),)
_PARTS = {
    part: tuple(dict.fromkeys((part, *alike))) for alike in reversed(_ALIKE) for part in alike
}
_LAST = {part: alike for alike in _ENDS for part in alike}
_CUT = re.compile("|".join(sorted(_PARTS, key=lambda part: (-len(part), part))))
# What marks a word as carried over from another script; other words have one spelling.
_CARRIED = re.compile(
    r"yu|iu|ju|iya|iia|ija|ya\b|zh|kh|shch|ts|iy\b|ii\b|ij\b|ey\b|ei\b|ej\b|ks|x|ov\b"
    r"|(?<=[bcdfghklmnprstvz])ia\b"
)
# Korean family names as they are used abroad; the official romanisation has Gim, I, Bak, Choe.
_FAMILIES = {
    "김": ("kim",), "이": ("lee", "yi"), "박": ("park", "pak"), "최": ("choi",),
    "정": ("jung", "chung", "jeong"), "조": ("cho",), "윤": ("yoon", "yun"), "임": ("lim", "im"),
    "장": ("jang", "chang"), "서": ("seo", "suh"), "오": ("oh",), "신": ("shin",),
    "안": ("ahn", "an"), "류": ("ryu", "yoo"), "유": ("yoo", "yu"), "고": ("ko",),
    "노": ("noh", "roh"),
    "문": ("moon", "mun"), "손": ("son",), "백": ("baek", "paik"), "허": ("heo", "hur"),
    "심": ("shim",), "우": ("woo",), "구": ("koo",), "주": ("joo",), "강": ("kang",),
}  # fmt: skip
_HANGUL = re.compile(r"[\uac00-\ud7a3]+")


@lru_cache(maxsize=65536)
def spellings(key: str) -> tuple[str, ...]:
    """Other keys under which the bearer of this name key may be named, at most a few."""
    if is_joined(key):
        return tuple(islice(_of_joined(key), _MOST))
    words = key.split(" ")
    if len(words) < 2:
        return ()
    made = (" ".join(sorted(each)) for each in _likeliest([_of_word(word) for word in words]))
    return tuple(islice((each for each in dict.fromkeys(made) if each != key), _MOST))


def _likeliest(choices: Sequence[Sequence[str]]) -> Iterator[tuple[str, ...]]:
    """One of each, the first choices first: whoever writes one letter so writes the others so."""
    places = product(*(range(len(each)) for each in choices))
    for chosen in sorted(islice(places, _MOST_TRIED), key=lambda each: (max(each), sum(each))):
        yield tuple(choice[place] for choice, place in zip(choices, chosen, strict=True))


def _of_word(word: str) -> tuple[str, ...]:
    """The word as it is, then its other spellings."""
    if not word.isascii() or len(word) < 3 or not _CARRIED.search(word):
        return (word,)
    last = next((end for end in sorted(_LAST, key=len, reverse=True) if word.endswith(end)), "")
    stem = word.removesuffix(last) if last else word
    ends = (last, *_LAST[last]) if last else ("",)
    pieces = [_PARTS.get(piece, (piece,)) for piece in _pieces(stem)]
    made = ("".join(each) for each in _likeliest([*pieces, ends]))
    return tuple(islice(dict.fromkeys(made), _MOST_OF_A_WORD))


def _pieces(stem: str) -> list[str]:
    pieces, at = [], 0
    for match in _CUT.finditer(stem):
        pieces += [stem[at : match.start()], match.group()]
        at = match.end()
    return [*pieces, stem[at:]]


def _of_joined(name: str) -> list[str]:
    """A name of East Asia with the family's name first, as it is written abroad."""
    if len(name) < 2 or not (_HANGUL.fullmatch(name) or name.isalpha()):
        return []
    given = [anyascii(letter).lower() for letter in name[1:]]
    if _HANGUL.fullmatch(name):
        families = _FAMILIES.get(name[0], (anyascii(name[0]).lower(),))
    else:
        families = (anyascii(name[0]).lower(),)
    if not all(each.isalpha() and each.isascii() for each in (*families, *given)):
        return []
    forms = dict.fromkeys([("".join(given),), tuple(given)])
    return [" ".join(sorted((family, *form))) for family in families for form in forms]
