"""The length of a text as X counts it (twitter-text, configuration 3).

Source: github.com/twitter/twitter-text, config/v3.json, and docs.x.com, "Counting characters".
"""

from __future__ import annotations

import unicodedata

import regex

URL_LENGTH = 23  # transformedURLLength, whatever a link's own length
_HEAVY, _SCALE = 2, 1  # defaultWeight and the weight within the ranges, over the scale of 100
_LIGHT = ((0, 4351), (8192, 8205), (8208, 8223), (8242, 8247))  # ranges of code points
_HOST = r"(?:[\p{L}\p{N}](?:[\p{L}\p{N}_-]*[\p{L}\p{N}])?\.)+"
_TAIL = r"[^\s<>]*[^\s<>.,;:!?'\")\]}]"
# Without a scheme X knows a link by its ending, of some 1500 that grow: any small letters count as
# one here, so that a text may count more than X counts, and never less.
_URL = regex.compile(
    rf"(?i:https?://{_HOST}\p{{L}}{{2,}})(?::\d+)?(?:[/?#]{_TAIL}|/)?"
    rf"|(?<![@#$\w./-]){_HOST}[a-z]{{2,}}(?![\w.@-]*\w)(?:[/?#]{_TAIL}|/)?"
)
_EMOJI = regex.compile(r"\p{Extended_Pictographic}|\p{RI}\p{RI}|[0-9#*]\uFE0F?\u20E3")


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
