"""Ceilings: kept where they can be, by quality before size, in few encodings, the same way."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from schedulerx.media.ceiling import LOWEST_QUALITY, under

QUALITIES = st.integers(1, 100)


class Encoder:
    """Bytes grow with quality and with the number of pixels, as real ones do."""

    def __init__(self, pixels: int, floor: int = 0) -> None:
        self.pixels, self.floor, self.calls = pixels, floor, 0

    def __call__(self, scale: float, quality: int) -> bytes:
        self.calls += 1
        return bytes(self.floor + int(self.pixels * scale * scale * quality / 100))


def test_what_fits_is_encoded_once() -> None:
    encoder = Encoder(1000)
    assert under(encoder, 82, 1000) == (bytes(820), 1.0, 82, True)
    assert encoder.calls == 1


def test_without_a_ceiling_nothing_is_searched() -> None:
    encoder = Encoder(100_000)
    assert under(encoder, 82, None).quality == 82
    assert encoder.calls == 1


def test_quality_is_lowered_before_size_and_no_more_than_needed() -> None:
    found = under(Encoder(1000), 90, 600)
    assert (found.scale, found.quality, found.fits) == (1.0, 60, True)


def test_pixels_go_where_the_lowest_quality_does_not_suffice() -> None:
    found = under(Encoder(100_000), 90, 10_000)
    assert found.fits
    assert found.scale < 1
    assert found.quality >= LOWEST_QUALITY


def test_of_a_lossless_format_pixels_go_at_once() -> None:
    found = under(Encoder(100_000), 80, 20_000, lossy=False)
    assert found.fits
    assert found.quality == 80
    assert found.scale < 1


def test_a_ceiling_that_cannot_be_kept_is_told() -> None:
    found = under(Encoder(100_000, floor=500), 80, 400)
    assert not found.fits
    assert found.scale < 0.1


@pytest.mark.parametrize("lossy", [True, False])
@given(pixels=st.integers(0, 3_000_000), quality=QUALITIES, ceiling=st.integers(1, 100_000))
def test_the_search_is_bounded_and_keeps_its_word(
    *, pixels: int, quality: int, ceiling: int, lossy: bool
) -> None:
    encoder = Encoder(pixels, floor=20)
    found = under(encoder, quality, ceiling, lossy=lossy)
    assert found.fits == (len(found.data) <= ceiling)
    assert found.fits or ceiling < 20 + pixels / 64**2 + 1
    assert encoder.calls <= 22
    assert 1 <= found.quality <= quality
    assert encoder(found.scale, found.quality) == found.data
