from __future__ import annotations

from pathlib import Path

import av

from schedulerx.media.poster import poster
from tests.media.videos import clip


def broken(path: Path, keep: int) -> Path:
    """The clip with noise in place of every picture but those after the first `keep`."""
    with av.open(str(path)) as container:
        places = [(p.pos or 0, p.size) for p in container.demux(video=0) if p.size]
    data = bytearray(path.read_bytes())
    for place, size in places[:keep]:
        data[place : place + size] = bytes([0xAA]) * size
    path.write_bytes(data)
    return path


def test_a_poster_is_the_next_frame_that_can_be_decoded(tmp_path: Path) -> None:
    path = broken(clip(tmp_path / "a.mp4"), keep=40)
    image = poster(path, 100)
    assert image is not None
    assert image.size == (100, 75)


def test_a_video_of_which_nothing_can_be_decoded_has_none(tmp_path: Path) -> None:
    assert poster(broken(clip(tmp_path / "a.mp4"), keep=96), 100) is None
