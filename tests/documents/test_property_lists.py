from __future__ import annotations

import datetime as dt
import plistlib
from pathlib import Path
from typing import Any

import pytest

from schedulerx.documents import property_lists
from schedulerx.documents.damage import DamagedDocument


def write(tmp_path: Path, root: Any, form: plistlib.PlistFormat = plistlib.FMT_BINARY) -> Path:
    path = tmp_path / "Info.plist"
    path.write_bytes(plistlib.dumps(root, fmt=form))
    return path


@pytest.mark.parametrize("form", [plistlib.FMT_BINARY, plistlib.FMT_XML])
def test_a_backup_names_its_device(tmp_path: Path, form: plistlib.PlistFormat) -> None:
    root = {
        "Device Name": "Somebody's phone",
        "Product Type": "iPhone14,5",
        "IMEI": "356763089830742",
        "ICCID": "8901260971148676693",
        "Phone Number": "+1 555 010 0200",
        "Serial Number": "F17RN4DABCDE",
        "Last Backup Date": dt.datetime(2023, 5, 17, 12, 0),  # noqa: DTZ001  (plists have no zone)
    }
    (device,) = property_lists.devices(write(tmp_path, root, form))
    assert device.imeis == ("356763089830742",)
    assert device.iccids == ("8901260971148676693",)
    assert (device.serial, device.label) == ("F17RN4DABCDE", "iPhone14,5")
    assert (device.seen, device.field) == ("2023-05-17T12:00:00+00:00", "Last Backup Date")
    assert device.phone_number == "+1 555 010 0200"


def test_what_lies_under_a_sims_number_is_about_that_sim(tmp_path: Path) -> None:
    root = {
        "Wallet": {
            "8901260971148676693": {
                "Entitlements": {"UpdateImei": "356763089830742", "lastGoodImsi": "310260974867669"}
            }
        }
    }
    (device,) = property_lists.devices(write(tmp_path, root))
    assert device.place == "Wallet/8901260971148676693"
    assert device.imsis == ("310260974867669",)
    assert device.imeis == ("356763089830742",)


def test_neighbours_are_named_by_their_addresses(tmp_path: Path) -> None:
    root = {
        "DeviceCache": {"00-0d-fd-12-34-56": {"Name": "Headphone"}},
        "Paired": ["44-00-00-00-00-04"],
    }
    cached, paired = property_lists.devices(write(tmp_path, root))
    assert (cached.macs, cached.label) == (("00-0d-fd-12-34-56",), "Headphone")
    assert paired.macs == ("44-00-00-00-00-04",)


def test_lists_of_shared_parts_do_not_grow_without_end(tmp_path: Path) -> None:
    path = tmp_path / "bomb.plist"
    path.write_bytes(_shared_list(60))
    assert sum(1 for _ in property_lists.lines(path)) <= 500_000
    assert list(property_lists.devices(path)) == []


def _shared_list(levels: int) -> bytes:
    """A binary list in which every level holds the next one twice."""
    objects = [bytes([0xA2, place + 1, place + 1]) for place in range(levels)] + [b"\x51x"]
    data, offsets = b"bplist00", []
    for each in objects:
        offsets.append(len(data))
        data += each
    table = len(data)
    data += b"".join(offset.to_bytes(2, "big") for offset in offsets)
    counts = (len(objects), 0, table)
    return data + bytes(6) + b"\x02\x01" + b"".join(count.to_bytes(8, "big") for count in counts)


@pytest.mark.parametrize(
    "data", [b"bplist00", b"<plist><dict><key>a</key>", b"", b"bplist00" + b"\xff" * 60]
)
def test_broken_lists_say_so(tmp_path: Path, data: bytes) -> None:
    path = tmp_path / "broken.plist"
    path.write_bytes(data)
    with pytest.raises(DamagedDocument):
        list(property_lists.lines(path))
