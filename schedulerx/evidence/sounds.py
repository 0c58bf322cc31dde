"""How names sound, however they are spelled: closely, to take two for one, and coarsely, to be sure
that two are not one.
"""

from __future__ import annotations

import re
from functools import lru_cache

# What stands for one sound, or one letter of another alphabet; the longest first.
_CLASSES = {
    "k": ("tsch", "tch", "ch", "cz", "kh", "gh", "ck", "c", "q", "k"),
    "s": ("schtsch", "shch", "sch", "sh", "ts", "tz", "zh", "z", "s"),
    "v": ("ph", "ff", "w", "f", "v"),
    "i": ("y", "j", "i"),
    "ks": ("x",),
}
_CLASS_OF = {written: letter for letter, ways in _CLASSES.items() for written in ways}
_WRITTEN = re.compile("|".join(sorted(_CLASS_OF, key=lambda written: (-len(written), written))))
_WITHIN = re.compile(r"(?<!^)[aeiouh]")


@lru_cache(maxsize=65536)
def sound(key: str) -> str:
    """A name key with what spellings mostly differ in made alike: names equal in this are one."""
    text = re.sub(r"shch|schtsch|sch|sh", "s", key)
    text = re.sub(r"tsch|tch|cz|ch|ts|tz", "c", text)
    text = re.sub(r"kh|gh", "h", text).replace("zh", "j").replace("x", "ks").replace("ph", "f")
    text = re.sub(r"ck|[cq]", "k", text).replace("w", "v").replace("ff", "v")
    text = re.sub(r"[yj]", "i", text)
    return " ".join(sorted(re.sub(r"(.)\1+", r"\1", text).split(" ")))


@lru_cache(maxsize=65536)
def consonants(word: str) -> str:
    """What is left of a name's word however another alphabet's is written: its first letter, and
    classes of consonants. Words that differ in this are different names; others may be one.
    """
    classes = _WRITTEN.sub(lambda found: _CLASS_OF[found[0]], word)
    return re.sub(r"(.)\1+", r"\1", _WITHIN.sub("", classes))
