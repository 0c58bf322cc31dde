"""LinkedIn's little text format: what is a mark there is escaped, and hashtags are links.

Source: learn.microsoft.com/linkedin, "Little text format".
"""

from __future__ import annotations

import re

_MARKS = re.compile(r"(?<![\w#])#(?P<tag>\w+)|[\\|{}@\[\]()<>*_~#]")  # "Little text format"


def escaped(text: str) -> str:
    """A text in LinkedIn's little text format: hashtags are links, all else is as it is written."""
    return _MARKS.sub(_marked, text)


def _marked(found: re.Match[str]) -> str:
    if found["tag"]:
        return rf"{{hashtag|\#|{found['tag'].replace('_', chr(92) + '_')}}}"
    return rf"\{found[0]}"
