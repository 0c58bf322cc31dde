"""The same path with the same bytes is the same object, wherever it lies."""

from __future__ import annotations

import hashlib
import os
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from schedulerx.model import identity
from schedulerx.model.identity import EtagHash, hash_file, object_id, portable_path, raw_path


def test_an_id_is_128_bits_and_stays_what_it_is() -> None:
    # A change of this value gives every object, event and person of every user a new identity.
    found = object_id(b"a/b.jpg", "d41d8cd98f00b204e9800998ecf8427e")
    assert found == "36bb813bc1b75cbf7181f7ae5c0b5e38"
    assert found == object_id(b"a/b.jpg", '"d41d8cd98f00b204e9800998ecf8427e"')


@given(st.tuples(st.binary(), st.text("0123456789abcdef-"), st.text()), st.data())
def test_path_etag_and_source_all_count_and_do_not_run_together(
    one: tuple[bytes, str, str], data: st.DataObject
) -> None:
    other = data.draw(st.tuples(st.binary(), st.text("0123456789abcdef-"), st.text()))
    assert (object_id(*one) == object_id(*other)) == (one == other)


@given(st.lists(st.binary(max_size=40)))
def test_the_etag_does_not_depend_on_how_the_bytes_come(pieces: list[bytes]) -> None:
    whole, parts = EtagHash(), EtagHash()
    whole.update(b"".join(pieces))
    for piece in pieces:
        parts.update(piece)
    assert whole.etag() == parts.etag()


@pytest.mark.parametrize("size", [0, 1, 9, 10, 11, 20, 25])
def test_from_the_part_size_on_the_etag_is_that_of_a_multipart_upload(
    size: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(identity, "PART_BYTES", 10)
    data = bytes(range(size))
    etag = EtagHash()
    etag.update(data)
    if size < 10:
        assert etag.etag() == hashlib.md5(data).hexdigest()
        return
    digests = [hashlib.md5(data[at : at + 10]).digest() for at in range(0, size, 10)]
    assert etag.etag() == f"{hashlib.md5(b''.join(digests)).hexdigest()}-{len(digests)}"


def test_a_file_is_hashed_both_ways_in_one_read(tmp_path: Path) -> None:
    path = tmp_path / "file"
    path.write_bytes(b"abc")
    assert hash_file(path) == (hashlib.sha256(b"abc").hexdigest(), hashlib.md5(b"abc").hexdigest())


@given(st.binary(min_size=1).filter(lambda raw: b"\0" not in raw))
def test_any_name_survives_as_text_and_bytes(raw: bytes) -> None:
    path, kept = portable_path(raw)
    path.encode("utf-8")
    assert raw_path(path, kept) == raw
    assert (kept is None) == (os.fsdecode(raw) == path)
