"""Documents: a contract (PDF with text), minutes (docx), the device inventory (xlsx), notes."""

from __future__ import annotations

import io
import re
import textwrap
import zipfile
from datetime import date, datetime
from pathlib import Path

from openpyxl import Workbook
from openpyxl.styles import Font
from reportlab.pdfgen.canvas import Canvas

from samples.story import IRIS, NELL, OTTO, PARCEL, PHONES, WREN
from samples.write import dated, put, zipped

CONTRACT = (
    (
        "Shipping contract",
        f"Between Tidewater Clock Workshop, {NELL.name}, {NELL.email}, and Gullwing Parcels.",
        f"Parcel {PARCEL} holds one restored harbour clock for {IRIS.name}.",
        "It is insured for 1,900 dollars and travels upright, without a change of depot.",
        "Collected on June 4, 2024; to be delivered on June 5, 2024.",
    ),
    (
        "If the parcel is late",
        "1. The courier searches its own depots within three working days.",
        "2. The customer is told once a day what was found.",
        f"3. Questions go to the driver, {WREN.name}, on {WREN.phone}.",
    ),
)

NOTES = f"""# Where was the clock?

- **4 June, 16:05** handed over at the counter, see `scans/receipt.jpg`
- **4 June, 21:48** the van stands at Depot 1 (`photos/IMG_0414.HEIC`)
- **5 June** not delivered; {IRIS.name} writes ({IRIS.email})
- **7 June, 14:02** Otto finds it: Depot 2, middle shelf (`photos/depot_shelf.webp`)
- **8 June, 17:40** delivered, ticking

The label was read as GW-2406-0111. A one is not a seven.
"""

WORD = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
PACKAGE = "http://schemas.openxmlformats.org/package/2006"
DOCUMENT_TYPE = "application/vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml"
MINUTES = (
    "Minutes: the lost parcel, 10 June 2024",
    f"Present: {NELL.name}, {OTTO.name}, {WREN.name}",
    "1. The parcel changed vans on 5 June without a scan. Nobody noticed for two days.",
    "2. Wren proposes to print the number in larger type. Agreed.",
    "3. Otto keeps a photo of every label before a parcel leaves the workshop. Agreed.",
    "4. The clock is two minutes fast. Nobody minds.",
)


def contract_pdf() -> bytes:
    """Two pages with a text layer."""
    buffer = io.BytesIO()
    canvas = Canvas(buffer, pagesize=(595, 842), invariant=1)
    canvas.setTitle("Shipping contract")
    canvas.setAuthor(NELL.name)
    for heading, *paragraphs in CONTRACT:
        canvas.setFont("Helvetica-Bold", 20)
        canvas.drawString(72, 740, heading)
        text = canvas.beginText(72, 700)
        text.setFont("Helvetica", 12, leading=18)
        for paragraph in paragraphs:
            text.textLines("\n".join([*textwrap.wrap(paragraph, 76), ""]))
        canvas.drawText(text)
        canvas.showPage()
    canvas.save()
    return dated(buffer.getvalue(), "20240604113000-04'00'")


def minutes_docx() -> bytes:
    """The smallest docx there is: content types, one relation, core properties, the text."""
    declaration = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'
    body = "".join(f"<w:p><w:r><w:t>{line}</w:t></w:r></w:p>" for line in MINUTES)
    relation = "http://schemas.openxmlformats.org/officeDocument/2006/relationships/officeDocument"
    core_relation = f"{PACKAGE}/relationships/metadata/core-properties"
    core_type = "application/vnd.openxmlformats-package.core-properties+xml"
    parts = {
        "[Content_Types].xml": f'<Types xmlns="{PACKAGE}/content-types"><Default Extension="rels" '
        'ContentType="application/vnd.openxmlformats-package.relationships+xml"/><Override '
        f'PartName="/word/document.xml" ContentType="{DOCUMENT_TYPE}"/><Override '
        f'PartName="/docProps/core.xml" ContentType="{core_type}"/></Types>',
        "_rels/.rels": f'<Relationships xmlns="{PACKAGE}/relationships"><Relationship Id="r1" '
        f'Type="{relation}" Target="word/document.xml"/><Relationship Id="r2" '
        f'Type="{core_relation}" Target="docProps/core.xml"/></Relationships>',
        "docProps/core.xml": f'<cp:coreProperties xmlns:cp="{PACKAGE}/metadata/core-properties" '
        'xmlns:dc="http://purl.org/dc/elements/1.1/" xmlns:dcterms="http://purl.org/dc/terms/" '
        'xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance"><dc:title>Minutes</dc:title>'
        f"<dc:creator>{OTTO.name}</dc:creator><dcterms:created xsi:type="
        '"dcterms:W3CDTF">2024-06-10T09:30:00Z</dcterms:created></cp:coreProperties>',
        "word/document.xml": f'<w:document xmlns:w="{WORD}"><w:body>{body}</w:body></w:document>',
    }
    return zipped({name: (declaration + text).encode() for name, text in parts.items()})


def devices_xlsx() -> bytes:
    """The inventory of phones and scanners, as a mobile-device management exports it."""
    book = Workbook()
    sheet = book.active
    assert sheet is not None
    sheet.title = "Devices"
    sheet.append(
        [
            "Asset tag",
            "Model",
            "IMEI",
            "IMSI",
            "Serial",
            "Wi-Fi MAC",
            "Phone",
            "Assigned to",
            "From",
        ]
    )
    for cell in sheet[1]:
        cell.font = Font(bold=True)
    for phone in PHONES:
        hardware = (phone.asset, phone.model, phone.imei, phone.imsi, phone.serial, phone.mac)
        sheet.append([*hardware, phone.owner.phone, phone.owner.name, date(2024, 5, 27)])
    book.properties.title, book.properties.creator = "Devices", NELL.name
    book.properties.created = datetime(2024, 6, 10, 9)  # noqa: DTZ001  openpyxl writes it as UTC
    buffer = io.BytesIO()
    book.save(buffer)
    return settled(buffer.getvalue())


def settled(office: bytes) -> bytes:
    """The same office file with fixed times: openpyxl stamps the moment of saving."""
    with zipfile.ZipFile(io.BytesIO(office)) as archive:
        parts = {name: archive.read(name) for name in archive.namelist()}
    core = parts["docProps/core.xml"]
    parts["docProps/core.xml"] = re.sub(
        rb"(<dcterms:modified[^>]*>)[^<]*", rb"\g<1>2024-06-10T09:00:00Z", core
    )
    return zipped(parts)


def make(folder: Path) -> None:
    """All documents."""
    put(folder, "documents/shipping_contract.pdf", contract_pdf())
    put(folder, "documents/minutes.docx", minutes_docx())
    put(folder, "documents/devices.xlsx", devices_xlsx())
    put(folder, "documents/notes.md", NOTES)
    put(
        folder,
        "documents/label_for_printer.txt",
        f"{IRIS.name}\nLighthouse Road 1\n\n{PARCEL}\nFRAGILE\n",
    )
