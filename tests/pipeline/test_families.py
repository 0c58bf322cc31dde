from __future__ import annotations

from itertools import groupby

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from schedulerx.model.identity import portable_path, raw_path
from schedulerx.model.member import Member
from schedulerx.pipeline.families import family_key, in_families

names = st.lists(
    st.sampled_from(
        [
            "IMG_1",
            "a",
            "b",
            "é",
            "x.y",
            "a.jpg",
            "b.appdata",
            "/",
            "/",
            "(2)",
            ".",
            ".jpg",
            ".MOV",
            ".xmp",
            ".json",
            ".zip",
            ".001",
            ".part1.rar",
        ]
    ),
    min_size=1,
    max_size=7,
).map("".join)
listings = st.sets(names, max_size=40).map(
    lambda paths: [
        Member(path=path, bytes=1) for path in sorted(paths, key=lambda path: path.encode())
    ]
)


@pytest.mark.parametrize(
    "family",
    [
        ("d/IMG_1.HEIC", "d/IMG_1.MOV", "d/IMG_1.AAE", "d/IMG_1.xmp", "d/IMG_1.HEIC.xmp"),
        ("IMG 2.jpg", "IMG 2.jpg.json", "IMG 2.jpg.supplemental-metadata.json", "IMG 2.THM"),
        ("x.zip.001", "x.zip.002", "x.zip"),
        ("x.z01", "x.z02", "x.zip"),
        ("x.part1.rar", "x.part02.rar"),
        ("x.7z.001", "x.7z.100"),
        ("x.tar.gz.01", "x.tar.gz.02"),
        ("p/chat.appdata/db/a.sqlite", "p/chat.appdata/b/c.jpg", "p/chat.appdata/x.appdata/y"),
        (
            "MobileSync/Backup/00008030-001A2B3C4D5E6F70/00/ab",
            "MobileSync/Backup/00008030-001A2B3C4D5E6F70/Manifest.db",
        ),
    ],
)
def test_files_that_belong_together_share_a_key(family: tuple[str, ...]) -> None:
    assert len({family_key(path) for path in family}) == 1


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("a/IMG_1.jpg", "b/IMG_1.jpg"),
        ("IMG_1.jpg", "IMG_10.jpg"),
        ("2024.01.05.jpg", "2024.01.06.jpg"),
        (".profile", ".bashrc"),
        ("trip.2024/a.jpg", "trip.2024/b.jpg"),
        ("a.appdata/x", "b.appdata/x"),
        ("Backup/0123456789abcdef01234567/a.x", "Backup/0123456789abcdef01234567/b.x"),
        ("report.v1.pdf", "report.v2.pdf"),
    ],
)
def test_strangers_have_different_keys(one: str, other: str) -> None:
    assert family_key(one) != family_key(other)


@given(names)
def test_a_key_is_a_prefix_of_every_member(path: str) -> None:
    assert path.startswith(family_key(path))


@given(listings)
@example([Member(path=path, bytes=1) for path in ("a.HEIC", "a.I/x.jpg", "a.edit.jpg", "a.mov")])
@example([Member(path=path, bytes=1) for path in ("a.jpg.foo", "a.jpg.xmp", "a.jpg.zoo", "a.mov")])
def test_families_come_in_one_piece_and_lose_nobody(listing: list[Member]) -> None:
    pairs = list(in_families(listing))
    assert sorted(member.path for _, member in pairs) == sorted(member.path for member in listing)
    assert all(key == family_key(member.path) for key, member in pairs)
    pieces = [key for key, _ in groupby(key for key, _ in pairs)]
    assert len(pieces) == len(set(pieces))


def test_nothing_waits_inside_an_extraction_folder() -> None:
    listing = iter([Member(path=f"p.appdata/{number}", bytes=1) for number in range(3)])
    pairs = in_families(listing)
    assert next(pairs)[1].path == "p.appdata/0"
    assert next(listing).path == "p.appdata/1"


@given(st.sets(st.binary(min_size=1, max_size=6), max_size=20))
def test_names_that_are_not_utf8_keep_their_order(raws: set[bytes]) -> None:
    listing = []
    for raw in sorted(raws):
        path, kept = portable_path(raw + b".jpg")
        listing.append(Member(path=path, raw=kept, bytes=1))
    listing.sort(key=lambda member: raw_path(member.path, member.raw))
    pieces = [key for key, _ in groupby(key for key, _ in in_families(listing))]
    assert len(pieces) == len(set(pieces))
