from __future__ import annotations

import io
import zipfile
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from schedulerx.documents import archive_listing, docx, mail, plain, vcard
from schedulerx.documents.damage import DamagedDocument

LETTER = (
    b"From: =?utf-8?q?J=C3=B6rg?= <J.Meier@example.com>\r\n"
    b'To: "Byron, Ada" <ada@example.com>, bob@example.com\r\n'
    b"Subject: The clock\r\nDate: Wed, 05 Jun 2024 18:31:07 -0400\r\n\r\nDear Ada,\r\nit ticks.\r\n"
)


def test_an_envelope_has_people_subject_and_the_offset_of_its_time() -> None:
    letter = mail.parse_mail(LETTER).letter
    assert letter.senders == (("Jörg", "J.Meier@example.com"),)
    assert letter.recipients == (("Byron, Ada", "ada@example.com"), ("", "bob@example.com"))
    assert letter.date == "2024-06-05T18:31:07-04:00"
    assert letter.subject == "The clock"


def test_the_text_has_headers_and_body() -> None:
    text = mail.parse_mail(LETTER).text
    assert text.startswith("From: ")
    assert "it ticks." in text


def test_an_unknown_offset_is_not_made_up() -> None:
    letter = mail.parse_mail(
        b"From: a@example.com\nDate: Wed, 05 Jun 2024 18:31:07 -0000\n\n"
    ).letter
    assert letter.date == "2024-06-05T18:31:07"


def test_a_mail_without_an_id_is_told_by_what_it_says_however_it_is_wrapped() -> None:
    head = b"From: a@example.com\r\nSubject: Lunch\r\n"

    def body(text: bytes, more: bytes = b"") -> str | None:
        return mail.parse_mail(head + more + b"\r\n" + text).letter.body

    assert body(b"At noon,\r\nas ever.") == body(b"At noon, as\r\never.\r\n") != body(b"At one.")
    attached = b"Content-Type: text/plain; name=menu.txt\r\n"
    assert body(b"At noon.", attached) != body(b"At noon.")
    assert body(b"At noon.", b"Message-ID: <1@example.com>\r\n") is None


def test_mails_without_an_id_whose_attachments_differ_are_two() -> None:
    def body(data: bytes) -> str | None:
        head = b"From: a@example.com\r\nContent-Type: multipart/mixed; boundary=B\r\n\r\n"
        part = b"--B\r\nContent-Disposition: attachment; filename=scan.bin\r\n\r\n"
        return mail.parse_mail(head + part + data + b"\r\n--B--\r\n").letter.body

    assert body(b"one") == body(b"one") != body(b"two")


@pytest.mark.parametrize(
    ("written", "date"),
    [
        ("Wed, 05 Jun 2024 18:31:07 EST", "2024-06-05T18:31:07-05:00"),
        ("Wed, 05 Jun 2024 18:31:07 CEST", "2024-06-05T18:31:07+02:00"),
        ("Wed, 05 Jun 2024 18:31:07 IST", "2024-06-05T18:31:07"),
        ("Wed, 05 Jun 2024 18:31:07 +02:00", "2024-06-05T18:31:07+02:00"),
        ("Wed, 05 Jun 2024 18:31:07 +0200 (CEST)", "2024-06-05T18:31:07+02:00"),
        ('Wed, 05 Jun 2024 18:31:07 "GMT+2"', "2024-06-05T18:31:07+02:00"),
        ("Wed, 05 Jun 2024 6:31:07 PM -0400", "2024-06-05T18:31:07-04:00"),
        ("Wed, 05 Jun 124 18:31:07 +0000", "2024-06-05T18:31:07+00:00"),
        ("2024-06-05T18:31:07+02:00", "2024-06-05T18:31:07+02:00"),
        ("Mon, 31 Jun 2024 10:00:00 +0000", None),
    ],
)
def test_dates_that_are_not_as_they_should_be_are_read(written: str, date: str | None) -> None:
    found = mail.parse_mail(f"From: a@example.com\nDate: {written}\n\n".encode()).letter
    assert (found.date, found.dated_by) == (date, "Date")


def test_a_mail_without_a_date_has_that_of_its_first_station() -> None:
    letter = mail.parse_mail(
        b"Received: from b by c; Wed, 05 Jun 2024 18:33:00 +0200\n"
        b"Received: from a by b; Wed, 05 Jun 2024 18:32:00 +0200\nFrom: a@example.com\n\n"
    ).letter
    assert (letter.date, letter.dated_by) == ("2024-06-05T18:32:00+02:00", "Received")


@pytest.mark.parametrize(
    ("written", "name"),
    [
        (b"=?utf-8?B?SsO8cmdlbiBNw7xs?=\r\n =?utf-8?B?bGVy?=", "J\u00fcrgen M\u00fcller"),
        (b"=?utf-8?B?R3LDvMM=?= =?utf-8?B?n2U=?=", "Gr\u00fc\u00dfe"),
        (b"=?utf-8?Q?M=C3=BCller=2C_Anna?=", "M\u00fcller, Anna"),
        (b'"=?utf-8?Q?M=C3=BCller=2C_Anna?="', "M\u00fcller, Anna"),
        ("J\u00fcrgen Gro\u00df".encode("latin-1"), "J\u00fcrgen Gro\u00df"),
        ("J\u00fcrgen Gro\u00df".encode(), "J\u00fcrgen Gro\u00df"),
        (b"=?x-none?Q?Ada?=", "Ada"),
        (b"=?utf-8?B?w?= Ada", "=?utf-8?B?w?= Ada"),
    ],
)
def test_names_of_every_writing_are_read(written: bytes, name: str) -> None:
    letter = mail.parse_mail(
        b"From: " + written + b" <a@example.com>\r\nTo: b@example.com\r\n\r\nhi\r\n"
    ).letter
    assert letter.senders == ((name, "a@example.com"),)


def test_a_line_of_a_mailbox_that_no_header_follows_is_text(tmp_path: Path) -> None:
    file = tmp_path / "a.mbox"
    file.write_bytes(
        b"From a@example.com Wed Jun  5 18:31:07 2024\nFrom: a@example.com\n\nhe wrote:\n\n"
        b"From x@example.com Wed Jun  5 18:31:07 2024\nis what it says\n\n"
        b"From b@example.com Wed Jun  5 18:31:07 2024\nFrom: b@example.com\n\nok\n"
    )
    first, second = mail.mailbox(file)
    assert "is what it says" in first.text
    assert second.letter.senders == (("", "b@example.com"),)


@given(st.binary(max_size=300))
def test_any_bytes_are_a_mail_and_never_an_error(data: bytes) -> None:
    mail.parse_mail(b"From: x\r\nContent-Type: " + data)


@pytest.mark.parametrize("name", ["From", "To", "Subject", "Date", "Message-ID", "Content-Type"])
def test_a_header_of_parentheses_costs_no_more_than_itself(name: str) -> None:
    hostile = f"{name}: {'(' * 5000}\r\n".encode()
    found = mail.parse_mail(hostile + b"Cc: Ann <ann@example.org>\r\n\r\nHi")
    assert ("Ann", "ann@example.org") in found.letter.recipients


def test_everybody_on_a_long_list_is_read() -> None:
    people = ", ".join(f"=?utf-8?q?Zo=C3=AB_{n}?= <zoe{n}@example.org>" for n in range(2000))
    found = mail.parse_mail(f"From: a@example.org\r\nTo: {people}\r\n\r\nHi".encode())
    assert len(found.letter.recipients) == 2000
    assert found.letter.recipients[-1] == ("Zoë 1999", "zoe1999@example.org")


def test_a_mail_of_parts_in_parts_without_end_has_its_envelope() -> None:
    levels = "".join(
        f'Content-Type: multipart/mixed; boundary="b{level}"\r\n\r\n--b{level}\r\n'
        for level in range(1500)
    )
    found = mail.parse_mail(f"From: a@example.org\r\nSubject: Lunch\r\n{levels}".encode())
    assert (found.letter.senders, found.letter.subject) == ((("", "a@example.org"),), "Lunch")


def test_a_mailbox_is_split_at_envelope_lines_only(tmp_path: Path) -> None:
    file = tmp_path / "a.mbox"
    first = b"From a@example.com Wed Jun  5 18:31:07 2024\n" + LETTER.replace(b"\r\n", b"\n")
    file.write_bytes(first + b">From here on 2024\nFrom the text 2024\n\n" + first)
    messages = list(mail.mailbox(file))
    assert len(messages) == 2
    assert "From here on 2024\nFrom the text 2024" in messages[0].text


CARD_21 = (
    "BEGIN:VCARD\r\nVERSION:2.1\r\n"
    "N;CHARSET=UTF-8;ENCODING=QUOTED-PRINTABLE:M=C3=BCller;J=C3=B6rg;;;\r\n"
    "TEL;CELL:0171-3920005\r\nEND:VCARD\r\n"
)
CARD_40 = (
    "BEGIN:VCARD\nVERSION:4.0\nFN:Ada\n  Byron\nN:Byron;Ada;;;\n"
    "item1.TEL;VALUE=uri:tel:+1-202-555-0117\n"
    "EMAIL:ada@example.com\nEMAIL:byron@example.com\nX-SKYPE:ada.b\nEND:VCARD\n"
)


def test_cards_of_all_versions_are_read(tmp_path: Path) -> None:
    file = tmp_path / "a.vcf"
    file.write_text(CARD_21 + CARD_40)
    first, second = vcard.cards(file)
    assert (first.name, first.phones) == ("Jörg Müller", ("0171-3920005",))
    assert (second.name, second.phones) == ("Ada Byron", ("+1-202-555-0117",))
    assert second.emails == ("ada@example.com", "byron@example.com")
    assert second.handles == ("skype:ada.b",)
    assert [first.place, second.place] == [1, 2]


W = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"


def word(tmp_path: Path, body: str, before: str = "") -> Path:
    data = io.BytesIO()
    with zipfile.ZipFile(data, "w") as archive:
        document = f'{before}<w:document xmlns:w="{W}"><w:body>{body}</w:body></w:document>'
        archive.writestr("word/document.xml", document)
    file = tmp_path / "a.docx"
    file.write_bytes(data.getvalue())
    return file


def test_paragraphs_and_table_rows_are_lines(tmp_path: Path) -> None:
    cell = "<w:tc><w:p><w:r><w:t>{}</w:t></w:r></w:p></w:tc>"
    body = (
        "<w:p><w:r><w:t>Hello </w:t></w:r><w:r><w:t>world</w:t></w:r></w:p>"
        f"<w:tbl><w:tr>{cell.format('a')}{cell.format('b')}</w:tr></w:tbl>"
    )
    lines = "".join(docx.paragraphs(word(tmp_path, body))).split("\n")
    assert lines[0] == "Hello world"
    assert lines[1].split() == ["a", "b"]


def test_entities_in_a_document_are_refused_as_damage(tmp_path: Path) -> None:
    bomb = '<!DOCTYPE x [<!ENTITY a "aaaa">]>'
    with pytest.raises(DamagedDocument):
        list(docx.paragraphs(word(tmp_path, "<w:p/>", bomb)))


def test_archives_list_sizes_and_names(tmp_path: Path) -> None:
    file = word(tmp_path, "")
    (line,) = archive_listing.listing(file)
    size, name = line.strip().split("\t")
    assert name == "word/document.xml"
    assert int(size) > 0


def test_visible_text_leaves_out_scripts_and_parts_blocks() -> None:
    assert plain.visible_text("<p>a<script>x</script></p><p>b &lt;c</p>") == "a\nb <c"


def test_a_name_of_soft_line_breaks_without_end_is_cut_and_the_card_goes_on(tmp_path: Path) -> None:
    file = tmp_path / "a.vcf"
    lines = ["FN;ENCODING=QUOTED-PRINTABLE:A", *(50_000 * ["=41=42=43"]), "", "TEL:+15551234567"]
    file.write_text("BEGIN:VCARD\n" + "=\n".join(lines[:-2]) + "\n" + lines[-1] + "\nEND:VCARD\n")
    [card] = vcard.cards(file)
    assert card.phones == ("+15551234567",)
    assert 1000 < len(card.name or "") < 100_000
