"""Videos and recordings: under the limits, whole to the end, and every part of them decodes."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import av

from schedulerx.errors import RejectedInput
from schedulerx.formats.box_tree import sample_claims
from schedulerx.formats.boxes import top_boxes
from schedulerx.formats.mapped import mapped
from schedulerx.media.integrity.pixels import hold_budget, unreadable
from schedulerx.media.integrity.playback import Player, decodes_last
from schedulerx.media.integrity.recording_end import ending
from schedulerx.media.video import AV_ERRORS, cause, duration, opened, picture_stream, size_of
from schedulerx.model.findings import Findings
from schedulerx.model.record import ReasonCode
from schedulerx.settings import ValidateSettings

_UNKNOWN = "coded in a way that no decoder here knows"
_PLAYED = frozenset({"video", "audio", "subtitle"})
# Sample entries that only the shop's own player decodes (ISO/IEC 14496-12, 8.12; iTunes).
_LOCKED = frozenset({"encv", "enca", "drms", "drmi"})


def check(path: Path, limits: ValidateSettings) -> Findings:
    """Whether pictures and sound can be had from the beginning to the end.

    Raises:
        RejectedInput: it does not open, nothing in it decodes, or it is over a limit.
    """
    _hold_samples(path, limits)
    found = ending(path)
    try:
        with opened(path) as container:
            _hold_limits(container, limits)
            played = _played(container, limits)
    except AV_ERRORS as error:
        raise unreadable(f"the recording cannot be opened: {_cause(path, error)}") from error
    return Findings(damage=found.damage or played.damage, warnings=found.warnings + played.warnings)


def _hold_samples(path: Path, limits: ValidateSettings) -> None:
    """Before FFmpeg makes room for them."""
    with mapped(path) as data:
        most = max(sample_claims(data), default=0) if data[4:8].isalpha() else 0
    _hold("frames", most, "max_video_frames", limits.max_video_frames)


def _hold_limits(container: av.container.InputContainer, limits: ValidateSettings) -> None:
    streams = [stream for stream in container.streams if stream.type in _PLAYED]
    _hold("streams", len(streams), "max_streams", limits.max_streams)
    _hold("seconds", round(duration(container) or 0), "max_duration_s", limits.max_duration_s)
    for stream in container.streams.video:
        hold_budget(*size_of(stream), limits, "video")
        _hold("frames", stream.frames, "max_video_frames", limits.max_video_frames)


def _hold(what: str, value: int, name: str, limit: float) -> None:
    if value > limit:
        raise RejectedInput(
            ReasonCode.REFUSED,
            f"the recording claims {value:,} {what}, over the limit of {limit:,.0f}; raise "
            f"{name} if it is genuine",
        )


def _played(container: av.container.InputContainer, limits: ValidateSettings) -> Findings:
    pictures = picture_stream(container)
    sound = next(iter(container.streams.audio), None)
    if pictures is None and sound is None:
        return Findings(damage="the file holds neither pictures nor sound that can be played")
    known = [each for each in (pictures, sound) if each is not None and each.codec_context]
    _refuse_locked(known)
    if not known:
        raise RejectedInput(ReasonCode.UNSUPPORTED, f"the recording is {_UNKNOWN}")
    player = Player(
        container,
        pictures if pictures in known else None,
        sound if sound in known else None,
        limits,
    ).play()
    if not any(seen.good for seen in (player.pictures, player.sound) if seen):
        raise unreadable("not one frame of the recording can be decoded")
    if pictures is not None and pictures not in known:
        return Findings(damage=f"its pictures are {_UNKNOWN}")
    return _judged(player, container, known)


def _refuse_locked(streams: Sequence[av.stream.Stream]) -> None:
    if any(stream.codec_tag in _LOCKED for stream in streams):
        raise RejectedInput(
            ReasonCode.LOCKED, "the recording is encrypted: only its shop's own player has the key"
        )


def _judged(
    player: Player, container: av.container.InputContainer, known: Sequence[av.stream.Stream]
) -> Findings:
    pictures, sound = player.pictures, player.sound
    if pictures is not None and not pictures.good:
        return Findings(damage="not one of its pictures can be decoded, its sound can")
    if sound is not None and not sound.good and sound.packets:
        return Findings(damage="its pictures can be decoded, not its sound")
    if pictures is not None and pictures.broken:
        return Findings(damage=pictures.damage())
    told = sound.damage() if sound is not None else None
    if sound is not None and told is not None and not sound.tolerable():
        return Findings(damage=told)
    end = player.missing_end()
    if end is None and not player.whole and not decodes_last(container, known[0]):
        end = "the end of the recording is broken"
    return Findings(damage=end, warnings=(told,) if told else ())


def _cause(path: Path, error: BaseException) -> str:
    kinds = {box.kind for box in top_boxes(path)}
    if b"mdat" in kinds and b"moov" not in kinds:
        return "its index (moov) is missing, so the recording was cut off"
    return cause(error)
