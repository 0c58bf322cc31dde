"""The page as HTML: templates with autoescape, style and script inline, allowed by their hashes."""

from __future__ import annotations

import base64
import hashlib
from collections import Counter
from functools import cache
from itertools import groupby
from pathlib import Path

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup

from schedulerx.model.run import StepStats
from schedulerx.report import words
from schedulerx.report.page import Entry, Page, Picture
from schedulerx.report.reasons import grouped
from schedulerx.report.timeline import strip
from schedulerx.report.verdict import parts, verdict

LARGEST_PAGE = 4_900_000  # bytes; reached only by names and texts made to be long
_TEMPLATES = Path(__file__).parent / "templates"

KINDS = {
    "photo_taken": "Photo",
    "video_taken": "Video",
    "email": "E-mail",
    "call": "Call",
    "message": "Message",
    "document_created": "Document",
    "contact_listed": "Contact",
    "device_listed": "Device",
}


def render_within(page: Page, largest: int = LARGEST_PAGE) -> bytes:
    """The page in UTF-8, showing less where it would grow larger than `largest` bytes."""
    text = render(page).encode()
    while len(text) > largest and page.thinnable:
        page = page.thinner()
        text = render(page).encode()
    return text


def render(page: Page) -> str:
    """The page as one HTML document. It loads nothing and sends nothing."""
    style, script = asset("page.css"), asset("page.js")
    return (
        environment()
        .get_template("page.html.j2")
        .render(
            page=page,
            certificate=page.certificate,
            verdict=verdict(page.certificate, earlier=bool(page.earlier)),
            parts=parts(page.certificate),
            slowest=max((step.seconds for step in page.steps), default=0.0),
            groups=grouped(page.certificate.problems),
            earlier=grouped(page.earlier),
            days=[
                (day, list(entries))
                for day, entries in groupby(page.entries, lambda e: e.start[:10])
            ],
            strip=strip(page.entries),
            kinds=Counter(entry.kind for entry in page.entries),
            policy=policy(style, script),
            style=Markup(style),  # noqa: S704  the package's own file
            script=Markup(script),  # noqa: S704  the package's own file
        )
    )


@cache
def asset(name: str) -> str:
    """A text that goes into the page."""
    return (_TEMPLATES / name).read_text(encoding="utf-8")


@cache
def environment() -> Environment:
    """The templates, and the words they use."""
    made = Environment(
        loader=FileSystemLoader(_TEMPLATES),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    for helper in (
        *(words.count, words.plural, words.size, words.duration, words.share, words.moment),
        *(
            words.day,
            words.clock,
            words.folder,
            words.file_name,
            words.visible,
            words.brief,
            words.plain,
        ),
        *(data_uri, success, kind_label, search_text),
    ):
        made.filters[helper.__name__] = helper
    return made


def policy(style: str, script: str) -> str:
    """A Content-Security-Policy: these two inline texts, pictures inside the page, nothing else."""
    allowed = [f"style-src 'sha256-{_sha256(style)}'", "img-src data:"]
    if script:
        allowed.insert(1, f"script-src 'sha256-{_sha256(script)}'")
    return "; ".join(("default-src 'none'", *allowed, "base-uri 'none'", "form-action 'none'"))


def _sha256(text: str) -> str:
    return base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()


def success(step: StepStats) -> str:
    """Done of those tried: not applicable and reused are not tries."""
    return words.share(step.done, step.done + step.rejected + step.failed)


def data_uri(picture: Picture) -> str:
    """The thumbnail inside the page."""
    return f"data:{picture.media_type};base64,{base64.b64encode(picture.data).decode()}"


def kind_label(kind: str) -> str:
    """An event's kind for people."""
    return KINDS.get(kind, kind.replace("_", " ").capitalize())


def search_text(entry: Entry) -> str:
    """What the search field looks through."""
    return words.plain(" ".join((entry.summary, *entry.who, entry.path)).lower()[:400])
