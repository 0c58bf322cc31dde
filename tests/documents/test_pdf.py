from __future__ import annotations

import io
from collections.abc import Callable
from pathlib import Path
from typing import Literal

import pikepdf
import pytest
from reportlab.pdfgen.canvas import Canvas

from schedulerx.documents import pdf, pdf_parts
from schedulerx.documents.damage import DamagedDocument
from schedulerx.documents.integrity import pdf as integrity
from schedulerx.documents.ocr.engine import Line, Page
from schedulerx.documents.scans import Recogniser, read_pdf
from schedulerx.model.passwords import Passwords
from schedulerx.settings import ValidateSettings


def made(tmp_path: Path, *texts: str) -> Path:
    path = tmp_path / "made.pdf"
    canvas = Canvas(str(path))
    for text in texts:
        canvas.drawString(72, 700, text)
        canvas.showPage()
    canvas.save()
    return path


class Pages:
    """Every page was recognised before, as the same words."""

    def get(self, number: int) -> Page | None:
        return Page(width=1, height=1, engine="known", lines=(self._line(f"recognised {number}"),))

    def put(self, number: int, page: Page) -> None:
        raise AssertionError

    def _line(self, text: str) -> Line:
        return Line(text=text, box=((0, 0), (1, 0), (1, 1), (0, 1)), confidence=1.0)

    def drawn(self, digest: str) -> Page | None:
        raise AssertionError(digest)

    def once(self, digest: str, recognise: Callable[[], Page]) -> Page:
        raise AssertionError((digest, recognise))


@pytest.mark.parametrize(
    ("text", "garbled"),
    [
        ("An ordinary page of text, with numbers 12345 and Ümläute.", False),
        ("漢字かな交じり文, مرحبا بالعالم, שלום, ไทย", False),
        ("\ue001\ue002 item one\n\ue001 item two of a list with dingbats before it", False),
        ("\ue012\ue054\ue033 " * 9 + "a", True),
        ("\ufffd" * 40, True),
        ("\x01\x03\x05\x06" * 10, True),
        ("", False),
    ],
)  # fmt: skip
def test_layers_of_letters_without_meaning_are_told(text: str, *, garbled: bool) -> None:
    assert pdf.is_garbled(text) is garbled


def without_meaning(path: Path) -> Path:
    """Its font says of every letter that it is one of private use."""
    codes = "\n".join(f"<{code:02x}> <{0xE000 + code:04x}>" for code in range(32, 127))
    table = (
        "/CIDInit /ProcSet findresource begin 12 dict begin begincmap /CMapType 2 def\n"
        "1 begincodespacerange <00> <ff> endcodespacerange\n"
        f"95 beginbfchar\n{codes}\nendbfchar endcmap end end"
    )
    whole = io.BytesIO(path.read_bytes())
    with pikepdf.open(whole) as document:
        for page in document.pages:
            for font in page.obj.Resources.Font.values():
                font.ToUnicode = document.make_stream(table.encode())
        document.save(path)
    return path


def test_pages_with_a_broken_layer_are_recognised_and_others_are_not(tmp_path: Path) -> None:
    text = "all of these letters have lost their meaning"
    good, bad = made(tmp_path, text), tmp_path / "bad.pdf"
    bad.write_bytes(good.read_bytes())
    without_meaning(bad)

    def engine() -> Recogniser:
        return Recogniser(lambda: pytest.fail("the pages are known"), Pages(), 9, 60.0)

    assert read_pdf(good, 1000, 72, engine()).text == text
    content = read_pdf(bad, 1000, 72, engine())
    assert content.text == "recognised 1"
    assert "text layer of page 1 is broken" in content.warnings[0]
    alone = read_pdf(bad, 1000, 72, None)
    assert alone.has_text_layer
    assert alone.text


@pytest.mark.parametrize("revision", [4, 6])
def test_locked_documents_open_with_one_of_the_passwords(
    tmp_path: Path, revision: Literal[4, 6]
) -> None:
    path = made(tmp_path, "a secret of many words and letters")
    whole = io.BytesIO(path.read_bytes())
    with pikepdf.open(whole) as document:
        document.save(path, encryption=pikepdf.Encryption(owner="o", user="päss", R=revision))
    content = read_pdf(path, 1000, 72, None, ("wrong", "päss"))
    assert content.text == "a secret of many words and letters"
    assert read_pdf(path, 1000, 72, None, ("wrong",)).warnings == ("The PDF needs a password.",)


def filled(tmp_path: Path) -> Path:
    path = made(tmp_path, "a form")
    whole = io.BytesIO(path.read_bytes())
    with pikepdf.open(whole) as document:
        D, S, N = pikepdf.Dictionary, pikepdf.String, pikepdf.Name  # noqa: N806
        child = document.make_indirect(D(T=S("city"), V=S("Springfield"), FT=N.Tx))
        parent = document.make_indirect(D(T=S("address"), Kids=pikepdf.Array([child])))
        parent.Kids.append(parent)  # a circle
        fields = [
            parent,
            D(T=S("agree"), V=N.Yes, FT=N.Btn),
            D(T=S("off"), V=N.Off, FT=N.Btn),
            D(T=S("password"), V=S("hidden"), FT=N.Tx, Ff=1 << 13),
        ]
        document.Root.AcroForm = D(Fields=pikepdf.Array(fields))
        note = D(Subtype=N.Text, Contents=S("please check"), T=S("Ada"), Rect=[0, 0, 1, 1])
        document.pages[0].obj.Annots = pikepdf.Array([note])
        document.attachments["data.csv"] = b"a,b\n" * 1000
        document.save(path)
    return path


def test_fields_notes_and_attachments_are_text(tmp_path: Path) -> None:
    assert list(pdf_parts.lines(filled(tmp_path))) == [
        "[Field] address.city: Springfield\n",
        "[Field] agree: Yes\n",
        "[Note on page 1 by Ada] please check\n",
        "[Attachment] data.csv\n",
    ]


def test_attached_files_are_had_whole_and_no_larger_than_allowed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = filled(tmp_path)
    assert list(pdf_parts.attachments(path)) == [("data.csv", b"a,b\n" * 1000)]
    monkeypatch.setattr(pdf_parts, "MAX_ATTACHED_BYTES", 100)
    monkeypatch.setattr(pdf_parts, "_MAX_BLIND_BYTES", 0)
    with pikepdf.open(path) as document:
        packed = document.attachments["data.csv"].get_file().obj.get("/Filter")
    if packed is not None:
        with pytest.raises(DamagedDocument):
            list(pdf_parts.attachments(path))


def test_validation_tells_the_line_of_the_password_that_opens_a_document(tmp_path: Path) -> None:
    path = made(tmp_path, "a secret")
    whole = io.BytesIO(path.read_bytes())
    with pikepdf.open(whole) as document:
        document.save(path, encryption=pikepdf.Encryption(owner="o", user="right"))
    found = integrity.unlock(path, ValidateSettings(), Passwords(("wrong", "", "right")))
    assert found is not None
    assert (found.password_line, found.damage) == (3, None)
    assert integrity.unlock(path, ValidateSettings(), Passwords(("wrong",))) is None
