"""Workers share what memory there is: of the machine, or of the container they run in."""

from __future__ import annotations

from pathlib import Path

import pytest

from schedulerx.pipeline import memory

GIB = 1024**3


@pytest.fixture
def container(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A file that tells how much a container may take."""
    told = tmp_path / "memory.max"
    monkeypatch.setattr(memory, "_CONTAINER_LIMITS", (told, tmp_path / "absent"))
    return told


def test_a_container_tells_how_much_there_is(container: Path) -> None:
    machine = memory.total()
    container.write_text(f"{machine // 2}\n")
    assert memory.total() == machine // 2


def test_a_container_without_a_limit_has_the_machine(container: Path) -> None:
    machine = memory.total()
    container.write_text("max\n")
    assert memory.total() == machine > 0


def test_the_shares_are_less_than_all_of_it(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(memory, "total", lambda: 12 * GIB)
    assert 3 * GIB < memory.share(4) + GIB < 4 * GIB
    assert 4 * memory.share(4) < 12 * GIB


def test_no_share_is_larger_than_any_file_needs(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(memory, "total", lambda: 64 * GIB)
    assert memory.share(2) == memory.MOST


def test_no_share_is_too_small_to_work_with(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(memory, "total", lambda: 4 * GIB)
    assert memory.share(64) == memory.LEAST
