"""Copies of real videos, and other parts of them."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from fractions import Fraction
from pathlib import Path

import av

from schedulerx.media.frames import sampled
from schedulerx.media.looks import look_of_frames
from schedulerx.media.recordings import describe
from schedulerx.media.transcode import transcode
from schedulerx.model.evidence import Picture
from schedulerx.settings import VideoRenditionSettings
from schedulerx.steps.dedupe import near_duplicates
from tests.folder_runs import ROOT
from tests.media.videos import clip, video_stream

SAMPLES = ROOT / "samples" / "files"


class Looks:
    """A picture store of videos, in the order given: the first is the best."""

    def __init__(self, paths: Sequence[Path]) -> None:
        self.looks = [look_of_frames([each.image for each in sampled(path)]) for path in paths]
        self.seconds = [describe(path).duration_s for path in paths]

    def pictures(self) -> Iterator[Picture]:
        for number, (look, seconds) in enumerate(zip(self.looks, self.seconds, strict=True)):
            if look is not None:
                yield Picture(
                    object_id=number.to_bytes(16, "big"),
                    hashes=look.hashes,
                    parts=look.parts,
                    duration_s=seconds,
                )

    def greys(self, object_ids: Sequence[bytes]) -> Iterator[tuple[bytes, bytes]]:
        for object_id in object_ids:
            look = self.looks[int.from_bytes(object_id, "big")]
            if look is not None:
                yield object_id, look.grey


def wanted(**values: object) -> VideoRenditionSettings:
    return VideoRenditionSettings(name="copy", **values)  # type: ignore[arg-type]  # by name


def remuxed(path: Path, target: Path) -> Path:
    """The same packets in another container."""
    with av.open(str(path)) as source, av.open(str(target), "w") as out:
        stream = source.streams.video[0]
        copied = out.add_stream_from_template(stream)
        for packet in source.demux(stream):
            if packet.dts is not None:
                packet.stream = copied
                out.mux(packet)
    return target


def part(path: Path, target: Path, begin: float, end: float) -> Path:
    """Encoded again: what lies between two shares of the frames."""
    with av.open(str(path)) as source:
        frames = list(source.decode(source.streams.video[0]))
        rate = source.streams.video[0].average_rate or 24
    with av.open(str(target), "w") as out:
        stream = video_stream(out, "libx264", rate)
        stream.width, stream.height = frames[0].width, frames[0].height
        stream.pix_fmt = "yuv420p"
        stream.codec_context.thread_count = 1
        kept = frames[int(begin * len(frames)) : int(end * len(frames))]
        for number, frame in enumerate(kept):
            plain = frame.reformat(format="yuv420p")
            plain.pts, plain.time_base = number, 1 / Fraction(rate)
            out.mux(stream.encode(plain))
        out.mux(stream.encode())
    return target


def copies_of(path: Path, folder: Path) -> list[Path]:
    """As people pass videos on: smaller, poorer, in another container, slightly trimmed."""
    folder.mkdir()
    found = [folder / "smaller.mp4", folder / "poor.mp4", folder / "trimmed.mp4"]
    seconds = describe(path).duration_s or 0
    transcode(path, wanted(size=160), found[0])
    transcode(path, wanted(size=240, quality=40, fps=15), found[1])
    transcode(path, wanted(size=300, cut_s=seconds * 0.97), found[2])
    begun = part(path, folder / "begun.mp4", 0.02, 1)
    return [*found, remuxed(path, folder / "remuxed.mkv"), begun]


def sources(shared: Path, folder: Path) -> list[Path]:
    """Real videos and made ones."""
    real = [shared / "corpora/open/files/video/sample_10s.mp4",
            shared / "corpora/open/files/video/testVideoMp4.mp4",
            SAMPLES / "videos/depot_camera.mp4", SAMPLES / "photos/IMG_0414.MOV"]  # fmt: skip
    return [*real, *(clip(folder / f"made{number}.mp4", number) for number in (1, 2))]


def test_copies_of_videos_are_found_and_other_parts_of_them_are_not(
    shared: Path, tmp_path: Path
) -> None:
    originals = sources(shared, tmp_path)
    copies, others = [], []
    for number, path in enumerate(originals):
        copies += [(path, each) for each in copies_of(path, tmp_path / str(number))]
        others += [part(path, tmp_path / f"first{number}.mp4", 0, 0.45),
                   part(path, tmp_path / f"second{number}.mp4", 0.55, 1)]  # fmt: skip
    paths = [*originals, *others, *(each for _, each in copies)]
    store = Looks(paths)
    found = {
        paths[int.from_bytes(link.object_id, "big")]: paths[int.from_bytes(link.original_id, "big")]
        for link in near_duplicates(store)
    }
    right = sum(found.get(copy) == path for path, copy in copies)
    wrong = {each.name for each in others if each in found}
    print(f"{right} of {len(copies)} copies found, {len(wrong)} of {len(others)} other parts too")
    assert right == len(copies)
    assert wrong <= {"second0.mp4", "second3.mp4"}  # nothing moves in these: both parts look alike
