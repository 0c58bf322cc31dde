"""The length of a text as X counts it (twitter-text, configuration 3).

Source: github.com/twitter/twitter-text, config/v3.json, and docs.x.com, "Counting characters".
"""

from __future__ import annotations

import unicodedata

import regex

URL_LENGTH = 23  # transformedURLLength, whatever a link's own length
_HEAVY, _SCALE = 2, 1  # defaultWeight and the weight within the ranges, over the scale of 100
_LIGHT = ((0, 4351), (8192, 8205), (8208, 8223), (8242, 8247))  # ranges of code points
# Without a scheme a link is one only by its ending: of a name and a country's, just these two.
_ENDINGS = (
    "com|net|org|edu|gov|mil|int|info|biz|name|pro|aero|asia|jobs|mobi|museum|tel|travel|coop|"
    "app|dev|blog|shop|store|online|site|website|tech|cloud|xyz|club|live|news|media|agency|art|"
    "design|digital|email|events|fashion|film|game|games|global|group|guide|help|life|link|"
    "marketing|page|photo|photos|social|space|studio|style|today|tools|top|tours|video|wiki|work|"
    "world|zone|co|tv"
)
_HOST = r"(?:[\p{L}\p{N}](?:[\p{L}\p{N}_-]*[\p{L}\p{N}])?\.)+"
_PATH = r"(?:/[^\s<>]*[^\s<>.,;:!?'\")\]}])?/?"
_URL = regex.compile(
    rf"https?://{_HOST}\p{{L}}{{2,}}(?::\d+)?(?:[/?#][^\s<>]*[^\s<>.,;:!?'\")\]}}]|/)?"
    rf"|(?<![@#$\w./-])(?:{_HOST}(?:{_ENDINGS})(?![\w.-]*\w){_PATH}"
    rf"|{_HOST}[a-z]{{2}}/[^\s<>]*[^\s<>.,;:!?'\")\]}}])",
    regex.IGNORECASE,
)
_EMOJI = regex.compile(
    r"\p{Emoji_Presentation}|\p{Extended_Pictographic}\uFE0F|\p{RI}\p{RI}|[0-9#*]\uFE0F?\u20E3"
    r"|\p{Extended_Pictographic}.*\u200D"
)


def weighted_length(text: str) -> int:
    """Links count 23, emoji 2 whatever they are composed of, CJK and the like 2, others 1."""
    plain = unicodedata.normalize("NFC", text)
    links = len(_URL.findall(plain))
    return links * URL_LENGTH + sum(map(_weight, regex.findall(r"\X", _URL.sub("", plain))))


def _weight(cluster: str) -> int:
    if _EMOJI.match(cluster):
        return _HEAVY
    return sum(_SCALE if _is_light(ord(char)) else _HEAVY for char in cluster)


def _is_light(point: int) -> bool:
    return any(first <= point <= last for first, last in _LIGHT)
