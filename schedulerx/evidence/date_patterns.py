"""The forms in which people and programs write dates and times, as patterns over tidy text."""

from __future__ import annotations

import re

from schedulerx.evidence.date_words import ZONES

_ZONE_NAMES = "|".join(sorted(ZONES, key=len, reverse=True))
_TIME = (
    r"(?P<hour>\d{1,2})[:.h](?P<minute>\d{2})(?:[:.](?P<second>\d{2})(?:[.,](?P<fraction>\d{1,9}))?)?"
    r"(?:\s*(?P<half>[ap])\.?\s?m\.?)?"
    rf"(?:\s*\(?(?P<zone>(?:utc|gmt)?[+-]\d{{2}}:?\d{{2}}|(?:utc|gmt)?[+-]\d{{1,2}}|{_ZONE_NAMES})\)?)?"
    r"(?:\s*\([a-z ]+\))?"
)
_REST = rf"(?:(?:[,;]?\s+|t|,)(?:at\s+|um\s+|à\s+|-\s+)?{_TIME}(?:\s*uhr)?)?"
_WEEKDAY = r"(?:(?P<weekday>[^\W\d]+)(?:-feira)?\.?,?\s+)?"
_OF = r"(?:de\s+|del\s+)?"
_YEAR_FIRST = re.compile(
    rf"{_WEEKDAY}(?P<year>\d{{4}})[-/.](?P<month>\d{{1,2}})[-/.](?P<day>\d{{1,2}})\.?{_REST}"
)
NUMBERS = re.compile(
    rf"{_WEEKDAY}(?P<one>\d{{1,2}})(?P<mark>[-/.])(?P<two>\d{{1,2}})(?P=mark)(?P<year>\d{{4}}|\d{{2}}){_REST}"
)
_DAY_NAMED = re.compile(
    rf"{_WEEKDAY}(?P<day>\d{{1,2}})(?:\.|st|nd|rd|th|er)?[\s-]+{_OF}(?P<name>[^\W\d]+)\.?,?[\s-]+{_OF}(?P<year>\d{{4}}){_REST}"
)
_NAME_FIRST = re.compile(
    rf"{_WEEKDAY}(?P<name>[^\W\d]+)\.?\s+(?P<day>\d{{1,2}})(?:st|nd|rd|th)?,?\s+(?P<year>\d{{4}}){_REST}"
)
# As asctime and Twitter write it: the year last.
_YEAR_LAST = re.compile(
    rf"(?P<weekday>[^\W\d]+)\s+(?P<name>[^\W\d]+)\s+(?P<day>\d{{1,2}})\s+{_TIME}\s+(?P<year>\d{{4}})"
)
# As databases ("01-MAR-24 10.15.00 AM") and the logs of web servers ("01/Mar/2024:10:15:00 +0100").
_DAY_DASHED = re.compile(
    rf"(?P<weekday>)(?P<day>\d{{1,2}})-(?P<name>[^\W\d]{{3,4}})-(?P<year>\d{{2}}){_REST}"
)
_DAY_SLASHED = re.compile(
    rf"(?P<weekday>)(?P<day>\d{{1,2}})/(?P<name>[^\W\d]{{3,4}})/(?P<year>\d{{4}})(?::{_TIME})?"
)
PATTERNS = (
    _YEAR_FIRST, NUMBERS, _DAY_NAMED, _NAME_FIRST, _YEAR_LAST, _DAY_DASHED, _DAY_SLASHED
)  # fmt: skip
SHORT_FORMS = (
    re.compile(r"(?P<year>(?:19|20)\d{2})"),
    re.compile(r"(?P<year>(?:19|20)\d{2})[-/](?P<month>0?[1-9]|1[0-2])"),
    re.compile(r"(?P<month>0?[1-9]|1[0-2])[-/](?P<year>(?:19|20)\d{2})"),
    re.compile(rf"(?P<name>[^\W\d]+)\.?,?[\s-]+{_OF}(?P<year>(?:19|20)\d{{2}})"),
)
COMPACT = re.compile(r"(\d{4})(\d{2})(\d{2})t?(\d{2})(\d{2})(\d{2})(z?)")
COMPACT_DATE = re.compile(r"((?:19|20)\d{2})(0[1-9]|1[0-2])(0[1-9]|[12]\d|3[01])")
CLOCK = re.compile(_TIME)
WRITTEN_SECONDS = re.compile(r"\d[:h]\d{2}[:.]\d{2}|\st?\d{1,2}\.\d{2}\.\d{2}|t\d{6}|\d{8,}")
WRITTEN_MINUTES = re.compile(r"\d[:h]\d{2}|\s\d{1,2}\.\d{2}(?!\.?\d)")
