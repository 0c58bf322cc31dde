from __future__ import annotations

import json
from pathlib import Path

import pytest

from schedulerx.documents import chat_text, json_files
from schedulerx.documents.damage import DamagedDocument


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
    (message,) = json_files.chat_messages({"chats": {"list": [{"messages": [entry, service]}]}})
    assert (message.sender, message.sender_id) == ("Ada", "user7")
    assert message.text == "see https://example.com"


def test_instagrams_mangled_utf8_is_mended() -> None:
    mangled = "Zoë".encode().decode("latin-1")
    entry = {"sender_name": mangled, "timestamp_ms": 1579294140000, "content": "x"}
    (message,) = json_files.chat_messages({"messages": [entry]})
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
