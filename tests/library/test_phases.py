"""What each phase does to what it is given, and what it leaves alone."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from PIL import Image

from schedulerx.errors import ConfigurationError
from schedulerx.library.settings import LibrarySettings
from schedulerx.media.describe import describe_jpeg
from schedulerx.model.library import Phase
from tests.library.conftest import Library, photo, put
from tests.library.runs import tree

SAMPLES = Path(__file__).resolve().parents[2] / "samples" / "files"
TAKEN = "2019:05:04 10:20:30"


def test_equal_files_go_on_once_and_nothing_is_deleted(library: Library) -> None:
    put(library, "a.jpg", photo(1))
    put(library, "b.jpg", photo(1))
    kept = library.keep()
    assert kept.items["b.jpg"].copy_of == kept.items["a.jpg"].item_id
    assert set(tree(library.root / "originals")) == {"a.jpg", "b.jpg"}
    assert set(tree(library.root / "uploaded")) == {"undated/a.jpg"}


def test_of_pictures_that_look_the_same_the_best_goes_on(library: Library) -> None:
    put(library, "large.jpg", photo(2, (960, 640)))
    with Image.open(library.source / "large.jpg") as large:
        large.resize((480, 320)).save(library.source / "small.jpg", quality=80)
    kept = library.keep()
    assert kept.items["small.jpg"].copy_of == kept.items["large.jpg"].item_id
    assert (kept.items["small.jpg"].likeness or 0) > 0.96


def test_without_deduplication_copies_go_on(library: Library) -> None:
    put(library, "a.jpg", photo(1))
    put(library, "b.jpg", photo(1))
    kept = library.keep(deduplication=False)
    assert not kept.totals[Phase.DEDUPLICATION].is_on
    assert set(tree(library.root / "uploaded/undated")) == {"a.jpg", "b.jpg"}


def test_a_compressed_copy_is_smaller_and_knows_when_it_was_taken(library: Library) -> None:
    original = put(library, "a.jpg", photo(1, (1200, 800), TAKEN))
    kept = library.keep(size=600)
    item = kept.items["a.jpg"]
    assert item.compressed is not None
    assert item.compressed.bytes < original.stat().st_size
    found = describe_jpeg(library.root / "uploaded/2019/05/a.jpg").what
    assert (found.width, found.captured_at) == (600, "2019-05-04T10:20:30")
    assert (found.camera_model, found.orientation) == ("Camera One", 1)


def test_where_the_copy_is_not_smaller_the_originals_bytes_stay(library: Library) -> None:
    original = put(library, "a.jpg", photo(1, quality=20))
    kept = library.keep(quality=95)
    assert kept.items["a.jpg"].compressed is None
    assert (library.root / "uploaded/undated/a.jpg").read_bytes() == original.read_bytes()


def test_without_compression_the_originals_bytes_go_on(library: Library) -> None:
    original = put(library, "a.jpg", photo(1))
    library.keep(compression=False)
    assert (library.root / "uploaded/undated/a.jpg").read_bytes() == original.read_bytes()


def test_switching_compression_off_replaces_what_was_ready(library: Library) -> None:
    original = put(library, "a.jpg", photo(1))
    library.keep()
    library.keep(compression=False)
    assert (library.root / "uploaded/undated/a.jpg").read_bytes() == original.read_bytes()
    assert set(tree(library.root / "uploaded")) == {"undated/a.jpg"}


def test_final_names_never_collide_whatever_their_case(library: Library) -> None:
    for folder, name, seed in (("one", "IMG_1.JPG", 1), ("two", "img_1.jpg", 2), ("x", "y.jpg", 3)):
        put(library, f"{folder}/{name}", photo(seed))
    library.keep(sorting=False)
    names = [name.casefold() for name in tree(library.root / "uploaded")]
    assert len(names) == len(set(names)) == 3


def test_a_name_that_lies_about_its_content_is_put_right(library: Library) -> None:
    put(library, "really.png", photo(1, quality=20))
    library.keep(quality=95)
    assert set(tree(library.root / "uploaded")) == {"undated/really.jpg"}


def test_the_file_time_is_the_time_it_was_taken(library: Library) -> None:
    put(library, "a.jpg", photo(1, taken=TAKEN))
    library.keep()
    assert (library.root / "uploaded/2019/05/a.jpg").stat().st_mtime == 1556965230


def test_another_template_moves_the_files_and_leaves_no_empty_folder(library: Library) -> None:
    put(library, "a.jpg", photo(1, taken=TAKEN))
    library.keep()
    library.keep(sort_template="{camera}/{captured:%Y}")
    assert set(tree(library.root / "uploaded")) == {"Camera One/2019/a.jpg"}
    assert not (library.root / "uploaded/2019").exists()


def test_without_sorting_files_lie_flat(library: Library) -> None:
    put(library, "a.jpg", photo(1, taken=TAKEN))
    kept = library.keep(sorting=False)
    assert not kept.totals[Phase.SORTING].is_on
    assert set(tree(library.root / "uploaded")) == {"a.jpg"}


def test_links_are_not_followed_and_told(library: Library, tmp_path: Path) -> None:
    (tmp_path / "secret.jpg").write_bytes(photo(1))
    (library.source / "link.jpg").symlink_to(tmp_path / "secret.jpg")
    kept = library.keep()
    assert kept.items == {}
    assert kept.reasons == ["link.jpg is a link; only files are opened"]


def test_what_is_no_photo_is_kept_and_goes_no_further(library: Library) -> None:
    put(library, "notes.txt", b"A note about the pictures.\n")
    kept = library.keep()
    assert kept.items["notes.txt"].kind == "other"
    assert set(tree(library.root / "originals")) == {"notes.txt"}
    assert tree(library.root / "uploaded") == {}


def test_a_touched_file_is_the_same_item(library: Library) -> None:
    file = put(library, "a.jpg", photo(1))
    library.keep()
    os.utime(file, (1, 1))
    kept = library.keep()
    assert len(kept.items) == 1
    assert kept.totals[Phase.COMPRESSION].files == 0


def test_a_changed_file_is_a_new_item_and_the_old_stays(library: Library) -> None:
    put(library, "a.jpg", photo(1))
    library.keep()
    put(library, "a.jpg", photo(2))
    library.keep()
    assert len(list(library.ledger.items())) == 2
    assert len(tree(library.root / "originals")) == 2
    assert len(tree(library.root / "uploaded")) == 2


def test_a_file_in_the_way_is_never_overwritten(library: Library) -> None:
    put(library, "a.jpg", photo(1))
    (library.root / "originals").mkdir(parents=True)
    (library.root / "originals/a.jpg").write_bytes(b"mine")
    library.keep()
    assert (library.root / "originals/a.jpg").read_bytes() == b"mine"
    assert len(tree(library.root / "originals")) == 2


@pytest.mark.parametrize("field", ["{artist}", "{captured.__class__}", "{name", "{name:>9}", "  "])
def test_a_wrong_template_is_told_with_the_fields(library: Library, field: str) -> None:
    with pytest.raises(ConfigurationError, match=r"LIBRARY_SORT_TEMPLATE.*\{captured\}, \{camera"):
        library.keep(sort_template=field)


def test_settings_are_on_unless_said_otherwise() -> None:
    assert LibrarySettings().deduplication


def test_videos_keep_their_bytes_unless_a_size_is_set(library: Library) -> None:
    clip = SAMPLES / "videos" / "depot_camera.mp4"
    (library.source / "a.mp4").write_bytes(clip.read_bytes())
    assert library.keep().items["a.mp4"].compressed is None
    item = library.keep(video_size=64).items["a.mp4"]
    assert item.compressed is not None
    assert item.compressed.bytes < item.original.bytes
    assert [Path(path).name for path in tree(library.root / "uploaded")] == ["a.mp4"]


def test_other_settings_leave_no_compressed_copy_behind(library: Library) -> None:
    put(library, "a.jpg", photo(1))
    library.keep(quality=60)
    library.keep(quality=50)
    assert set(tree(library.root / "compressed")) == {"a.jpg"}
    library.keep(format="webp")
    assert set(tree(library.root / "compressed")) == {"a.jpg.webp"}
    assert set(tree(library.root / "uploaded")) == {"undated/a.webp"}


def test_another_quality_replaces_what_we_sent(library: Library, tmp_path: Path) -> None:
    (tmp_path / "card").mkdir()
    put(library, "a.jpg", photo(1))
    library.keep(quality=60, targets=(str(tmp_path / "card"),))
    library.keep(quality=50, targets=(str(tmp_path / "card"),))
    sent, kept = tree(tmp_path / "card"), tree(library.root / "uploaded")
    assert list(sent.values()) == list(kept.values())
