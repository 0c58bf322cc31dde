"""The sound of a rendition: decoded, brought to mono or stereo, encoded."""

from __future__ import annotations

from collections.abc import Iterator
from fractions import Fraction

import av
from av.filter import Graph

from schedulerx.media.clock import Clock
from schedulerx.media.encoders import audio_stream
from schedulerx.media.fitting import Shape
from schedulerx.media.flow import Packet
from schedulerx.media.video import AV_ERRORS

_SILENT_S = 60  # the longest silence


class Sound:
    """Mono or stereo AAC; gaps become silence, so that it stays with the pictures."""

    def __init__(
        self,
        out: av.container.OutputContainer,
        source: av.AudioStream,
        shape: Shape,
        zero: Fraction,
    ) -> None:
        self.damaged = 0
        self._seconds = shape.seconds
        self._stream = audio_stream(out, source, shape)
        self._clock = Clock(zero, Fraction(0), _SILENT_S)
        self._graph: tuple[object, Graph] | None = None

    def feed(self, packet: Packet) -> Iterator[Packet]:
        """Samples of the packet, encoded; a broken packet is passed by."""
        try:
            frames = packet.decode()
        except AV_ERRORS:
            self.damaged += 1
            return
        for frame in frames:
            if isinstance(frame, av.AudioFrame) and frame.samples:
                yield from self._encoded(frame)

    def finish(self) -> Iterator[Packet]:
        """The samples in the filters and in the encoder."""
        if self._graph is not None:
            yield from self._drained(self._graph[1])
        yield from self._stream.encode(None)

    def _encoded(self, frame: av.AudioFrame) -> Iterator[Packet]:
        self._clock.step = Fraction(frame.samples, frame.sample_rate)
        second = self._clock.second(frame.pts, frame.time_base)
        if self._seconds is not None and second >= self._seconds:
            return
        frame.pts = round(second * frame.sample_rate)
        frame.time_base = Fraction(1, frame.sample_rate)
        kind = (frame.sample_rate, frame.layout.name, frame.format.name)
        if self._graph is not None and self._graph[0] != kind:
            yield from self._drained(self._graph[1])
            self._graph = None
        if self._graph is None:
            self._graph = (kind, self._filters(frame))
        self._graph[1].push(frame)
        yield from self._pulled(self._graph[1])

    def _drained(self, graph: Graph) -> Iterator[Packet]:
        graph.push(None)
        yield from self._pulled(graph)

    def _pulled(self, graph: Graph) -> Iterator[Packet]:
        while True:
            try:
                frame = graph.pull()
            except (av.error.BlockingIOError, av.error.EOFError):
                return
            if isinstance(frame, av.AudioFrame):
                yield from self._stream.encode(frame)

    def _filters(self, frame: av.AudioFrame) -> Graph:
        context = self._stream.codec_context
        graph = Graph()
        graph.threads = 1
        source = graph.add_abuffer(
            sample_rate=frame.sample_rate,
            format=frame.format,
            layout=frame.layout,
            time_base=Fraction(1, frame.sample_rate),
        )
        even = graph.add("aresample", f"{context.sample_rate}:async=1:min_hard_comp=0.1")
        shaped = graph.add(
            "aformat",
            f"sample_fmts=fltp:channel_layouts={context.layout.name}"
            f":sample_rates={context.sample_rate}",
        )
        graph.link_nodes(source, even, shaped, graph.add("abuffersink")).configure()
        return graph
