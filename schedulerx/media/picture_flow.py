"""The pictures of a rendition: decoded, turned upright, scaled, thinned out, encoded."""

from __future__ import annotations

import math
from collections.abc import Iterator
from fractions import Fraction

import av
from av.filter import Graph

from schedulerx.media.cadence import Steady
from schedulerx.media.clock import Clock
from schedulerx.media.encoders import TICKS, video_stream
from schedulerx.media.fitting import Shape
from schedulerx.media.flow import Packet
from schedulerx.media.quirks import INTERLACED
from schedulerx.media.recordings import TRANSFERS
from schedulerx.media.video import AV_ERRORS

_RATE = Fraction(30)  # frames a second, where a stream does not tell
_HELD_S = 600  # the longest a frame is shown
# Turned against the clock by so many degrees.
_TURNS = {90: ("transpose=cclock",), 180: ("hflip", "vflip"), 270: ("transpose=clock",)}


class Pictures:
    """Frames: upright, scaled, in 4:2:0 and standard range, no more a second than wanted."""

    def __init__(
        self,
        out: av.container.OutputContainer,
        source: av.VideoStream,
        shape: Shape,
        quality: int,
        zero: Fraction,
    ) -> None:
        self.damaged = 0
        self._source, self._shape = source, shape
        self._rate = _rate(source, shape)
        self._stream = video_stream(out, shape, self._rate.limit_denominator(1001), quality)
        self._clock = Clock(zero, 1 / self._rate, _HELD_S)
        self._due = Fraction(0)
        self._graph: tuple[object, Graph] | None = None
        self._last = -1
        self._steady = None if shape.least_fps is None else Steady(self._rate)
        source.codec_context.thread_count = 2

    def feed(self, packet: Packet) -> Iterator[Packet]:
        """Frames of the packet, encoded; a broken packet is passed by."""
        try:
            frames = packet.decode()
        except AV_ERRORS:
            self.damaged += 1
            return
        for frame in frames:
            if isinstance(frame, av.VideoFrame):
                yield from self._encoded(frame)

    def finish(self) -> Iterator[Packet]:
        """The frames in the filters and in the encoder."""
        if self._graph is not None:
            yield from self._drained(self._graph[1])
        if self._steady is not None:
            seconds = self._shape.seconds
            for frame in self._steady.until(None if seconds is None else round(seconds * TICKS)):
                yield from self._stream.encode(frame)
        yield from self._stream.encode(None)

    def _encoded(self, frame: av.VideoFrame) -> Iterator[Packet]:
        second = self._clock.second(frame.pts, frame.time_base)
        if not self._is_due(second):
            return
        frame.pts, frame.time_base = round(second * TICKS), Fraction(1, TICKS)
        kind = (frame.width, frame.height, frame.format.name)
        if self._graph is not None and self._graph[0] != kind:
            yield from self._drained(self._graph[1])
            self._graph = None
        if self._graph is None:
            self._graph = (kind, self._filters(frame))
        self._graph[1].vpush(frame)
        yield from self._pulled(self._graph[1])

    def _is_due(self, second: Fraction) -> bool:
        """Whether this frame is one of those that keep under the rate, and within the length."""
        if self._shape.seconds is not None and second >= self._shape.seconds:
            return False
        if self._shape.fps is None:
            return True
        step = 1 / Fraction(self._shape.fps)
        if second < self._due - step / 4:
            return False
        self._due = max(self._due + step, second + step / 2)
        return True

    def _drained(self, graph: Graph) -> Iterator[Packet]:
        graph.vpush(None)
        yield from self._pulled(graph)

    def _pulled(self, graph: Graph) -> Iterator[Packet]:
        while True:
            try:
                frame = graph.vpull()
            except (av.error.BlockingIOError, av.error.EOFError):
                return
            frame.pts = max(frame.pts or 0, self._last + 1)
            self._last = frame.pts
            frame.pict_type = av.video.frame.PictureType.NONE
            self._coloured(frame)
            for each in [frame] if self._steady is None else self._steady.feed(frame):
                yield from self._stream.encode(each)

    def _coloured(self, frame: av.VideoFrame) -> None:
        """Tells players how the colours are meant, before the encoder begins."""
        context = self._stream.codec_context
        if not context.is_open:
            context.colorspace, context.color_primaries = frame.colorspace, frame.color_primaries
            context.color_trc, context.color_range = frame.color_trc, frame.color_range

    def _filters(self, frame: av.VideoFrame) -> Graph:
        graph = Graph()
        graph.threads = 1
        source = graph.add_buffer(
            width=frame.width,
            height=frame.height,
            format=frame.format,
            time_base=Fraction(1, TICKS),
        )
        nodes = [source]
        for written in self._chain(frame):
            name, _, arguments = written.partition("=")
            nodes.append(graph.add(name, arguments or None))
        graph.link_nodes(*nodes, graph.add("buffersink")).configure()
        return graph

    def _chain(self, frame: av.VideoFrame) -> Iterator[str]:
        if self._source.codec_context.field_order in INTERLACED:
            yield "yadif=deint=interlaced"
        turn = frame.rotation % 360
        width, height = self._shape.inner or (self._shape.width, self._shape.height)
        size = f"{height}:{width}" if turn in (90, 270) else f"{width}:{height}"
        yield f"scale={size}:flags=bicubic+accurate_rnd:out_range=tv{_standard(frame)}"
        yield from _TURNS.get(turn, ())
        yield "setsar=1"
        yield "format=yuv420p"
        yield from self._frame((width, height))

    def _frame(self, inner: tuple[int, int]) -> Iterator[str]:
        """Borders around the picture, or its edges cut off: where it is not of its frame's size."""
        wide, high = self._shape.width, self._shape.height
        if inner[0] > wide or inner[1] > high:
            yield f"crop={wide}:{high}"
        elif inner != (wide, high):
            colour = self._shape.colour.replace("#", "0x")
            yield f"pad={wide}:{high}:(ow-iw)/2:(oh-ih)/2:color={colour}"


def _rate(source: av.VideoStream, shape: Shape) -> Fraction:
    """Frames a second: the source's own, or the limit it is over, or as often its own as it takes
    to be no fewer than the least.
    """
    own = Fraction(source.average_rate or source.guessed_rate or _RATE)
    if shape.fps:
        return min(own, Fraction(shape.fps))
    return own if shape.least_fps is None else own * math.ceil(Fraction(shape.least_fps) / own)


def _standard(frame: av.VideoFrame) -> str:
    """What maps high dynamic range to the range of every screen."""
    if frame.color_trc not in TRANSFERS:
        return ""
    return ":out_transfer=bt709:out_primaries=bt709:out_color_matrix=bt709"
