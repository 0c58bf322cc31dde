"""What an integrity check found in a file that may go on."""

from __future__ import annotations

import msgspec


class Findings(msgspec.Struct, frozen=True, kw_only=True):
    """`damage` is a sentence about what is broken in a file that is partly readable, or None.

    `warnings` are sentences about what is odd in a file that is whole. What may not go on at all
    is raised as `RejectedInput`. `password_line` is the line of the password that opened it,
    `media_type` what lies behind the lock, where only that tells.
    """

    damage: str | None = None
    warnings: tuple[str, ...] = ()
    password_line: int | None = None
    media_type: str | None = None


SOUND = Findings()
