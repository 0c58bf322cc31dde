"""Identities of people that are numbers and addresses: phones, e-mail."""

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
_EXTENSION = re.compile(
    r"[\s,;]*(?:\bext(?:ension)?\.?|(?<=[\s\d])x|#|;ext=|\bdurchwahl|\bdw\.?|\bposte|\bint\.?)\s*\d{1,6}\s*$"
    r"|(?<=\d)[,;pw]+\d{1,6}#?\s*$",
    re.IGNORECASE,
)
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
    text = without_extension(unicodedata.normalize("NFKC", written).strip())
    if _VANITY.fullmatch(text):
        text = phonenumbers.convert_alpha_characters_in_number(text)
    digits = re.sub(r"\D", "", text)
    if not digits:
        return None
    if len(digits) <= _SHORT_DIGITS:
        return digits
    international = None if _is_national(text, digits, region) else _international(text, digits)
    if international is None and (
        _lacks_area_code(digits, region) or _has_foreign_zero(digits, region)
    ):
        return digits
    return _e164(international or digits, None if international else region) or digits


def without_extension(written: str) -> str:
    """A number without the digits that are dialled after the line is up."""
    return _EXTENSION.sub("", written)


def _international(text: str, digits: str) -> str | None:
    """The number with a plus, where it is written as an international one."""
    if text.startswith(("+", "(+")):
        return f"+{digits}"
    if digits.startswith("00"):
        return f"+{digits[2:]}"
    if len(digits) >= _INTERNATIONAL_DIGITS and not digits.startswith("0"):
        return f"+{digits}"
    return None


def _is_national(text: str, digits: str, region: str) -> bool:
    """Whether 11 digits are a number of the region's as it is written there, though they could
    begin with another country's code: behind the region's prefix ("8 495 …" in Russia), or without
    one ("138 0013 8000" in China) where no other country has that number.
    """
    if text.startswith(("+", "(+")) or len(digits) < _INTERNATIONAL_DIGITS or digits[0] == "0":
        return False
    own = _assigned(digits, region)
    if own is None:
        return False
    national = phonenumbers.format_number(own, phonenumbers.PhoneNumberFormat.NATIONAL)
    if re.sub(r"\D", "", national) != digits:
        return False
    plan = phonenumbers.PhoneMetadata.metadata_for_region(region)
    has_prefix = bool(plan and plan.national_prefix and digits.startswith(plan.national_prefix))
    return has_prefix or _assigned(f"+{digits}", None) is None


def _assigned(number: str, region: str | None) -> phonenumbers.PhoneNumber | None:
    """The number where somebody can have it."""
    try:
        parsed = phonenumbers.parse(number, region)
    except phonenumbers.NumberParseException:
        return None
    return parsed if phonenumbers.is_valid_number(parsed) else None


def _lacks_area_code(digits: str, region: str) -> bool:
    """Whether it is a number as it is dialled within one town: short, and without the prefix that
    calls to other towns begin with, in a plan in which area codes may be left out.
    """
    plan = phonenumbers.PhoneMetadata.metadata_for_region(region)
    if plan is None or not plan.national_prefix or len(digits) > _LOCAL_DIGITS:
        return False
    lengths = plan.fixed_line.possible_length if plan.fixed_line else ()
    return len(lengths) > _CLOSED_PLAN and not digits.startswith(plan.national_prefix)


def _has_foreign_zero(digits: str, region: str) -> bool:
    """Whether a number begins with the zero that other countries dial first, and not this one
    ("030 1234567" in the USA); in Italy it may belong to the number.
    """
    plan = phonenumbers.PhoneMetadata.metadata_for_region(region)
    own = plan is not None and plan.national_prefix == "0"
    return digits[0] == "0" and not own and _assigned(digits, region) is None


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
    """Whether this is written as a number and nothing else: digits and what stands between, or
    letters in place of an American service's digits.
    """
    if _VANITY.fullmatch(text.strip()):
        return True
    digits = sum(character.isdigit() for character in text)
    return 5 <= digits <= 17 and not re.search(r"[^\d\s+()./\u00a0\u2011-]", text)


def normalise_email(written: str) -> str | None:
    """The address in lower case; None where it is none."""
    loose = _LOOSE_EMAIL.fullmatch(written)
    if loose:
        return " ".join(written.split())
    match = _EMAIL.search(written)
    return match.group().lower() if match else None
