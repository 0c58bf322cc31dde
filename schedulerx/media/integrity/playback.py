"""Playing a recording as far as the budget goes: what cannot be decoded, and where it ends."""

from __future__ import annotations

from collections.abc import Iterator
from fractions import Fraction
from itertools import islice

import av

from schedulerx.media.video import AV_ERRORS, cause, seconds_of_pictures, size_of
from schedulerx.settings import ValidateSettings

_LAST_PACKETS = 400  # from the last key frame on; a key frame a few seconds apart
_LAST_SECOND = 1
_HEARD = 30_000  # packets of sound decoded: some ten minutes
_TOLERATED = 0.01  # of the sound: a click is no damage
_SHORT_S, _SHORT = 2, Fraction(19, 20)  # what may be missing at the end, what must be there


class Played:
    """What came of one stream."""

    def __init__(self, name: str) -> None:
        self.name = name
        self.packets = self.good = self.broken = 0
        self.first_broken: float | None = None
        self.error = ""
        self.last: Fraction | None = None

    def fault(self, packet: av.Packet[av.stream.Stream], error: str) -> None:
        """Counts a part that cannot be decoded. What comes before the first frame is a recording
        that begins in the middle.
        """
        if not self.good:
            return
        self.broken += 1
        if self.first_broken is None:
            self.error = error
            self.first_broken = float((packet.pts or packet.dts or 0) * packet.time_base)

    def damage(self) -> str | None:
        """A sentence about what is broken, or None."""
        if self.first_broken is None:
            return None
        return (
            f"{self.broken:,} parts of its {self.name} cannot be decoded, the first at "
            f"{self.first_broken:.1f} seconds ({self.error})"
        )

    def tolerable(self) -> bool:
        """Whether so little is broken that it is a click or two."""
        return self.broken <= _TOLERATED * self.packets


class Player:
    """Decodes the pictures and the sound of a container, once, side by side.

    Pictures wholly where `checked_pixels` allows, else the key frames among them; nothing beyond
    `max_checked_bytes`.
    """

    def __init__(
        self,
        container: av.container.InputContainer,
        pictures: av.VideoStream | None,
        sound: av.AudioStream | None,
        limits: ValidateSettings,
    ) -> None:
        self._container = container
        self._streams = [each for each in (pictures, sound) if each is not None]
        self._pixels, self._bytes = limits.checked_pixels, limits.max_checked_bytes
        self.pictures = Played("pictures") if pictures is not None else None
        self.sound = Played("sound") if sound is not None else None
        self.whole = False  # whether every packet was read
        if pictures is not None:
            pictures.codec_context.thread_count = 1
            if _estimated(container, pictures) > self._pixels:
                pictures.codec_context.skip_frame = "NONKEY"

    def play(self) -> Player:
        """Reads the packets in order; a container that breaks off ends here."""
        read = 0
        try:
            for packet in self._container.demux(self._streams):
                read += packet.size
                if read > self._bytes:
                    return self
                self._take(packet)
        except AV_ERRORS:
            return self
        self.whole = True
        return self

    def _take(self, packet: av.Packet[av.stream.Stream]) -> None:
        seen = self.pictures if packet.stream.type == "video" else self.sound
        if seen is None:
            return
        if packet.size:
            seen.packets += 1
            ending = (packet.pts or packet.dts or 0) + (packet.duration or 0)
            seen.last = max(seen.last or Fraction(0), ending * packet.time_base)
        if self._is_affordable(seen):
            self._decode(packet, seen)

    def _is_affordable(self, seen: Played) -> bool:
        return self._pixels > 0 if seen is self.pictures else seen.packets <= _HEARD

    def _decode(self, packet: av.Packet[av.stream.Stream], seen: Played) -> None:
        try:
            for frame in packet.decode():
                if isinstance(frame, av.VideoFrame):
                    self._pixels -= frame.width * frame.height
                if getattr(frame, "is_corrupt", False):
                    seen.fault(packet, "parts of a frame are missing")
                seen.good += 1
        except AV_ERRORS as error:
            seen.fault(packet, cause(error))

    def missing_end(self) -> str | None:
        """A sentence where the recording says that it is longer than it is."""
        told = self._container.duration
        lasts = [seen.last for seen in (self.pictures, self.sound) if seen and seen.last]
        if not self.whole or not told or told < 0 or not lasts:
            return None
        start = Fraction(self._container.start_time or 0, av.time_base)
        seconds, played = Fraction(told, av.time_base), max(lasts) - start
        if played + _SHORT_S >= seconds or played >= seconds * _SHORT:
            return None
        return (
            f"it says that it lasts {float(seconds):.1f} seconds, and ends after "
            f"{float(played):.1f}"
        )


def _estimated(container: av.container.InputContainer, stream: av.VideoStream) -> int:
    width, height = size_of(stream)
    frames = stream.frames
    if not frames:
        seconds = seconds_of_pictures(container, stream) or Fraction(0)
        frames = int(seconds * Fraction(stream.average_rate or 30))
    return width * height * frames


def decodes_last(container: av.container.InputContainer, stream: av.stream.Stream) -> bool:
    """Seeks to the key frame before the last second, and decodes one frame from there on."""
    if not stream.duration or not stream.time_base:
        return True  # no index says where the end is
    second = int(_LAST_SECOND / stream.time_base)
    target = (stream.start_time or 0) + max(0, stream.duration - second)
    try:
        container.seek(target, stream=stream)
        return any(_frames(container, stream))
    except AV_ERRORS:
        return False


def _frames(container: av.container.InputContainer, stream: av.stream.Stream) -> Iterator[bool]:
    for packet in islice(container.demux(stream), _LAST_PACKETS):
        try:
            yield bool(packet.decode())
        except AV_ERRORS:
            continue
