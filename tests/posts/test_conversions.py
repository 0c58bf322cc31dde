from __future__ import annotations

import io
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from uuid import uuid4

import msgspec
import pytest
from PIL import Image

from schedulerx.errors import ArtifactNotFound
from schedulerx.posts.conversions import LARGE_BYTES, Conversions
from schedulerx.posts.ledger import Work
from schedulerx.posts.media_intake import take_in
from schedulerx.posts.model import Account, Content, MediaItem, Post, Target
from schedulerx.posts.platforms.registry import PLATFORMS
from schedulerx.posts.preparation import MediaPreparation
from schedulerx.settings import ProcessingSettings
from schedulerx.stores.folders import FolderArtifacts
from tests.media.videos import clip

NOW = datetime(2026, 3, 1, 12, tzinfo=UTC)
ACCOUNT = Account(account_id=uuid4(), platform="mastodon", name="coast", secret="coast")


@dataclass(frozen=True)
class Bench:
    """Conversions over a folder."""

    folder: Path
    store: FolderArtifacts
    conversions: Conversions

    def taken(self, name: str, content: bytes) -> MediaItem:
        path = self.folder / name
        path.write_bytes(content)
        return take_in(path, self.store, ProcessingSettings())

    def is_heavy(self, work: Work) -> bool:
        return self.conversions.is_heavy(work, PLATFORMS)


@pytest.fixture
def bench(tmp_path: Path) -> Bench:
    store = FolderArtifacts(tmp_path / "media")
    preparation = MediaPreparation(store, ProcessingSettings())
    return Bench(tmp_path, store, Conversions(store, preparation))


def work(*media: MediaItem, platform: str = "mastodon") -> Work:
    post = Post(
        post_id=uuid4(), content=Content(text="a"), media=media, due_at=NOW, zone="UTC",
        created_at=NOW,
    )  # fmt: skip
    account = msgspec.structs.replace(ACCOUNT, platform=platform)
    target = Target(
        target_id=uuid4(), post_id=post.post_id, account_id=account.account_id, due_at=NOW
    )
    return Work(target=target, post=post, account=account)


def video(bench: Bench, name: str = "a.mkv") -> MediaItem:
    return bench.taken(name, clip(bench.folder / f"made-{name}", frames=24).read_bytes())


def picture(bench: Bench, kind: str) -> MediaItem:
    made = io.BytesIO()
    Image.effect_noise((400, 300), 60).convert("RGB").save(made, kind)
    return bench.taken(f"a.{kind.lower()}", made.getvalue())


def test_what_fits_needs_no_task(bench: Bench) -> None:
    assert not bench.is_heavy(work(picture(bench, "JPEG"), video(bench, "a.mp4")))


def test_a_picture_is_converted_where_it_is_uploaded(bench: Bench) -> None:
    assert not bench.is_heavy(work(picture(bench, "TIFF")))


def test_a_large_picture_and_any_video_go_to_a_task(bench: Bench) -> None:
    small = picture(bench, "TIFF")
    large = msgspec.structs.replace(small, bytes=LARGE_BYTES + 1)

    assert bench.is_heavy(work(large))
    assert bench.is_heavy(work(small, video(bench)))


def test_what_a_task_made_is_found_by_who_prepares_and_needs_no_task_again(bench: Bench) -> None:
    given = work(video(bench), picture(bench, "TIFF"))
    assert bench.is_heavy(given)

    assert bench.conversions.convert(given.target.target_id) == 2

    assert not bench.is_heavy(given)
    draft = bench.conversions.preparation.draft(given, PLATFORMS["mastodon"])
    assert [item.media_type for item in draft.media] == ["video/mp4", "image/jpeg"]


def test_a_second_task_for_the_same_target_makes_the_same(bench: Bench) -> None:
    given = work(video(bench))
    assert bench.is_heavy(given)
    bench.conversions.convert(given.target.target_id)
    first = bench.conversions.preparation.draft(given, PLATFORMS["mastodon"]).media

    bench.conversions.convert(given.target.target_id)

    assert bench.conversions.preparation.draft(given, PLATFORMS["mastodon"]).media == first


def test_what_cannot_be_made_is_left_to_who_refuses_it(bench: Bench) -> None:
    item = video(bench)
    given = work(item, picture(bench, "TIFF"))
    assert bench.is_heavy(given)
    bench.store.put(item.key, b"x" * item.bytes)

    assert bench.conversions.convert(given.target.target_id) == 1


def test_a_task_without_a_job_says_so(bench: Bench) -> None:
    with pytest.raises(ArtifactNotFound):
        bench.conversions.convert(uuid4())


def test_a_platform_of_a_newer_version_waits(bench: Bench) -> None:
    assert not bench.is_heavy(work(video(bench), platform="tomorrow"))
