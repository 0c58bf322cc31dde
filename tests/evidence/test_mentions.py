"""Mentions in documents: with their page, their box and their place in the text."""

from __future__ import annotations

from schedulerx.evidence.maker import EventMaker
from schedulerx.evidence.mentions import LineBox, PageText, mention_events

MAKER = EventMaker("0" * 32, "a" * 64, "DE")
TEXT = "Dear Sir,\nmy phone is lost.\nIMEI: 355211659857142\nTel. 0171 3920005"


def test_an_identity_is_named_once_a_page_with_its_place() -> None:
    pages = [PageText(text=f"{TEXT} or {TEXT}", number=1), PageText(text=TEXT, number=2)]
    events = list(mention_events(MAKER, pages, []))
    places = [(each.provenance.page, each.provenance.offset) for each in events]
    start = TEXT.index("355")
    assert places == [(1, start), (1, TEXT.index("0171")), (2, start), (2, TEXT.index("0171"))]
    assert len({each.event_id for each in events}) == 4
    assert events[0].summary.startswith("IMEI 355211659857142 in: Dear Sir, my phone is lost.")


def test_a_recognised_line_gives_its_box() -> None:
    line = LineBox(text="IMEI: 355211659857142", box=(0.1, 0.2, 0.5, 0.22))
    (event,) = mention_events(MAKER, [PageText(text=line.text, number=1, lines=(line,))], [])
    assert event.provenance.box == (0.1, 0.2, 0.5, 0.22)


def test_a_directory_of_thousands_is_cut_with_a_warning() -> None:
    warnings: list[str] = []
    text = "\n".join(f"a{number}@example.com" for number in range(3000))
    assert len(list(mention_events(MAKER, [PageText(text=text)], warnings))) == 2000
    assert len(warnings) == 1
