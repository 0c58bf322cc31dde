"""The two parts of a Live Photo go together: same name, same folder, own bytes."""

from __future__ import annotations

import shutil
from pathlib import Path

from tests.library.conftest import Library
from tests.library.runs import tree

SAMPLES = Path(__file__).resolve().parents[2] / "samples" / "files" / "photos"
CLIP = SAMPLES.parent / "videos" / "depot_camera.mp4"


def live_photo(library: Library, folder: str, name: str = "IMG_0414") -> None:
    """The sample's still and movie."""
    (library.source / folder).mkdir(parents=True, exist_ok=True)
    for extension in ("HEIC", "MOV"):
        part = library.source / folder / f"{name}.{extension}"
        shutil.copy(SAMPLES / f"IMG_0414.{extension}", part)


def test_a_pair_keeps_its_bytes_and_one_name_in_one_folder(library: Library) -> None:
    live_photo(library, "a")
    kept = library.keep(size=64, quality=20)
    still, movie = kept.items["a/IMG_0414.HEIC"], kept.items["a/IMG_0414.MOV"]
    assert (still.pair, movie.pair) == (movie.item_id, still.item_id)
    assert still.ready is not None
    assert movie.ready is not None
    assert (still.ready.sha256, movie.ready.sha256) == (
        still.original.sha256,
        movie.original.sha256,
    )
    folders = {Path(path).parent for path in tree(library.root / "uploaded")}
    stems = {Path(path).stem for path in tree(library.root / "uploaded")}
    assert (len(folders), stems) == (1, {"IMG_0414"})


def test_a_pair_whose_name_is_taken_is_marked_alike(library: Library) -> None:
    (library.source / "a").mkdir()
    shutil.copy(CLIP, library.source / "a" / "IMG_0414.MOV")
    live_photo(library, "b")
    kept = library.keep()
    ready = [kept.items[f"b/IMG_0414.{extension}"].ready for extension in ("HEIC", "MOV")]
    stems = {Path(each.path).stem for each in ready if each is not None}
    assert len(stems) == 1
    assert stems != {"IMG_0414"}
