"""The text of one file: its text layer, its parser's text, or recognised from its pixels."""

from __future__ import annotations

import time
from collections.abc import Callable
from functools import partial

import msgspec
from msgspec.structs import replace

from schedulerx.documents.content import Content
from schedulerx.documents.formats import Format, format_of
from schedulerx.documents.ocr import engines
from schedulerx.documents.ocr.engine import OcrEngine, Page, Pixels
from schedulerx.documents.ocr.gate import LOOK_SIDE
from schedulerx.documents.ocr.textract import TextractEngine
from schedulerx.documents.readers import READERS
from schedulerx.documents.scans import PageCache, Recogniser, read_image, read_pdf
from schedulerx.errors import ArtifactNotFound, ConfigurationError, RejectedInput
from schedulerx.media.integrity.pictures import DECODER_ERRORS
from schedulerx.model.keys import content_key
from schedulerx.model.ports import ArtifactStore
from schedulerx.model.record import Reading, Record
from schedulerx.model.work import FileWork
from schedulerx.settings import ReadSettings
from schedulerx.steps import searchable
from schedulerx.steps.claims import OneAtATime
from schedulerx.steps.decoded import decoded, is_picture
from schedulerx.steps.unlocked import unlocked

# Kinds with pages, each of which has its own look.
_PAGED = frozenset({"image/tiff"})
INLINE_BYTES = 16 * 1024  # longer text would make every reader of records pay for it


def run(work: FileWork, record: Record, *, clock: Callable[[], float] = time.monotonic) -> Record:
    """The record with the file's text; the same record where the kind holds none. `clock` in
    seconds, for the time that recognition may take.

    Raises:
        ConfigurationError: the OCR engine that is asked for is not there.
    """
    form = format_of(record.media_type, record.origin.path)
    if form is None or record.sha256 is None:
        return record
    work = unlocked(work, record)
    content = _read(work, record, form, _recogniser(work, record.sha256, clock))
    if content is None:
        return record
    if work.settings.read.searchable_pdf and content.engine and not content.has_text_layer:
        searchable.keep(
            work, record, form, pages_of(work.artifacts, record.sha256, work.settings.read)
        )
    news = tuple(warning for warning in content.warnings if warning not in record.warnings)
    return replace(
        record,
        reading=_stored(work, record.sha256, content),
        warnings=(*record.warnings, *news),
    )


def _read(
    work: FileWork, record: Record, form: Format, recogniser: Recogniser | None
) -> Content | None:
    settings = work.settings.read
    if form is Format.PDF:
        passwords = tuple(text for _, text in work.passwords.first(record.password_line))
        return read_pdf(work.path, settings.max_characters, settings.ocr_dpi, recogniser, passwords)
    if form is Format.IMAGE:
        if recogniser is None:
            return None
        return read_image(work.path, settings.max_characters, recogniser, look_at(work, record))
    if form in READERS:
        return READERS[form](work.path, settings.max_characters)
    return None


def look_at(work: FileWork, record: Record) -> Pixels | None:
    """The image as the gate wants to see it, from the pixels that the other steps use."""
    if not is_picture(record.media_type) or record.media_type in _PAGED:
        return None
    try:
        picture = decoded(work, record.media_type or "").picture
    except (RejectedInput, *DECODER_ERRORS):
        return None  # reading tells what cannot be read
    return picture.grey(LOOK_SIDE) if picture else None


def _recogniser(work: FileWork, sha256: str, clock: Callable[[], float]) -> Recogniser | None:
    settings = work.settings.read
    if settings.ocr_engine == engines.NONE:
        return None
    pages = _RecognisedPages(work, sha256)
    engine = partial(_engine, work)
    return Recogniser(
        engine,
        pages,
        settings.ocr_max_pages,
        settings.ocr_seconds,
        clock,
        reads_ahead=settings.ocr_engine == engines.TEXTRACT,
    )


def _engine(work: FileWork) -> OcrEngine:
    settings = work.settings.read
    if settings.ocr_engine != engines.TEXTRACT:
        return engines.engine(settings.ocr_engine, settings.ocr_languages)
    if work.textract is None:
        raise ConfigurationError(
            "read.ocr_engine is 'textract', and there is no way to it from here: it is for runs "
            "over folders and in the stack; set it to 'auto'."
        )
    return TextractEngine(work.textract(), partial(engines.engine, engines.AUTO))


class _RecognisedPages:
    """Recognised pages as artifacts, under the hash of the content they are pages of, and what
    they depend on besides it: not the limits, so that a larger one goes on where a smaller ended.
    """

    def __init__(self, work: FileWork, sha256: str) -> None:
        self._work = work
        self._sha256 = sha256

    def get(self, number: int) -> Page | None:
        """The page, where it was recognised before."""
        return self._page(page_key(self._sha256, number, self._work.settings.read))

    def put(self, number: int, page: Page) -> None:
        """Keeps a page."""
        key = page_key(self._sha256, number, self._work.settings.read)
        self._work.artifacts.put(key, msgspec.json.encode(page))

    def drawn(self, digest: str) -> Page | None:
        """The page of any file that has these pixels, where it was recognised."""
        return self._page(self._drawn_key(digest))

    def once(self, digest: str, recognise: Callable[[], Page]) -> Page:
        """The page of these pixels, recognised and kept; where that is paid for, by one process."""
        key = self._drawn_key(digest)

        def kept() -> Page:
            page = recognise()
            self._work.artifacts.put(key, msgspec.json.encode(page))
            return page

        if self._work.settings.read.ocr_engine != engines.TEXTRACT:
            return kept()
        return OneAtATime(self._work.artifacts).once(key, partial(self._page, key), kept)

    def _drawn_key(self, digest: str) -> str:
        return content_key("ocr", digest, f"pixels.{_how(self._work.settings.read)}.json")

    def _page(self, key: str) -> Page | None:
        try:
            return msgspec.json.decode(self._work.artifacts.get(key), type=Page)
        except ArtifactNotFound:
            return None


def page_key(sha256: str, number: int, settings: ReadSettings) -> str:
    """Where a recognised page of a file lies, its words with their places."""
    how = f"{settings.ocr_dpi}.{_how(settings)}"
    return content_key("ocr", sha256, f"page-{number}.{how}.json")


def pages_of(artifacts: ArtifactStore, sha256: str, settings: ReadSettings) -> dict[int, Page]:
    """The pages of a file that were recognised under these settings, by number from 1."""
    ending = f".{settings.ocr_dpi}.{_how(settings)}.json"
    prefix = content_key("ocr", sha256, "page-")
    keys = (key for key in artifacts.keys(prefix) if key.endswith(ending))
    found = {
        int(key.removeprefix(prefix).removesuffix(ending)): msgspec.json.decode(
            artifacts.get(key), type=Page
        )
        for key in keys
    }
    return dict(sorted(found.items()))


def _how(settings: ReadSettings) -> str:
    version = engines.reading_version(settings.ocr_engine)
    return f"{settings.ocr_engine}-{settings.ocr_languages}-{version}"


def _stored(work: FileWork, sha256: str, content: Content) -> Reading:
    data = content.text.encode("utf-8", "replace")
    key = None
    if len(data) > INLINE_BYTES:
        # Of a database's text a part is written in its logs.
        logs = "".join(f".{each.etag}" for each in work.member.beside)
        key = content_key("text", sha256, f"{work.fingerprint}{logs}.txt")
        work.artifacts.put(key, data)
    return Reading(
        text="" if key else data.decode("utf-8"),
        text_key=key,
        characters=len(content.text),
        has_text_layer=content.has_text_layer,
        engine=content.engine,
        rows=content.rows,
    )


def recognised_pages(work: FileWork, sha256: str) -> PageCache:
    """The pages of this content that were recognised."""
    return _RecognisedPages(work, sha256)
