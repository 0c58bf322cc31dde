"""Streams on their way into a rendition: each takes packets in and gives packets out."""

from __future__ import annotations

from collections.abc import Iterator
from fractions import Fraction
from typing import Protocol, TypeAlias

import av

_REORDERED = 17  # packets that H.264 may hold back, and one
Packet: TypeAlias = "av.Packet[av.stream.Stream]"


class Flow(Protocol):
    """Packets of one stream in, packets of the rendition out."""

    damaged: int  # packets that could not be decoded

    def feed(self, packet: Packet) -> Iterator[Packet]:
        """What comes of a packet."""

    def finish(self) -> Iterator[Packet]:
        """What is still held back."""


class Copied:
    """A stream taken over as it is, from time 0."""

    def __init__(
        self, out: av.container.OutputContainer, source: av.stream.Stream, zero: Fraction
    ) -> None:
        self.damaged = 0
        self._stream = out.add_stream_from_template(source)
        self._stream.metadata.clear()
        self._shift = int(zero / (source.time_base or Fraction(1)))
        self._waiting: list[Packet] = []
        self._last: int | None = None

    def feed(self, packet: Packet) -> Iterator[Packet]:
        """The packet under its new time; those out of order are left out."""
        if packet.pts is None:
            return
        if packet.dts is None:
            self._wait(packet)
            return
        for each in (*self._timed(packet), packet):
            if self._last is None or (each.dts or 0) > self._last:
                self._last = each.dts
                yield self._moved(each)
            else:
                self.damaged += 1

    def finish(self) -> Iterator[Packet]:
        """Nothing is held back."""
        self.damaged += len(self._waiting)
        yield from ()

    def _wait(self, packet: Packet) -> None:
        """Matroska does not tell when the first packets are to be decoded."""
        if self._last is None and len(self._waiting) < _REORDERED:
            self._waiting.append(packet)
        else:
            self.damaged += 1

    def _timed(self, packet: Packet) -> Iterator[Packet]:
        """Those that waited, decoded one frame apart before this one."""
        waiting, self._waiting = self._waiting, []
        for back, each in zip(range(len(waiting), 0, -1), waiting, strict=True):
            each.dts = (packet.dts or 0) - back * (packet.duration or 1)
            yield each

    def _moved(self, packet: Packet) -> Packet:
        packet.pts = (packet.pts or 0) - self._shift
        packet.dts = (packet.dts or 0) - self._shift
        packet.stream = self._stream
        return packet
