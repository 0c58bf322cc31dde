"""The rejections that integrity checks of documents share."""

from __future__ import annotations

from schedulerx.errors import RejectedInput
from schedulerx.model.record import ReasonCode


def unreadable(reason: str) -> RejectedInput:
    """Nothing can be had of the file."""
    return RejectedInput(ReasonCode.UNREADABLE, reason)


def locked(reason: str) -> RejectedInput:
    """The file needs a password."""
    return RejectedInput(ReasonCode.LOCKED, reason)


def refused(reason: str) -> RejectedInput:
    """The file is hostile, or over a limit."""
    return RejectedInput(ReasonCode.REFUSED, reason)
