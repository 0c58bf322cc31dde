from __future__ import annotations

from datetime import UTC, datetime
from uuid import uuid4

import msgspec
import pytest

from schedulerx.posts.fitting import problems_with
from schedulerx.posts.limits import Limits, MediaLimits
from schedulerx.posts.model import Content, MediaItem
from schedulerx.posts.platform import Draft, Platform
from schedulerx.posts.platforms.bluesky import Bluesky

PHOTO = MediaItem(
    key="k", sha256="0", media_type="image/heic", bytes=9, name="a.heic", width=3000, height=4000
)
FILM = MediaItem(
    key="k", sha256="0", media_type="video/mp4", bytes=9, name="a.mp4", width=640, height=360,
    duration_s=90.0, video_codec="hevc",
)  # fmt: skip
SPIN = MediaItem(
    key="k", sha256="0", media_type="image/gif", bytes=9, name="a.gif", width=400, height=400,
    frames=12,
)  # fmt: skip
NARROW = Limits(
    max_text=300, max_pictures=4, max_videos=1,
    picture=MediaLimits(media_types=("image/jpeg",), min_width=320, min_aspect=0.8, max_aspect=1.9),
    video=MediaLimits(media_types=("video/mp4",), video_codecs=("h264",), max_seconds=60,
                      min_seconds=3),
)  # fmt: skip


class Narrow(Bluesky):
    """A platform with narrow limits."""

    def __init__(self, limits: Limits) -> None:
        self.limits = limits


def told(item: MediaItem, limits: Limits = NARROW, **options: str) -> list[tuple[str, str]]:
    platform: Platform = Narrow(limits)
    draft = Draft(
        post_id=uuid4(), target_id=uuid4(), attempt=0, content=Content(text="x", options=options),
        media=(item,), due_at=datetime(2026, 3, 1, tzinfo=UTC),
    )  # fmt: skip
    return [(each.rule, each.message) for each in problems_with(draft, platform)]


def test_a_shape_is_told_with_what_may_be_chosen_and_what_can_be_mended_is_not_told() -> None:
    words = (
        "a.heic is 0.75 (width over height), at least 0.8, says bluesky; "
        "choose --option fit=pad or --option fit=crop"
    )
    assert told(PHOTO) == [("aspect", words)]


def test_a_video_too_long_is_told_with_the_consent_that_cuts_it() -> None:
    words = "a.mp4 is 90 seconds long, at most 60, says bluesky; --option trim=yes cuts its end"
    assert told(FILM) == [("duration", words)]


def test_what_is_too_short_or_too_small_has_no_way_out() -> None:
    short = msgspec.structs.replace(FILM, duration_s=1.0)
    assert told(short) == [("duration", "a.mp4 is 1 seconds long, at least 3, says bluesky")]
    small = msgspec.structs.replace(PHOTO, width=50, height=50)
    assert told(small) == [("width", "a.heic is 50 px wide, at least 320, says bluesky")]


def test_a_moving_picture_is_not_stopped_without_consent() -> None:
    stills = msgspec.structs.replace(NARROW, video=None)
    assert told(SPIN, stills)[0][0] == "animation"
    assert "12 frames" in told(SPIN, stills)[0][1]
    assert "animation" not in [rule for rule, _ in told(SPIN, stills, still="yes")]


def test_a_shape_alone_does_not_say_how_to_get_there() -> None:
    words = "the option aspect=9:16 needs fit=pad or fit=crop beside it"
    assert ("option", words) in told(PHOTO, aspect="9:16")


@pytest.mark.parametrize("option", ["fit", "aspect", "trim", "colour", "still"])
def test_an_option_that_means_nothing_is_a_problem(option: str) -> None:
    assert "option" in [rule for rule, _ in told(PHOTO, NARROW, **{option: "so"})]
