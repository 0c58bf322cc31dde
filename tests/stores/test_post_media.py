from __future__ import annotations

from pathlib import Path

import pytest

from schedulerx.errors import RetryableError
from schedulerx.model.range_file import PIECE
from schedulerx.posts.http import Request, Response
from schedulerx.posts.model import MediaItem
from schedulerx.posts.outcomes import NotAccepted, Refused
from schedulerx.stores import post_media
from schedulerx.stores.folders import FolderArtifacts
from schedulerx.stores.post_media import StoredMedia


class NoHttp:
    def send(self, request: Request) -> Response:
        raise AssertionError


class Counting(FolderArtifacts):
    """Remembers how much was read at a time."""

    def __init__(self, root: Path) -> None:
        super().__init__(root)
        self.lengths: list[int] = []

    def get(self, key: str) -> bytes:
        raise AssertionError("read whole")

    def get_range(self, key: str, start: int, length: int) -> bytes:
        self.lengths.append(length)
        return super().get_range(key, start, length)


@pytest.fixture
def store(tmp_path: Path) -> Counting:
    return Counting(tmp_path)


def an_item(size: int) -> MediaItem:
    return MediaItem(key="film.mp4", sha256="0", media_type="video/mp4", bytes=size, name="film")


def test_a_film_of_any_size_is_read_a_piece_at_a_time(store: Counting, tmp_path: Path) -> None:
    size = 6 * PIECE + 5
    with (tmp_path / "film.mp4").open("wb") as film:
        film.truncate(size)
    body = StoredMedia(store, NoHttp()).open(an_item(size))
    read = sum(len(part) for part in iter(lambda: body.read(65_536), b""))
    assert read == sum(store.lengths) == size
    assert max(store.lengths) <= PIECE


def test_a_chunk_is_the_bytes_from_its_start(store: Counting) -> None:
    store.put("film.mp4", b"0123456789")
    media = StoredMedia(store, NoHttp())
    assert media.open(an_item(10), 3, 4).read() == b"3456"
    assert media.open(an_item(10), 7).read() == b"789"


def test_a_picture_that_cannot_be_held_is_refused(
    store: Counting, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(post_media, "HELD", 9)
    store.put("film.mp4", b"0123456789")
    with pytest.raises(Refused, match="has 10 bytes; 9 can be sent"):
        StoredMedia(store, NoHttp()).read(an_item(10))


def test_a_medium_that_is_gone_is_named(store: Counting) -> None:
    with pytest.raises(Refused, match="film is no longer in the media store"):
        StoredMedia(store, NoHttp()).open(an_item(10)).read()


def test_a_medium_cut_short_is_not_sent_as_if_it_were_whole(store: Counting) -> None:
    store.put("film.mp4", b"01234")
    with pytest.raises(Refused, match="film is cut short"):
        StoredMedia(store, NoHttp()).open(an_item(10)).read()


def test_a_store_that_does_not_answer_was_sent_nothing(
    store: Counting, monkeypatch: pytest.MonkeyPatch
) -> None:
    def busy(*_: object) -> bytes:
        raise RetryableError("the bucket does not answer")

    monkeypatch.setattr(store, "get_range", busy)
    with pytest.raises(NotAccepted, match="the bucket does not answer"):
        StoredMedia(store, NoHttp()).open(an_item(10)).read()
