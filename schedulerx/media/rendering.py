"""A picture file made into what is wanted of it: for posts, the photo library, listings."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from schedulerx.errors import RejectedInput
from schedulerx.media.carried.source import carried_from
from schedulerx.media.decoding import UNKNOWN_PICTURES, decode
from schedulerx.media.derived import Rendered, rendered
from schedulerx.media.geometry import Covering
from schedulerx.media.integrity.pictures import DECODER_ERRORS, told
from schedulerx.media.sniff import media_type
from schedulerx.model.record import ReasonCode
from schedulerx.settings import RenditionSettings, ValidateSettings


def render(source: Path, wanted: RenditionSettings, limits: ValidateSettings) -> Rendered:
    """One rendition, see `render_all`."""
    return render_all(source, (wanted,), limits)[0]


def render_all(
    source: Path, wanted: Sequence[RenditionSettings], limits: ValidateSettings
) -> tuple[Rendered, ...]:
    """Renditions of a picture file in the order wanted, from one decode.

    What is there of a damaged picture is shown. Of several frames or pages it is the first.

    Raises:
        RejectedInput: the file is no picture, shows nothing, or is over a limit.
    """
    kind = media_type(source)
    if not kind.startswith("image/") or kind in UNKNOWN_PICTURES:
        raise RejectedInput(ReasonCode.UNSUPPORTED, f"the file is {kind}, no picture to render")
    try:
        shown = decode(source, kind, limits, Covering(tuple(wanted))).picture
        carried = carried_from(source, kind, {each.metadata for each in wanted})
    except DECODER_ERRORS as error:
        words = f"the picture cannot be decoded: {told(error)}"
        raise RejectedInput(ReasonCode.UNREADABLE, words) from error
    if shown is None:
        raise RejectedInput(ReasonCode.UNREADABLE, f"the {kind} file holds no picture to show")
    made = {each.name: each for each in rendered(shown, wanted, carried)}
    return tuple(made[each.name] for each in wanted)
