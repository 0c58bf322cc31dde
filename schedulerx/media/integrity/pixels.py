"""The pixel budget, held before anything is decoded."""

from __future__ import annotations

from schedulerx.errors import RejectedInput
from schedulerx.model.record import ReasonCode
from schedulerx.settings import ValidateSettings


def hold_budget(width: int, height: int, limits: ValidateSettings, what: str = "picture") -> None:
    """Refuses a canvas over the budget.

    Raises:
        RejectedInput: width times height is over `max_pixels`.
    """
    if width * height > limits.max_pixels:
        raise RejectedInput(
            ReasonCode.REFUSED,
            f"the {what} claims {width} x {height} pixels, over the limit of "
            f"{limits.max_pixels:,} pixels; raise max_pixels if it is genuine",
        )


def hold_frames(frames: int, limits: ValidateSettings) -> None:
    """Refuses an animation with more frames than the limit.

    Raises:
        RejectedInput: more than `max_frames`.
    """
    if frames > limits.max_frames:
        raise RejectedInput(
            ReasonCode.REFUSED,
            f"the picture has {frames:,} frames, over the limit of {limits.max_frames:,}; "
            "raise max_frames if it is genuine",
        )


def unreadable(what: str) -> RejectedInput:
    """The rejection of a file nothing can be had of."""
    return RejectedInput(ReasonCode.UNREADABLE, what)
