"""What is not as it was stored is found, told, and done again by the next run."""

from __future__ import annotations

from pathlib import Path

import pytest

from schedulerx.model.library import Phase
from tests.library.conftest import Library, photo, put
from tests.library.runs import shelves, tree


@pytest.mark.parametrize("path", ["originals/a.jpg", "uploaded/undated/a.jpg", "compressed/a.jpg"])
def test_a_file_that_changed_is_found_and_done_again(library: Library, path: str) -> None:
    target = library.root.parent / "card"
    target.mkdir()
    put(library, "a.jpg", photo(1))
    library.keep(targets=(str(target),))
    before, held = shelves(library.root), tree(target)
    damaged = library.root / path
    damaged.write_bytes(b"damaged" + damaged.read_bytes()[7:])
    kept = library.keep(targets=(str(target),), verify_all=True)
    assert kept.totals[Phase.VERIFICATION].failed == 1
    assert "the next run" in kept.reasons[0]
    again = library.keep(targets=(str(target),))
    assert again.totals[Phase.VERIFICATION].failed == 0
    assert (shelves(library.root), tree(target)) == (before, held)


@pytest.mark.parametrize("path", ["originals/a.jpg", "uploaded/undated/a.jpg"])
def test_a_file_that_is_gone_is_missed_by_every_run(library: Library, path: str) -> None:
    put(library, "a.jpg", photo(1))
    library.keep()
    before = shelves(library.root)
    (library.root / path).unlink()
    kept = library.keep()
    assert kept.totals[Phase.VERIFICATION].failed == 1
    library.keep()
    assert shelves(library.root) == before


def test_what_changed_at_a_target_stays_there_and_is_sent_again(library: Library) -> None:
    target = library.root.parent / "card"
    target.mkdir()
    put(library, "a.jpg", photo(1))
    library.keep(targets=(str(target),))
    sent = (target / "a.jpg").read_bytes()
    (target / "a.jpg").write_bytes(b"edited at the target")
    kept = library.keep(targets=(str(target),), verify_all=True)
    assert "a.jpg at" in kept.reasons[0]
    library.keep(targets=(str(target),))
    assert (target / "a.jpg").read_bytes() == b"edited at the target"
    assert sent in [file.read_bytes() for file in target.iterdir()]


def test_what_was_damaged_is_set_aside_not_deleted(library: Library) -> None:
    put(library, "a.jpg", photo(1))
    library.keep()
    (library.root / "originals/a.jpg").write_bytes(b"edited by hand")
    library.keep(verify_all=True)
    assert [file.read_bytes() for file in (library.root / "aside").rglob("*.jpg")] == [
        b"edited by hand"
    ]


def test_without_verification_nothing_is_read_again(library: Library) -> None:
    put(library, "a.jpg", photo(1))
    kept = library.keep(verification=False)
    assert not kept.totals[Phase.VERIFICATION].is_on
    again = library.keep(verification=False)
    assert all(totals.files == 0 for totals in again.totals.values())


def test_an_original_that_the_source_no_longer_has_stays_told(library: Library) -> None:
    source: Path = put(library, "a.jpg", photo(1))
    library.keep()
    source.unlink()
    (library.root / "originals/a.jpg").unlink()
    assert library.keep().totals[Phase.VERIFICATION].failed == 1
    assert library.keep().totals[Phase.VERIFICATION].failed == 1
