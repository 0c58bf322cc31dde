"""Identities of people: phone numbers, e-mail addresses, handles, names."""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache

import phonenumbers

_EMAIL = re.compile(r"[^\s@<>,;:\"()\[\]]+@[^\s@<>,;:\"()\[\]]+\.[^\s@<>,;:\"()\[\].]+")
# Of directories that made addresses from names of several words: nobody writes a name before an
# address in lower case and with a dot behind it.
_LOOSE_EMAIL = re.compile(r"\s*[a-z]+(?: [a-z]+)*\.[a-z]+(?: [a-z]+)*@[a-z0-9.-]+\.[a-z]{2,}\s*")
# "1-800-FLOWERS": letters for the digits of their keys, on lines that callers do not pay for.
_VANITY = re.compile(r"\+?1?[-. ]?\(?8(?:00|33|44|55|66|77|88)\)?[-. ](?=.*[A-Z]{3})[A-Z\d-]{7,12}")
_EXTENSION = re.compile(r"(?:ext\.?|x|#)\s*\d+$", re.IGNORECASE)
_INTERNATIONAL_DIGITS = 11  # E.164 with its country code, as switches write it: without a plus
_SHORT_DIGITS = 6  # emergency and service numbers: nobody's
_LOCAL_DIGITS = 8  # of the longest numbers without an area code
_CLOSED_PLAN = 3  # lengths of landlines at most, where every number has its area code


@lru_cache(maxsize=65536)
def normalise_phone(written: str, region: str) -> str | None:
    """A number as E.164 where it can be read so, else its digits; None where it has none.

    With a plus, with 00, or with 11 digits and no leading zero it is international; otherwise it
    is read in the numbering plan of `region`. Numbers of fiction parse too: being possible
    counts, being assigned does not. A local number stays as it is: its area code is not told.
    """
    text = _EXTENSION.sub("", unicodedata.normalize("NFKC", written).strip())
    if _VANITY.fullmatch(text):
        text = phonenumbers.convert_alpha_characters_in_number(text)
    digits = re.sub(r"\D", "", text)
    if not digits:
        return None
    if len(digits) <= _SHORT_DIGITS:
        return digits
    international = _international(text, digits)
    if international is None and _lacks_area_code(digits, region):
        return digits
    return _e164(international or digits, None if international else region) or digits


def _international(text: str, digits: str) -> str | None:
    """The number with a plus, where it is written as an international one."""
    if text.startswith(("+", "(+")):
        return f"+{digits}"
    if digits.startswith("00"):
        return f"+{digits[2:]}"
    if len(digits) >= _INTERNATIONAL_DIGITS and not digits.startswith("0"):
        return f"+{digits}"
    return None


def _lacks_area_code(digits: str, region: str) -> bool:
    """Whether it is a number as it is dialled within one town: short, and without the prefix that
    calls to other towns begin with, in a plan in which area codes may be left out.
    """
    plan = phonenumbers.PhoneMetadata.metadata_for_region(region)
    if plan is None or not plan.national_prefix or len(digits) > _LOCAL_DIGITS:
        return False
    lengths = plan.fixed_line.possible_length if plan.fixed_line else ()
    return len(lengths) > _CLOSED_PLAN and not digits.startswith(plan.national_prefix)


def _e164(number: str, region: str | None) -> str | None:
    try:
        parsed = phonenumbers.parse(number, region)
    except phonenumbers.NumberParseException:
        return None
    reason = phonenumbers.is_possible_number_with_reason(parsed)
    if reason != phonenumbers.ValidationResult.IS_POSSIBLE:
        return None
    return phonenumbers.format_number(parsed, phonenumbers.PhoneNumberFormat.E164)


def looks_like_phone(text: str) -> bool:
    """Whether this is written as a number and nothing else: digits and what stands between."""
    digits = sum(character.isdigit() for character in text)
    return 5 <= digits <= 17 and not re.search(r"[^\d\s+()./\u00a0\u2011-]", text)


def normalise_email(written: str) -> str | None:
    """The address in lower case; None where it is none."""
    loose = _LOOSE_EMAIL.fullmatch(written)
    if loose:
        return " ".join(written.split())
    match = _EMAIL.search(written)
    return match.group().lower() if match else None


def clean_name(written: str) -> str | None:
    """A name as people write it: spaces and quotes put right; None where nothing is left."""
    text = unicodedata.normalize("NFC", written).replace("\u200e", "").replace("\u200f", "")
    return " ".join(text.strip(" \t\r\n\"'<>").split()) or None


# Forms of address before a name, and degrees behind it; Jr and III tell people apart and stay.
_TITLES = frozenset(
    {"mr", "mrs", "ms", "miss", "mx", "dr", "prof", "professor", "sir", "dame", "rev", "herr",
     "hr", "frau", "fr", "dipl", "ing", "mag", "monsieur", "madame", "mme", "mlle", "senor",
     "senora", "dott", "dottssa", "sig", "sigra", "don", "dona"}
)  # fmt: skip
_DEGREES = frozenset({"phd", "md", "mba", "msc", "bsc", "esq", "llm", "mag", "ing"})
_LETTERS = str.maketrans({"ø": "o", "ł": "l", "đ": "d", "ð": "d", "æ": "ae", "œ": "oe", "ı": "i"})  # noqa: RUF001  (a Turkish letter)


@lru_cache(maxsize=65536)
def name_key(name: str) -> str:
    """A name for comparison: no case, no accents, no titles, no order ("Dr. Atzler, Balthasar" is
    the same as "Balthasar Atzler").
    """
    plain = unicodedata.normalize("NFKD", name.casefold().translate(_LETTERS))
    bare = "".join(letter for letter in plain if not unicodedata.combining(letter))
    return " ".join(sorted(_without_titles(re.findall(r"\w+", bare))))


def _without_titles(words: list[str]) -> list[str]:
    """The words that name: titles go as long as two words stay, "Don Miller" keeps his name."""
    kept = [word for word in words if word not in _TITLES and word not in _DEGREES]
    return kept if len(kept) > 1 else words


def initial_keys(key: str) -> tuple[str, ...]:
    """A name key with one word cut to its initial, each in turn ("albers konstantinos" gives
    "a konstantinos" and "albers k"): what an abbreviated form of the name has as its key.
    """
    words = key.split(" ")
    if len(words) < 2:
        return ()
    cut = ([*words[:i], word[0], *words[i + 1 :]] for i, word in enumerate(words))
    return tuple(" ".join(sorted(each)) for each in cut)


def is_abbreviated(key: str) -> bool:
    """Whether a name key has an initial in place of a name."""
    words = key.split(" ")
    return len(words) > 1 and any(len(word) == 1 for word in words)
