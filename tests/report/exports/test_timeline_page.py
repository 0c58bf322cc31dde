"""The page of events: one file, whatever the texts hold, that a browser filters."""

from __future__ import annotations

import io
import json
import re
import shutil
import subprocess
from pathlib import Path
from typing import Any

import pytest

from schedulerx.report.exports.rows import NoLinks
from schedulerx.report.exports.timeline_page import write_timeline

HOSTILE = "</script><script>document.title='run'</script><img src=x onerror=alert(1)>"


def event(number: int = 0, **known: Any) -> dict[str, Any]:
    return {
        "event_id": f"{number}",
        "path": "calls.csv",
        "kind": "call",
        "start": "2024-03-01T10:00:00+01:00",
        "end": None,
        "actors": [{"role": "caller", "name": "Anna"}, {"role": "callee", "phone": "+4930123"}],
        "devices": [{"imei": "490154203237518"}],
        "summary": "Call",
        "provenance": {"sha256": "ab" * 32, "extractor": "calls/1", "sheet": "May", "row": 7},
        "location": None,
        "amount": None,
        "doubt": None,
        "also": [],
        **known,
    }


def page(*rows: dict[str, Any]) -> str:
    out = io.StringIO()
    write_timeline(rows, out, NoLinks())
    return out.getvalue()


def embedded(text: str, element: str) -> Any:
    pattern = rf'<script type="application/json" id="{element}">(.*?)</script>'
    found = re.search(pattern, text, re.DOTALL)
    assert found
    return json.loads(found[1])


def test_the_page_holds_every_event_and_its_place_in_its_file() -> None:
    text = page(event(1), event(2, path="b.pdf"))
    events, tables = embedded(text, "data"), embedded(text, "tables")
    assert [tables["files"][row[4]][0] for row in events] == ["calls.csv", "b.pdf"]
    assert events[0][5] == "sheet May, row 7"
    assert tables["persons"] == ["Anna", "+4930123"]


def test_no_text_ends_the_element_it_stands_in() -> None:
    text = page(event(summary=HOSTILE, path=HOSTILE, actors=[{"role": "caller", "name": HOSTILE}]))
    assert text.count("<script") == page(event()).count("<script")
    assert "<img" not in text


def test_a_page_of_nothing_is_a_page() -> None:
    assert embedded(page(), "data") == []


def test_the_policy_lets_nothing_in_from_outside() -> None:
    policy = re.search(r'Content-Security-Policy" content="([^"]*)"', page(event()))
    assert policy
    assert "default-src &#x27;none&#x27;" in policy[1]
    assert "http" not in policy[1]
    assert "unsafe" not in policy[1]


def test_a_direction_override_is_left_out() -> None:
    assert "\u202e" not in page(event(summary="gpj.\u202eexe"))


@pytest.mark.skipif(shutil.which("chromium") is None, reason="needs chromium")
def test_a_browser_shows_the_events_and_runs_none_of_their_texts(tmp_path: Path) -> None:
    file = tmp_path / "timeline.html"
    file.write_text(page(event(1, summary=HOSTILE), event(2, start=None)), encoding="utf-8")
    shown = subprocess.run(
        ["chromium", "--headless", "--no-sandbox", "--disable-gpu", "--virtual-time-budget=2000",
         f"--user-data-dir={tmp_path / 'profile'}", "--dump-dom", file.as_uri()],
        capture_output=True, text=True, check=True, timeout=120,
    ).stdout  # fmt: skip
    assert "<title>Timeline</title>" in shown
    assert "Fri, 1 March 2024" in shown
    assert "Without a date" in shown
    assert "2 events" in shown
