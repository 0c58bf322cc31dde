"""The page of events: one file, whatever the texts hold, that a browser filters."""

from __future__ import annotations

import base64
import csv
import io
import json
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest

from schedulerx.report.exports.people import People
from schedulerx.report.exports.rows import NoLinks
from schedulerx.report.exports.timeline_page import write_timeline
from schedulerx.report.render import asset

HOSTILE = "</script><script>document.title='run'</script><img src=x onerror=alert(1)>"


def event(number: int = 0, **known: Any) -> dict[str, Any]:
    return {
        "event_id": str(UUID(int=number)),
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


PERSON = {
    "person_id": "p",
    "names": ["Anna Keller"],
    "phones": ["+4930123"],
    "emails": ["anna@example.org"],
    "handles": [],
}


def test_a_number_is_told_with_the_person_it_belongs_to() -> None:
    out = io.StringIO()
    write_timeline([event()], out, NoLinks(), People([PERSON]))
    tables = embedded(out.getvalue(), "tables")
    assert tables["persons"] == ["Anna", "+4930123"]
    assert tables["people"] == [0, "Anna Keller · +4930123 · anna@example.org"]


@pytest.mark.parametrize("number", [0, 1, 0xFFFF << 112 | 7])
def test_the_id_of_an_event_is_whole(number: int) -> None:
    (row,) = embedded(page(event(number)), "data")
    assert UUID(bytes=base64.b64decode(row[14] + "==")) == UUID(int=number)


def shown(tmp_path: Path, text: str, asked: str = "") -> str:
    """What a browser makes of the page."""
    file = tmp_path / "timeline.html"
    file.write_text(text, encoding="utf-8")
    return subprocess.run(
        ["chromium", "--headless", "--no-sandbox", "--disable-gpu", "--virtual-time-budget=2000",
         f"--user-data-dir={tmp_path / 'profile'}", "--dump-dom", file.as_uri() + asked],
        capture_output=True, text=True, check=True,
    ).stdout.partition('<script type="application/json"')[0]  # fmt: skip


NEEDS_BROWSER = pytest.mark.skipif(shutil.which("chromium") is None, reason="needs chromium")


@NEEDS_BROWSER
def test_a_browser_shows_the_events_and_runs_none_of_their_texts(tmp_path: Path) -> None:
    hostile = event(
        1,
        summary=HOSTILE,
        path=HOSTILE,
        kind=HOSTILE,
        actors=[{"role": "caller", "name": HOSTILE}, {"role": "callee", "handle": HOSTILE}],
        devices=[{"label": HOSTILE, "serial": HOSTILE}],
        provenance={"sha256": HOSTILE, "extractor": HOSTILE, "sheet": HOSTILE, "row": 7},
        location={"latitude": None, "longitude": None, "text": HOSTILE},
        amount={"value": HOSTILE, "currency": HOSTILE},
        doubt=HOSTILE,
        also=[{"path": HOSTILE, "provenance": None}],
    )
    text = shown(tmp_path, page(hostile, event(2, start=None)))
    assert "<title>Timeline</title>" in text
    assert "Fri, 1 March 2024" in text
    assert "Without a date" in text
    assert "2 events" in text
    assert "<img" not in text


@NEEDS_BROWSER
@pytest.mark.parametrize(
    ("asked", "found"),
    [
        ("words=ferry", "1 of 4 events fit"),
        ("person=keller", "3 of 4 events fit"),  # a number of hers, by her name
        ("file=b.csv", "1 of 4 events fit"),
        ("since=22%3A00&until=04%3A00", "2 of 4 events fit"),
        ("from=2024-03-02", "1 of 4 events fit"),
        ("without=Call", "0 of 4 events fit"),
        (f"event={UUID(int=2)}", "1 of 4 events fit"),
        ("order=latest", "4 events"),
    ],
)
def test_the_address_says_what_is_shown(tmp_path: Path, asked: str, found: str) -> None:
    nobody = [{"role": "caller", "name": "Bert"}]
    rows = [
        event(1, summary="The ferry", start="2024-03-01T23:10:00", actors=nobody),
        event(2, start="2024-03-01T03:59:00"),
        event(3, path="b.csv", start="2024-03-01T12:00:00"),
        event(4, start="2024-03-02T12:00:00"),
    ]
    out = io.StringIO()
    write_timeline(rows, out, NoLinks(), People([PERSON]))
    text = shown(tmp_path, out.getvalue(), f"#{asked}")
    assert f'aria-live="polite">{found}<' in text


@NEEDS_BROWSER
def test_an_event_alone_tells_its_id_its_hash_and_its_persons(tmp_path: Path) -> None:
    out = io.StringIO()
    write_timeline([event(5), event(6)], out, NoLinks(), People([PERSON]))
    text = shown(tmp_path, out.getvalue(), f"#event={UUID(int=5)}")
    assert f"<dd>{UUID(int=5)}</dd>" in text
    assert f"<dd>{'ab' * 32}</dd>" in text
    assert "<dd>Anna Keller · +4930123 · anna@example.org</dd>" in text
    assert f"schedulerx explain event {UUID(int=5)}" in text


@NEEDS_BROWSER
def test_an_arrow_points_to_whom_it_reached_in_every_script(tmp_path: Path) -> None:
    sides = [{"role": "sender", "name": "מרים"}, {"role": "recipient", "name": "דנה"}]
    text = shown(tmp_path, page(event(summary="Call to דנה, 105 s", actors=sides)))
    facts = re.sub(r"</?a[^>]*>", "", text.partition('<span class="facts">')[2])
    assert facts.startswith("<bdi>מרים</bdi> → <bdi>דנה</bdi> ")
    assert 'dir="auto">Call to <bdi>דנה</bdi>, 105 s</span>' in text


@NEEDS_BROWSER
def test_a_name_leads_to_all_that_it_fits(tmp_path: Path) -> None:
    text = shown(tmp_path, page(event(actors=[{"role": "caller", "phone": "+4930123"}])))
    assert 'href="#person=%2B4930123" data-field="person" data-value="+4930123"' in text


@pytest.mark.parametrize(
    ("precision", "start"),
    [("minute", "2024-03-01T10:00+01:00"), ("second", "2024-03-01T10:00:00+01:00")],
)
def test_seconds_that_nobody_told_are_not_shown(precision: str, start: str) -> None:
    row = event(start="2024-03-01T10:00:00+01:00", precision=precision)
    assert embedded(page(row), "data")[0][0] == start


@NEEDS_BROWSER
def test_words_that_were_looked_for_are_marked(tmp_path: Path) -> None:
    text = shown(tmp_path, page(event(summary="To the old harbour")), "#words=HARBOUR+old")
    assert "To the <mark>old</mark> <mark>harbour</mark>" in text


def saved(*rows: dict[str, Any]) -> list[list[str]]:
    """What the page's own script saves as CSV."""
    text = page(*rows)
    found = {name: json.dumps(embedded(text, name)) for name in ("data", "tables")}
    fake = f"const kept = {json.dumps(found)};"
    fake += "const document = { getElementById: (id) => ({ textContent: kept[id] }) };"
    script = asset("timeline_data.js") + asset("timeline_save.js")
    code = f"{fake}{script}process.stdout.write(save.csv(data.events.map((_, i) => i)));"
    node = shutil.which(
        "node", path=f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"
    )
    assert node
    done = subprocess.run([node, "-e", code], capture_output=True, check=True)
    return list(csv.reader(io.StringIO(done.stdout.decode("utf-8-sig"), newline="")))


def test_what_is_saved_has_a_row_an_event_and_runs_no_formula() -> None:
    header, first, second = saved(event(1, summary='=cmd|"/c calc"!A1'), event(2, path="a, b.csv"))
    assert header[-1] == "event_id"
    assert first[3] == '\'=cmd|"/c calc"!A1'
    assert first[-1] == str(UUID(int=1))
    assert (second[9], second[10]) == ("a, b.csv", "sheet May, row 7")
