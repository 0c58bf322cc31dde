"""Office documents: what is in them as text, in order, and nothing that would run."""

from __future__ import annotations

import struct
import zipfile
from pathlib import Path

import pytest

from schedulerx.documents import doc, docx, epub, odf, ppt, pptx, rtf
from schedulerx.documents.damage import DamagedDocument
from tests.documents.ole_files import ole_file

W = 'xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"'
P = (
    'xmlns:p="http://schemas.openxmlformats.org/presentationml/2006/main" '
    'xmlns:a="http://schemas.openxmlformats.org/drawingml/2006/main" '
    'xmlns:r="http://schemas.openxmlformats.org/officeDocument/2006/relationships"'
)
ODF = (
    'xmlns:office="urn:oasis:names:tc:opendocument:xmlns:office:1.0" '
    'xmlns:text="urn:oasis:names:tc:opendocument:xmlns:text:1.0" '
    'xmlns:table="urn:oasis:names:tc:opendocument:xmlns:table:1.0" '
    'xmlns:draw="urn:oasis:names:tc:opendocument:xmlns:drawing:1.0"'
)
RELATIONS = 'xmlns="http://schemas.openxmlformats.org/package/2006/relationships"'


def package(tmp_path: Path, parts: dict[str, str]) -> Path:
    path = tmp_path / "document.zip"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, text in parts.items():
            archive.writestr(name, text)
    return path


def slide(text: str, attributes: str = "") -> str:
    return f"<p:sld {P} {attributes}><p:sp><a:p><a:r><a:t>{text}</a:t></a:r></a:p></p:sp></p:sld>"


def test_slides_come_as_they_are_shown_with_their_notes(tmp_path: Path) -> None:
    path = package(
        tmp_path,
        {
            "ppt/presentation.xml": f'<p:presentation {P}><p:sldIdLst><p:sldId id="9" r:id="b"/>'
            '<p:sldId id="8" r:id="a"/></p:sldIdLst></p:presentation>',
            "ppt/_rels/presentation.xml.rels": f"<Relationships {RELATIONS}>"
            '<Relationship Id="a" Type="http://x/slide" Target="slides/slide1.xml"/>'
            '<Relationship Id="b" Type="http://x/slide" Target="/ppt/slides/slide2.xml"/>'
            "</Relationships>",
            "ppt/slides/slide1.xml": slide("first made", 'show="0"'),
            "ppt/slides/slide2.xml": slide("first shown"),
            "ppt/slides/_rels/slide2.xml.rels": f"<Relationships {RELATIONS}><Relationship "
            'Id="n" Type="http://x/notesSlide" Target="../notesSlides/notesSlide1.xml"/>'
            "</Relationships>",
            "ppt/notesSlides/notesSlide1.xml": slide("say hello"),
        },
    )
    assert "".join(pptx.lines(path)) == (
        "[Slide 1]\nfirst shown\n[Slide 1, notes]\nsay hello\n[Slide 2 (hidden)]\nfirst made\n"
    )


def test_word_documents_have_their_margins_and_each_text_box_once(tmp_path: Path) -> None:
    box = "<w:p><w:r><w:t>in a box</w:t></w:r></w:p>"
    compatible = 'xmlns:mc="http://schemas.openxmlformats.org/markup-compatibility/2006"'
    path = package(
        tmp_path,
        {
            "word/document.xml": f"<w:document {W} {compatible}><w:p><mc:AlternateContent>"
            f"<mc:Choice>{box}</mc:Choice><mc:Fallback>{box}</mc:Fallback></mc:AlternateContent>"
            "<w:r><w:t>around</w:t></w:r></w:p></w:document>",
            "word/header1.xml": f"<w:hdr {W}><w:p><w:r><w:t>head</w:t></w:r></w:p></w:hdr>",
        },
    )
    assert "".join(docx.paragraphs(path)) == "in a box\naround\nhead\n"


def test_opendocument_has_its_spaces_cells_and_pages(tmp_path: Path) -> None:
    path = package(
        tmp_path,
        {
            "content.xml": f'<office:document-content {ODF}><draw:page draw:name="One"><text:h>A'
            '<text:s text:c="3"/>b<text:span>c<text:tab/>d</text:span></text:h></draw:page>'
            "<table:table><table:table-row><table:table-cell><text:p>x</text:p></table:table-cell>"
            "<table:table-cell><text:p>y</text:p></table:table-cell></table:table-row></table:table>"
            "</office:document-content>"
        },
    )
    assert "".join(odf.paragraphs(path)) == "[One]\nA   bc\td\nx \ty \t\n"


def test_books_are_read_in_the_order_of_their_spine(tmp_path: Path) -> None:
    path = package(
        tmp_path,
        {
            "META-INF/container.xml": '<container xmlns="c"><rootfiles><rootfile '
            'full-path="OEBPS/book.opf"/></rootfiles></container>',
            "OEBPS/book.opf": '<package xmlns="o"><manifest><item id="a" href="a%20b.xhtml"/>'
            '<item id="b" href="b.xhtml"/><item id="x" href="../../etc/passwd"/></manifest><spine>'
            '<itemref idref="b"/><itemref idref="x"/><itemref idref="a"/></spine></package>',
            "OEBPS/a b.xhtml": "<html><body><p>second</p><script>run()</script></body></html>",
            "OEBPS/b.xhtml": "<html><body><p>first</p></body></html>",
        },
    )
    assert "".join(epub.chapters(path)) == "first\n\nsecond\n\n"


def test_rich_text_has_its_characters_and_no_commands(tmp_path: Path) -> None:
    path = tmp_path / "letter.rtf"
    path.write_bytes(
        rb"{\rtf1\ansi\ansicpg1252{\fonttbl{\f0 Arial;}}Gr\'fc\'dfe \u8364?\par "
        rb"{\*\generator x;}{\pict 8950}next}"
    )
    assert "".join(rtf.text(path)) == "Grüße €\nnext"


@pytest.mark.parametrize(
    "data", [b"{\\rtf1 " + b"{" * 300_000, b"{\\rtf1 }}}}}}\\'", b"{\\rtf1 \\u99999999?"]
)
def test_hostile_rich_text_ends(tmp_path: Path, data: bytes) -> None:
    path = tmp_path / "hostile.rtf"
    path.write_bytes(data)
    try:
        assert len("".join(rtf.text(path))) < len(data)
    except DamagedDocument as error:
        assert "RTF" in str(error)  # noqa: PT017  (either end is right)


def word_file(tmp_path: Path, wide: str, narrow: str) -> Path:
    """A Word 97 document of two pieces: one of UTF-16, one of Windows-1252."""
    main = bytearray(2048)
    main[:2], main[10:12] = b"\xec\xa5", b"\x00\x02"
    first, second = wide.encode("utf-16-le"), narrow.encode("cp1252")
    main += first + second
    ends = (0, len(wide), len(wide) + len(narrow))
    table = struct.pack("<3L", *ends)
    table += struct.pack("<HLH", 0, 2048, 0)
    table += struct.pack("<HLH", 0, (2048 + len(first)) * 2 | 0x40000000, 0)
    clx = b"\x01\x02\x00ab" + b"\x02" + struct.pack("<L", len(table)) + table
    struct.pack_into("<LL", main, 0x01A2, 0, len(clx))
    return ole_file(tmp_path / "old.doc", {"WordDocument": bytes(main), "1Table": clx})


def test_old_word_documents_give_their_pieces_and_the_results_of_fields(tmp_path: Path) -> None:
    path = word_file(
        tmp_path, "Grüße\u20ac\r", "see \x13 HYPERLINK x \x14the page\x15\x07 end\x0bline\r"
    )
    assert "".join(doc.text(path)) == "Grüße€\nsee the page\t end\nline\n"


def test_old_presentations_give_their_texts_without_the_masters(tmp_path: Path) -> None:
    def record(kind: int, content: bytes, version: int = 0) -> bytes:
        return struct.pack("<HHL", version, kind, len(content)) + content

    narrow, wide = record(4008, b"Title\rtwo"), record(4000, "Ж".encode("utf-16-le"))
    master = record(1016, record(4008, b"Click to edit"), 0xF)
    stream = master + record(1000, record(4080, narrow + wide, 0xF), 0xF)
    path = ole_file(tmp_path / "old.ppt", {"PowerPoint Document": stream})
    assert "".join(ppt.text(path)) == "Title\ntwo\nЖ\n"


@pytest.mark.parametrize("read", [doc.text, ppt.text])
def test_old_documents_cut_anywhere_say_so(tmp_path: Path, read: object) -> None:
    assert callable(read)
    whole = word_file(tmp_path, "a" * 3000, "b" * 3000).read_bytes()
    for end in range(600, len(whole), 1500):
        path = tmp_path / "cut.doc"
        path.write_bytes(whole[:end])
        try:
            list(read(path))
        except DamagedDocument as error:
            assert str(error)  # noqa: PT017  (either end is right)


LAUGHS = (
    '<!DOCTYPE x [<!ENTITY a "ha"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;&a;&a;">]>'
    f"<w:document {W}><w:p><w:r><w:t>&b;</w:t></w:r></w:p></w:document>"
)


@pytest.mark.parametrize(
    "content",
    [
        LAUGHS,
        f"<w:document {W}>" + "<w:p>" * 100_000,
        f"<w:document {W}><w:p>",
        "not XML",
    ],
)
def test_hostile_parts_end_as_damage(tmp_path: Path, content: str) -> None:
    path = package(tmp_path, {"word/document.xml": content})
    with pytest.raises(DamagedDocument):
        list(docx.paragraphs(path))
