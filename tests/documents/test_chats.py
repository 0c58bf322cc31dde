from __future__ import annotations

import json
from pathlib import Path

import pytest

from schedulerx.documents import chat_html, chat_json, chat_text, json_files
from schedulerx.documents.damage import DamagedDocument
from schedulerx.evidence.times import DateOrder, parse_time

# 31/12/2020, 10:01 in Arabic-Indic digits.
ARABIC = "31/12/2020, 10:01".translate({48 + n: 0x660 + n for n in range(10)})


def write(tmp_path: Path, text: str) -> Path:
    file = tmp_path / "chat.txt"
    file.write_text(text, encoding="utf-8")
    return file


def test_android_and_ios_lines_are_messages_with_their_continuations(tmp_path: Path) -> None:
    file = write(
        tmp_path,
        "03/02/2024, 09:00 - Messages are end-to-end encrypted.\n"
        "03/02/2024, 16:38 - Ada: Hi: there\nsecond line\n"
        "\u200e[03/02/2024, 16:39:01] Bob: \u200eyes\n",
    )
    assert chat_text.is_chat(file)
    first, second = chat_text.messages(file)
    assert (first.line, first.sender, first.text) == (2, "Ada", "Hi: there\nsecond line")
    assert (second.time, second.sender, second.text) == ("03/02/2024, 16:39:01", "Bob", "yes")


@pytest.mark.parametrize(
    "text",
    [
        "[2024-01-01 12:00:00] ERROR: disk full\n[2024-01-01 12:00:01] INFO: retry\n",
        "Dear Sir,\n\n03/02/2024, 16:38 - Ada: quoted\n",
        "",
    ],
)
def test_logs_and_letters_are_no_chats(tmp_path: Path, text: str) -> None:
    assert not chat_text.is_chat(write(tmp_path, text))


def test_telegram_messages_carry_ids_and_plain_text() -> None:
    entry = {
        "type": "message",
        "date_unixtime": "1544006350",
        "from": "Ada",
        "from_id": "user7",
        "text": ["see ", {"type": "link", "text": "https://example.com"}],
    }
    service = {"type": "service", "date_unixtime": "1544006351"}
    (message,) = chat_json.chat_messages({"chats": {"list": [{"messages": [entry, service]}]}})
    assert (message.sender, message.sender_id) == ("Ada", "user7")
    assert message.text == "see https://example.com"


def test_instagrams_mangled_utf8_is_mended() -> None:
    mangled = "Zoë".encode().decode("latin-1")
    entry = {"sender_name": mangled, "timestamp_ms": 1579294140000, "content": "x"}
    (message,) = chat_json.chat_messages({"messages": [entry]})
    assert message.sender == "Zoë"


def test_lists_of_objects_are_tables_with_nested_keys() -> None:
    document = {"app": "x", "devices": [{"hw": {"imei": "1"}, "user": {"upn": "a@example.com"}}]}
    (table,) = json_files.tables(document)
    assert table.header == ("hw.imei", "user.upn")
    assert list(table.rows()) == [(1, ("1", "a@example.com"))]


@pytest.mark.parametrize("text", ["{", "[" * 100_000, json.dumps({"a": 1})[:-2]])
def test_broken_and_bottomless_json_is_damaged(tmp_path: Path, text: str) -> None:
    with pytest.raises(DamagedDocument):
        json_files.load(write(tmp_path, text))


@pytest.mark.parametrize(
    ("line", "time"),
    [
        ("31.12.20, 22:01 - Ada: x", "31.12.20, 22:01"),
        ("12/31/20, 10:01\u202fPM - Ada: x", "12/31/20, 10:01 pm"),
        ("31/12/2020, 10:01 p.\u00a0m. - Ada: x", "31/12/2020, 10:01 pm"),
        ("2020. 12. 31. 오후 10:01 - Ada: x", "2020.12.31, 10:01 pm"),
        ("2020/12/31 上午9:01 - Ada: x", "2020/12/31, 9:01 am"),
        ("31.12.2020 klo 22.01 - Ada: x", "31.12.2020, 22.01"),
        (f"{ARABIC} م - Ada: x", "31/12/2020, 10:01 pm"),
        ("\u200e[31/12/20, 10:01:05 PM] Ada: x", "31/12/20, 10:01:05 pm"),
        ("2020년 12월 31일 오후 10:01, Ada : x", "2020-12-31, 10:01 pm"),
        ("31\u200f/12\u200f/2020، 10:01 م - Ada: x", "31/12/2020, 10:01 pm"),
        ("\u202a[2020-12-31 22:01:05]\u202c ~\u202fAda: x", "2020-12-31, 22:01:05"),
    ],
)
def test_heads_of_many_locales_are_times_and_senders(tmp_path: Path, line: str, time: str) -> None:
    file = write(tmp_path, f"{line}\n{line}\n")
    assert chat_text.is_chat(file)
    first = next(chat_text.messages(file))
    assert (first.time, first.sender, first.text) == (time, "Ada", "x")
    assert parse_time(first.time, DateOrder.DAY_FIRST if line[1] != "2" else DateOrder.MONTH_FIRST)


def test_attached_files_are_named_and_the_programs_own_words_are_nobodys(tmp_path: Path) -> None:
    file = write(
        tmp_path,
        "[01/02/2024, 09:00:00] Ada: \u200eMessages are end-to-end encrypted.\n"
        "[01/02/2024, 09:00:01] Ada: \u200e<attached: 00000002-PHOTO-2024.jpg>\n"
        "01/02/2024, 09:01 - Bob: IMG-2024-WA0001.jpg (Datei angehängt)\nwith words\n"
        "01/02/2024, 09:02 - Bob: <Media omitted>\n",
    )
    first, second, third = chat_text.messages(file)
    assert (first.line, first.attachments) == (2, ("00000002-PHOTO-2024.jpg",))
    assert second.attachments == ("IMG-2024-WA0001.jpg",)
    assert third.attachments == ()


def test_what_the_program_notes_about_a_group_is_nobodys(tmp_path: Path) -> None:
    file = write(
        tmp_path,
        "14.03.24, 21:05 - Ada: Hi\n"
        "14.03.24, 21:06 - Ada hat den Namen zu \u201ePlan: B\u201c gemacht\n"
        '3/15/24, 10:02 AM - Ada changed the group name from "A" to "B: C"\n'
        "[14.03.24, 21:09:00] Ada: \u200eAda hat den Namen zu \u201eNeu\u201c gemacht.\n"
        '14.03.24, 21:10 - Bob "the cat" Muster: really\n',
    )
    said = [(message.sender, message.text) for message in chat_text.messages(file)]
    assert said == [("Ada", "Hi"), ('Bob "the cat" Muster', "really")]


def test_telegrams_left_chats_and_words_of_others_are_read() -> None:
    entry = {"type": "message", "date": "2020-01-01T00:00:00", "from": "Ada", "text": "so it is",
             "forwarded_from": "News"}  # fmt: skip
    (message,) = chat_json.chat_messages({"left_chats": {"list": [{"messages": [entry]}]}})
    assert message.text == "[forwarded from News] so it is"


TELEGRAM = """<html><body><div class="page_body chat_page">
<div class="message service" id="message-1"><div class="body details">31 December 2020</div></div>
<div class="message default clearfix" id="message2"><div class="body">
<div class="pull_right date details" title="31.12.2020 22:01:05 UTC+01:00">22:01</div>
<div class="from_name">Ada &amp; Co</div>
<div class="text">Hello<br>there <a href="https://example.com/x">x</a></div>
</div></div>
<div class="message default clearfix joined" id="message3"><div class="body">
<div class="pull_right date details" title="31.12.2020 22:02:00">22:02</div>
<div class="forwarded body"><div class="from_name">Somebody else
<span class="date details"> 30.12.2020 11:00:00</span></div></div>
<div class="media_wrap clearfix">
<a class="photo_wrap" href="photos/photo_1.jpg"><img src="x"></a></div>
</div></div></body></html>"""


def test_telegrams_pages_are_messages_with_their_offset(tmp_path: Path) -> None:
    file = write(tmp_path, TELEGRAM)
    assert chat_html.is_chat(file)
    first, second = chat_html.messages(file)
    assert (first.sender, first.text) == ("Ada & Co", "Hello\nthere x")
    assert first.sent == "2020-12-31T22:01:05+01:00"
    assert (second.sender, second.sent) == ("Ada & Co", "2020-12-31T22:02:00")
    assert (second.text, second.attachments) == ("[forwarded from Somebody else]", ("photo_1.jpg",))
    assert not chat_html.is_chat(write(tmp_path, "<html><p>hello</p></html>"))


@pytest.mark.parametrize(
    ("entry", "sender", "text", "files"),
    [
        (
            {"sender_name": "JÃ¼rg", "timestamp_ms": 1, "photos": [{"uri": "photos/a.jpg"}]},
            "Jürg", "", ("a.jpg",),
        ),
        (
            {"creator": {"email": "ada@example.com"}, "created_date": "x", "text": "hi",
             "attached_files": [{"original_name": "b.pdf"}]},
            "ada@example.com", "hi", ("b.pdf",),
        ),
        ({"user": "U1", "ts": "1.2", "text": "t"}, "U1", "t", ()),
        (
            {"author": {"id": "1", "name": "ada"}, "timestamp": "x", "content": "c",
             "attachments": [{"fileName": "d.png"}]},
            "ada", "c", ("d.png",),
        ),
        (
            {"type": "message", "date": "2020-01-01T00:00:00", "from": "Ada", "text": "",
             "photo": "photos/e.jpg", "file": "(File not included.)"},
            "Ada", "", ("e.jpg",),
        ),
    ],
)  # fmt: skip
def test_messages_of_each_platform_are_told_by_their_keys(
    entry: dict[str, object], sender: str, text: str, files: tuple[str, ...]
) -> None:
    (message,) = chat_json.chat_messages({"messages": [entry]})
    assert (message.sender, message.text, message.attachments) == (sender, text, files)


def test_hangouts_name_their_people_in_the_conversation() -> None:
    document = {
        "conversations": [
            {
                "conversation": {
                    "conversation": {
                        "participant_data": [{"id": {"gaia_id": "7"}, "fallback_name": "Ada"}]
                    }
                },
                "events": [
                    {
                        "sender_id": {"gaia_id": "7"},
                        "timestamp": "1700000000000000",
                        "chat_message": {"message_content": {"segment": [{"text": "hello"}]}},
                    },
                    {"timestamp": "1", "event_type": "RENAME_CONVERSATION"},
                ],
            }
        ]
    }
    (message,) = chat_json.chat_messages(document)
    assert (message.sender, message.time, message.text) == ("Ada", "1700000000000000", "hello")


@pytest.mark.parametrize("document", [None, 5, [], {"messages": 3}, {"chats": {"list": [1]}},
                                      {"messages": [None, [], {"type": "message"}]}])  # fmt: skip
def test_what_is_no_chat_has_no_messages(document: object) -> None:
    assert list(chat_json.chat_messages(document)) == []
