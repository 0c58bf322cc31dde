from __future__ import annotations

from pathlib import Path

import pytest

from schedulerx.documents import message_backups, xml_events
from schedulerx.documents.damage import DamagedDocument
from schedulerx.model.phone import Party, PhoneCall, PhoneMessage


def write(tmp_path: Path, text: str) -> Path:
    path = tmp_path / "file.xml"
    path.write_text(text, encoding="utf-8")
    return path


def test_text_and_attributes_are_lines(tmp_path: Path) -> None:
    path = write(tmp_path, '<?xml version="1.0"?><a x="1" y="&lt;2"><b> one &amp; two </b>tail</a>')
    assert list(xml_events.lines(path)) == ["x: 1\ty: <2\n", "one & two\n", "tail\n"]


@pytest.mark.parametrize(
    "text",
    [
        '<!DOCTYPE a [<!ENTITY x "ha">]><a>&x;</a>',
        '<!DOCTYPE a [<!ENTITY x SYSTEM "file:///etc/passwd">]><a>&x;</a>',
        "<a>" * 500,
        "<a><b></a>",
    ],
)
def test_entities_depth_and_broken_tags_end_the_reading(tmp_path: Path, text: str) -> None:
    with pytest.raises(DamagedDocument):
        list(xml_events.lines(write(tmp_path, text)))


def test_what_was_read_before_the_damage_is_kept(tmp_path: Path) -> None:
    found = xml_events.lines(write(tmp_path, "<a><b>kept</b></c>"))
    assert next(found) == "kept\n"


BACKUP = """<?xml version='1.0' encoding='UTF-8'?><smses count="3">
<sms address="+15550100200" date="1700000000000" type="1" subject="null" body="hi &#10;there"
 contact_name="Ada" />
<sms address="5" date="1700000001000" type="3" body="a draft" contact_name="(Unknown)" />
<mms date="1700000002000" msg_box="1" m_type="132" sub="null"><parts>
<part ct="application/smil" text="x"/><part ct="text/plain" text="look"/>
<part ct="image/jpeg" name="null" cl="a.jpg"/></parts>
<addrs><addr address="+15550100300" type="137"/><addr address="insert-address-token" type="151"/>
</addrs></mms></smses>"""


def test_backups_of_messages_are_messages(tmp_path: Path) -> None:
    path = write(tmp_path, BACKUP)
    assert message_backups.is_backup(path)
    first, second = message_backups.items(path)
    assert isinstance(first, PhoneMessage)
    assert first.sender == Party(address="+15550100200", name="Ada")
    assert (first.text, first.sent) == ("hi \nthere", "2023-11-14T22:13:20+00:00")
    assert isinstance(second, PhoneMessage)
    assert (second.spot.table, second.spot.row_id) == ("mms", 1)
    assert second.sender == Party(address="+15550100300")
    assert (second.text, second.attachments) == ("look", ("a.jpg",))


def test_backups_of_calls_are_calls(tmp_path: Path) -> None:
    path = write(
        tmp_path,
        '<calls><call number="5550100200" duration="7" date="1700000000000" type="3" '
        'contact_name="(Unknown)"/></calls>',
    )
    (call,) = message_backups.items(path)
    assert isinstance(call, PhoneCall)
    assert (call.how, call.others) == ("missed", (Party(address="5550100200"),))
    assert not message_backups.is_backup(write(tmp_path, "<other/>"))
