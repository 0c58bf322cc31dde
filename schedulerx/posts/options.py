"""Options of posts and accounts: each is declared, so that a word mistyped never changes silently
who may see a post.
"""

from __future__ import annotations

import difflib
import re
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

import msgspec

_YES, _NO = ("true", "yes", "1"), ("false", "no", "0")


class Option(msgspec.Struct, frozen=True, kw_only=True):
    """What an option may say: one of `choices`, a whole number, what a pattern matches (with an
    example), or any text.
    """

    choices: tuple[str, ...] = ()
    whole: bool = False
    pattern: str = ""
    example: str = ""


TEXT = Option()
WHOLE = Option(whole=True)
SWITCH = Option(choices=(*_YES, *_NO))
# How media are made to fit, see `schedulerx.posts.choices`.
COMMON: Mapping[str, Option] = {
    "fit": Option(choices=("pad", "crop", "refuse")),
    "aspect": Option(pattern=r"[1-9]\d{0,2}:[1-9]\d{0,2}", example="9:16, 4:5 or 1:1"),
    "colour": Option(pattern=r"#[0-9a-fA-F]{6}", example="#102030"),
    "trim": SWITCH,
    "still": SWITCH,
}


def is_on(value: Any) -> bool:
    """Whether a switch is on; one that is not given is off."""
    return str(value).lower() in _YES


def whole(options: Mapping[str, Any], name: str) -> int | None:
    """The number that an option says; None where it says none (`wrong` tells of another thing)."""
    text = str(options.get(name, ""))
    return int(text) if _is_whole(text) else None


def _is_whole(text: str) -> bool:
    return text.isascii() and text.isdigit() and len(text) < 10


def wrong(given: Mapping[str, Any], known: Mapping[str, Option]) -> Iterator[str]:
    """A sentence for each option that is known and says what it may not."""
    for name, value in given.items():
        option, text = known.get(name, TEXT), str(value)
        if option is SWITCH and text.lower() not in option.choices:
            yield f"the option {name} is {text!r}, not yes or no"
        elif option is not SWITCH and option.choices and text not in option.choices:
            yield f"the option {name} is {text!r}, not {' or '.join(option.choices)}"
        elif option.whole and not _is_whole(text):
            yield f"the option {name} is {text!r}, not a whole number"
        elif option.pattern and not re.fullmatch(option.pattern, text):
            yield f"the option {name} is {text!r}; write it as {option.example}"


def unknown(given: Iterable[str], known: Iterable[str], what: str = "option") -> Iterator[str]:
    """A sentence for each name that is none, with the ones that may be meant."""
    names = sorted(known)
    for name in given:
        if name not in names:
            near = difflib.get_close_matches(name, names, n=1, cutoff=0.6)
            meant = f"did you mean {near[0]}?" if near else f"there are {', '.join(names)}"
            yield f"there is no {what} {name!r}; {meant}"
