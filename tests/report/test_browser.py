"""The page in a real browser, where there is one."""

from __future__ import annotations

import shutil
import subprocess
from pathlib import Path

import pytest

from schedulerx.report.page import Entry, Page
from schedulerx.report.render import render
from tests.report.made_up import certificate


@pytest.fixture(scope="module")
def browser() -> str:
    for name in ("chromium", "chromium-browser", "google-chrome"):
        if found := shutil.which(name):
            return found
    pytest.skip("no Chromium on the PATH: the page's script is not tried in a browser")


def test_the_policy_lets_the_pages_own_script_run(browser: str, tmp_path: Path) -> None:
    entries = (Entry("call", "2024-06-03T06:12:40", "Iris calls", "calls.csv"),)
    text = render(Page(certificate(), (), "run", entries=entries))
    assert '<form class="filter" id="filter" hidden>' in text
    page = tmp_path / "report.html"
    page.write_text(text, encoding="utf-8")
    flags = ("--headless", "--no-sandbox", "--disable-gpu", "--disable-background-networking")
    profile = f"--user-data-dir={tmp_path / 'profile'}"
    answer = subprocess.run(
        [browser, *flags, "--no-first-run", profile, "--dump-dom", page.as_uri()],
        capture_output=True, text=True, check=True,
    )  # fmt: skip
    assert '<form class="filter" id="filter">' in answer.stdout
