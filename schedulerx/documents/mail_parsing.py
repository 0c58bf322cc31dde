"""E-mails parsed within bounds: the library's parser of headers takes the square of their length,
and goes a level deeper for every parenthesis.
"""

from __future__ import annotations

from email.message import EmailMessage, Message
from email.parser import BytesHeaderParser, BytesParser
from email.policy import EmailPolicy
from typing import Any, cast

_PARSED = 16 * 1024  # characters of a header


class _Bounded(EmailPolicy):
    """As `email.policy.default`, but of a long header the beginning alone is parsed, and one of
    parentheses without end is plain text.
    """

    def header_fetch_parse(self, name: str, value: str) -> Any:
        """See `email.policy.Policy`; a header that was parsed has a name of its own."""
        cut = value if hasattr(value, "name") else value[:_PARSED]
        try:
            return super().header_fetch_parse(name, cut)
        except RecursionError:
            return cut


BOUNDED = _Bounded()


def parsed(data: bytes) -> EmailMessage:
    """A message from its bytes; its headers alone where its parts are nested without end."""
    try:
        message = BytesParser(policy=BOUNDED).parsebytes(data)
    except RecursionError:
        message = BytesHeaderParser(policy=BOUNDED).parsebytes(data)
    return cast("EmailMessage", message)  # which this policy makes


def filename(part: Message) -> str | None:
    """The name given to a part; malformed ones are none."""
    try:
        return part.get_filename()
    except (ValueError, LookupError, TypeError, AttributeError, RecursionError):
        return None
