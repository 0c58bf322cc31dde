from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from schedulerx.media.quirks import quirks_of
from tests.media.videos import clip

FIRST = {"movflags": "+faststart"}


@pytest.mark.parametrize(
    ("told", "quirks"),
    [
        ({"options": FIRST, "sound": "aac"}, ()),
        ({}, ("its index at the end",)),
        ({"options": FIRST, "kind": "yuv422p"}, ("pictures in yuv422p",)),
        ({"options": FIRST, "kind": "yuv420p10le"}, ("pictures in yuv420p10le",)),
    ],
)
def test_what_not_every_player_plays_is_named(
    tmp_path: Path, told: dict[str, Any], quirks: tuple[str, ...]
) -> None:
    assert quirks_of(clip(tmp_path / "a.mp4", frames=12, **told)) == quirks


def test_what_cannot_be_opened_counts_as_usual(tmp_path: Path) -> None:
    path = tmp_path / "a.mp4"
    path.write_bytes(b"no video")
    assert quirks_of(path) == ()
