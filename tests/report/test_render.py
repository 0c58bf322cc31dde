"""The page: complete, self-contained, and safe with hostile names."""

from __future__ import annotations

import re
from html.parser import HTMLParser
from itertools import pairwise
from typing import Any

import pytest

from schedulerx.model.evidence import Device, Person, PersonDevice
from schedulerx.model.run import Check, StepStats
from schedulerx.report.page import Entry, Owned, Page, Picture, Somebody
from schedulerx.report.render import render
from tests.report.made_up import certificate, problem, tally, thumbnail

HOSTILE = "<img src=x onerror=alert(1)>\"'\n\u202egpj.{{ 7*7 }}</script><script>alert(2)</script>"


class Outline(HTMLParser):
    """Every tag with its attributes; the headings; whether what opens is closed."""

    VOID = frozenset({"meta", "img", "input", "br", "rect"})

    def __init__(self, text: str) -> None:
        super().__init__()
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.open: list[str] = []
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))
        if tag not in self.VOID:
            self.open.append(tag)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag

    def of(self, name: str) -> list[dict[str, str | None]]:
        return [attributes for tag, attributes in self.tags if tag == name]


def page(**changes: Any) -> Page:
    values: dict[str, Any] = {
        "certificate": certificate(),
        "steps": (StepStats(name="validate", done=1200, rejected=3, failed=1, seconds=3.5),),
        "measured": frozenset({"validate"}),
        "command": "python run.py in out",
    }
    return Page(**values | changes)


def hostile_page() -> Page:
    device = Device(device_id="d", label=HOSTILE, phone_numbers=(HOSTILE,))
    link = PersonDevice(person_id="p", device_id="d", confidence=0.5, evidence=(HOSTILE,))
    person = Person(person_id="p", names=(HOSTILE, HOSTILE), emails=(HOSTILE,))
    return page(
        certificate=certificate(
            source=HOSTILE,
            problems=(problem(HOSTILE, "quarantined", "refused", HOSTILE),),
            checks=(Check(name=HOSTILE, ok=False, expected=HOSTILE, found=HOSTILE),),
        ),
        command=HOSTILE,
        pictures=(Picture(HOSTILE, thumbnail(), "image/jpeg", 32, 24, HOSTILE, HOSTILE),),
        entries=(
            Entry("call", f"2024-06-03T06:12:40{HOSTILE}", HOSTILE, HOSTILE, (HOSTILE,), HOSTILE),
        ),
        people=(Somebody(person, (Owned(device, link),)),),
        devices=(device,),
    )


def test_the_totals_are_those_of_the_certificate() -> None:
    text = render(page())
    sums = re.findall(r"<dt>(?:<i [^>]*></i>)?(\w+)</dt><dd>([\d,]+)</dd>", text)
    assert dict(sums) | {
        "inputs": "1,234",
        "done": "1,200",
        "skipped": "30",
        "failed": "1",
    } == dict(sums)
    assert dict(sums)["quarantined"] == "3"
    assert "1,234 inputs: 1,200 done, 30 skipped, 1 failed, 3 quarantined" in text


def test_every_reason_is_shown_with_its_files_and_what_to_do() -> None:
    text = render(page())
    for words in ("Damaged", "2 files", "ends after 60 % of its lines", "Fetch these files again"):
        assert words in text
    assert "Run the same command again: only they are redone." in text
    assert "A password is needed." in text


def test_hostile_names_stay_text() -> None:
    outline = Outline(render(hostile_page()))
    assert len(outline.of("script")) == 1
    assert all("onerror" not in attributes for _, attributes in outline.tags)
    assert [
        image["src"] for image in outline.of("img") if not str(image["src"]).startswith("data:")
    ] == []
    assert outline.open == []


def test_hostile_names_are_marked_and_never_evaluated() -> None:
    text = render(hostile_page())
    assert "\u202e" not in text
    assert "U+202E" in text
    assert "U+000A" in text
    assert "{{ 7*7 }}" in text


def test_nothing_is_loaded_and_only_the_pages_own_script_may_run() -> None:
    outline = Outline(render(page(pictures=(Picture("a.jpg", thumbnail(), "image/jpeg", 32, 24),))))
    policy = next(str(meta["content"]) for meta in outline.of("meta") if meta.get("http-equiv"))
    assert policy.startswith("default-src 'none'; style-src 'sha256-")
    assert "script-src 'sha256-" in policy
    assert "unsafe" not in policy
    assert "http" not in policy
    for _, attributes in outline.tags:
        assert "style" not in attributes
        assert not any(name.startswith("on") for name in attributes)
        for name in ("src", "href"):
            assert str(attributes.get(name) or "#").startswith(("#", "data:image/jpeg;base64,"))


def test_sections_with_nothing_in_them_are_left_out() -> None:
    nothing = certificate(
        inputs=tally(0), done=tally(0), skipped=tally(0), failed=tally(0), quarantined=tally(0),
        records=0, events=0, problems=(), steps=(),
    )  # fmt: skip
    text = render(page(certificate=nothing, steps=(), measured=frozenset()))
    assert "There was nothing to do." in text
    for section in ("pictures", "problems", "timeline", "people"):
        assert f'id="{section}"' not in text


@pytest.mark.parametrize(
    ("changes", "headline"),
    [
        ({"balanced": False}, "The sums do not agree."),
        ({}, "All accounted for; some failed."),
        ({"failed": tally(0)}, "Every file is accounted for."),
        ({"failed": tally(0), "skipped": tally(1234)}, "Everything was done already."),
    ],
)
def test_the_headline_says_how_the_run_ended(changes: dict[str, Any], headline: str) -> None:
    assert f"<h1>{headline}</h1>" in render(page(certificate=certificate(**changes)))


def test_a_check_that_failed_says_what_to_do() -> None:
    check = Check(name="records", ok=False, expected="7", found="6", next_step="Run it again.")
    text = render(page(certificate=certificate(balanced=False, checks=(check,))))
    assert "Does not agree" in text
    assert "Run it again." in text


def test_a_step_without_figures_has_its_row() -> None:
    text = render(page(steps=(StepStats(name="upload"), StepStats(name="report"))))
    assert "no figures" in text
    assert "this page" in text


def test_equal_input_gives_equal_pages() -> None:
    assert render(hostile_page()) == render(hostile_page())


def test_headings_go_down_one_level_at_a_time_and_tables_have_captions() -> None:
    outline = Outline(render(hostile_page()))
    levels = [int(tag[1]) for tag, _ in outline.tags if re.fullmatch(r"h\d", tag)]
    assert levels[0] == 1
    assert all(after <= before + 1 for before, after in pairwise(levels))
    assert len(outline.of("caption")) == len(outline.of("table"))
