from __future__ import annotations

import pytest

from schedulerx.evidence.maker import EventMaker
from schedulerx.evidence.tables import table_events
from schedulerx.model.content import Table
from schedulerx.model.event import Event, EventKind

MAKER = EventMaker("0" * 32, "a" * 64, "US")


def events(*lines: str, region: str = "US", sheet: str | None = None) -> list[Event]:
    header, *rows = (tuple(line.split("|")) for line in lines)
    numbered = list(enumerate(rows, 2))
    table = Table(header=header, rows=lambda: iter(numbered), sheet=sheet)
    return list(table_events(EventMaker("0" * 32, "a" * 64, region), table))


def test_a_network_export_gives_calls_with_the_callers_handset() -> None:
    (call,) = events(
        "start_time_utc|a_number|b_number|duration_s|imei|imsi",
        "2024-01-24 02:47:37|14155550125|491713920043|75|359906325907538|310260323132216",
    )
    assert call.kind is EventKind.CALL
    assert (call.start, call.end) == ("2024-01-24T02:47:37+00:00", "2024-01-24T02:48:52+00:00")
    assert [(actor.role, actor.phone) for actor in call.actors] == [
        ("caller", "+14155550125"),
        ("callee", "+491713920043"),
    ]
    assert call.devices[0].phone_number == "+14155550125"
    assert call.provenance.row == 2
    assert call.provenance.field == "start_time_utc"


def test_a_phones_own_log_names_the_other_side_by_direction() -> None:
    incoming, outgoing = events(
        "Date|Time|Number|Name|Type|Duration",
        "24.01.2024|16:05|+1 415 555 0125|Ada|Incoming|00:01:15",
        "24.01.2024|17:05|+1 415 555 0125|Ada|Outgoing|0",
    )
    assert [(actor.role, actor.name) for actor in incoming.actors] == [("caller", "Ada")]
    assert [(actor.role, actor.name) for actor in outgoing.actors] == [("callee", "Ada")]
    assert incoming.start == "2024-01-24T16:05:00"


def test_an_incoming_records_handset_is_the_callees() -> None:
    (call,) = events(
        "Start|Calling Number|Called Number|Direction|IMEI",
        "2024-01-24 02:47:37|14155550125|491713920043|MTC|359906325907538",
    )
    assert call.devices[0].phone_number == "+491713920043"


def test_a_text_message_in_a_call_log_is_a_message() -> None:
    (message,) = events(
        "Beginn|Anrufer|Angerufener|Typ", "2024-01-24 10:00|+491713920043|+491713920042|SMS"
    )
    assert message.kind is EventKind.MESSAGE
    assert message.actors[0].role == "sender"


def test_messages_keep_their_text() -> None:
    (message,) = events("Datum|Uhrzeit|Von|An|Nachricht", "24.01.2024|10:00|Ada|Bob|Bis gleich")
    assert message.kind is EventKind.MESSAGE
    assert message.summary == "Bis gleich"
    assert [actor.name for actor in message.actors] == ["Ada", "Bob"]


def test_an_inventory_gives_devices_their_owners_and_periods() -> None:
    (device,) = events(
        "Brand|Model|IMEI|Serial|Wi-Fi MAC|Phone|Assigned to|From|Until",
        "Google|Pixel 7|355666746066900|VY05JDSTQB3|04D6AA15540C|(202) 555-0117|Byron, Ada"
        "|2024-01-05|2024-05-30",
        sheet="Devices",
    )
    assert device.kind is EventKind.DEVICE_LISTED
    assert (device.start, device.end) == ("2024-01-05", "2024-05-30")
    assert [(actor.role, actor.name, actor.phone) for actor in device.actors] == [
        ("owner", "Byron, Ada", None)
    ]
    assert device.devices[0].label == "Google Pixel 7"
    assert device.devices[0].phone_number == "+12025550117"
    assert device.provenance.sheet == "Devices"


def test_a_second_imei_is_a_second_mention_with_the_same_serial() -> None:
    (device,) = events(
        "IMEI|IMEI 2|Serial|Owner", "355666746066900|357508631515708|VY05JDSTQB3|Ada"
    )
    assert [each.imei for each in device.devices] == ["355666746066900", "357508631515708"]
    assert {each.serial for each in device.devices} == {"VY05JDSTQB3"}


def test_an_address_book_row_with_two_phones_is_two_actors_who_share_one() -> None:
    (contact,) = events("Name|Phone 1 - Value|Phone 2 - Value", "Ada|+12125550133|+14155550133")
    first, second = contact.actors
    assert (first.phone, second.phone) == ("+12125550133", "+14155550133")
    assert second.handle == "tel:+12125550133"


def test_registers_of_places_are_no_contacts() -> None:
    assert events("name|phone|latitude|longitude", "Hotel|+33140000000|48.8|2.3") == []


def test_a_row_without_a_time_is_no_call() -> None:
    assert events("Start|Caller|Callee", "soon|+12125550133|+14155550133") == []


def test_other_tables_hold_no_events() -> None:
    assert events("place|user|password", "bank|joe|secret") == []


def test_event_ids_name_the_row_and_not_the_order_of_reading() -> None:
    rows = ("IMEI|Owner", "355666746066900|Ada", "357508631515708|Bob")
    assert [event.event_id for event in events(*rows)] == [
        event.event_id for event in events(*rows)
    ]
    assert len({event.event_id for event in events(*rows)}) == 2


def test_a_timetable_is_no_call_log_and_a_review_no_message() -> None:
    assert events("date|from|to|price", "2024-01-01|Bern|Basel|12") == []
    assert events("date|name|content", "2024-01-01|Ada|lovely place") == []


def test_a_handle_bears_its_platform() -> None:
    (contact,) = events("Name|Phone|Skype", "Ada|+12125550133|ada.b")
    assert contact.actors[0].handle == "skype:ada.b"


def test_a_sim_card_is_listed_with_its_number_and_holder() -> None:
    (sim,) = events("ICCID|MSISDN|Owner", "8949020000012345675F|+49 151 12345678|Ada")
    assert sim.kind is EventKind.DEVICE_LISTED
    (device,) = sim.devices
    assert (device.iccid, device.phone_number) == ("8949020000012345675", "+4915112345678")


@pytest.mark.parametrize(("sheet", "named"), [("Devices", "Devices"), ("", "Table")])
def test_numbers_that_a_spreadsheet_rounded_are_nobodys_and_it_is_said(
    sheet: str, named: str
) -> None:
    rows = [(2, ("3.59906E+14", "Ada")), (3, ("359906000000000", "Bob"))]
    table = Table(header=("IMEI", "Owner"), rows=lambda: iter(rows), sheet=sheet)
    warnings: list[str] = []
    assert list(table_events(MAKER, table, warnings)) == []
    assert warnings[0].startswith(f"{named}: 2 long numbers were rounded")


def test_a_rounded_phone_number_is_no_name() -> None:
    (call,) = events("Start|Caller|Callee|Duration", "2024-01-24 02:47|4.91512E+12|+14155550125|5")
    assert [actor.role for actor in call.actors] == ["callee"]


def test_an_extension_belongs_to_the_number() -> None:
    (call,) = events(
        "Start|Caller|Callee|Duration", "2024-01-24 02:47|+14155550125|415-555-0126 ext. 5|5"
    )
    assert [(actor.name, actor.phone) for actor in call.actors][1] == (None, "+14155550126")


def test_days_of_a_workbook_that_counts_from_1904_are_put_right() -> None:
    rows = [(2, ("43904.5", "+14155550125", "+14155550126", "5"))]
    header = ("Start", "Caller", "Callee", "Duration")
    table = Table(header=header, rows=lambda: iter(rows), days_late=1462)
    (call,) = table_events(MAKER, table)
    assert call.start == "2024-03-15T12:00:00"
