"""Reasons that a person understands, whatever a library called it."""

from __future__ import annotations

import io
from pathlib import Path

import pytest
from PIL import Image

from schedulerx.steps import validate
from schedulerx.steps.plain_words import plain
from tests.steps.files import file_work


@pytest.mark.parametrize(
    ("told", "words"),
    [
        (
            "the JPEG data is damaged: Premature end of JPEG file",
            "the JPEG data is damaged: the file ends before the picture does",
        ),
        (
            "the JPEG data is damaged: Corrupt JPEG data: 1 extraneous bytes before marker 0xdb",
            "the JPEG data is damaged: 1 byte stands where none belong",
        ),
        (
            "the picture cannot be decoded: decoder error -2",
            "the picture cannot be decoded: its data is broken",
        ),
        ("1 of the archive's 1 members need a key", "the archive's one member needs a key"),
        ("the text holds 1 NUL characters", "the text holds 1 NUL character"),
        ("the text holds 21 NUL characters", "the text holds 21 NUL characters"),
        ("the file is empty", "the file is empty"),
    ],
)
def test_a_library_s_phrase_becomes_plain(told: str, words: str) -> None:
    assert plain(told) == words


def test_a_cut_picture_says_that_it_ends_early(tmp_path: Path) -> None:
    out = io.BytesIO()
    Image.effect_noise((400, 400), 50).save(out, "JPEG")
    path = tmp_path / "a.jpg"
    path.write_bytes(out.getvalue()[:9_000])
    reason = validate.run(*file_work(path, None)).reason or ""
    assert "Premature" not in reason
    assert "ends before the picture does" in reason
