"""Scanned pages: a receipt and a letter as images, a delivery note as a PDF without text."""

from __future__ import annotations

import io
from pathlib import Path

from PIL import Image, ImageDraw, ImageFilter, ImageFont
from reportlab.lib.utils import ImageReader
from reportlab.pdfgen.canvas import Canvas

from samples.story import IRIS, NELL, PARCEL, WREN
from samples.write import dated, encoded, put

PAPER, INK = (246, 242, 232), (40, 40, 46)
A4_POINTS = (595, 842)

RECEIPT = f"""GULLWING PARCELS
Counter 4, Wharf Street

Date        2024-06-04
Time        16:05
Parcel      {PARCEL}
Weight      6.4 kg

Insured parcel        18.50
Fragile surcharge      4.00
---------------------------
TOTAL USD             22.50
PAID BY CARD

Keep this receipt until
the parcel has arrived."""

LETTER = f"""Tidewater Clock Workshop
12 Harbour Lane

June 6, 2024

Gullwing Parcels
Claims Desk

Parcel {PARCEL}: where is the clock?

Dear Sir or Madam,

On June 4 we handed you a parcel with a restored
harbour clock, insured for 1,900 dollars. It was to
reach Ms. Quillfeather on June 5. Your tracking page
has shown "on the van" for two days.

Please search both depots and call me on
{NELL.phone}.

Yours faithfully,
Nell Tidewater"""

NOTE = f"""DELIVERY NOTE

Parcel      {PARCEL}
Driver      {WREN.name}
Customer    {IRIS.name}
Address     Lighthouse Road 1

Delivered   2024-06-08 17:40
Condition   undamaged, seal intact

Signed      I. Quillfeather"""


def page(text: str, size: tuple[int, int], font_size: int, tilt: float = 0) -> Image.Image:
    """A sheet of paper with text, a little tilted and soft, as a scanner sees it."""
    sheet = Image.new("RGB", size, PAPER)
    font = ImageFont.load_default(font_size)
    margin = size[0] // 11
    ImageDraw.Draw(sheet).multiline_text(
        (margin, margin), text, INK, font, spacing=font_size * 0.45
    )
    turned = sheet.rotate(tilt, Image.Resampling.BICUBIC, fillcolor=PAPER)
    return turned.filter(ImageFilter.GaussianBlur(0.6))


def image_pdf(image: Image.Image, title: str) -> bytes:
    """One A4 page that holds nothing but the picture."""
    buffer = io.BytesIO()
    canvas = Canvas(buffer, pagesize=A4_POINTS, invariant=1, pageCompression=1)
    canvas.setTitle(title)
    canvas.setAuthor(WREN.name)
    canvas.drawImage(ImageReader(image), 0, 0, *A4_POINTS)
    canvas.save()
    return dated(buffer.getvalue(), "20240608174500-04'00'")


def make(folder: Path) -> None:
    """All scans."""
    receipt = page(RECEIPT, (900, 1250), 44, tilt=0.7)
    put(folder, "scans/receipt.jpg", encoded(receipt, quality=80, dpi=(150, 150)))
    letter = page(LETTER, (1240, 1754), 36, tilt=-0.4).convert("L").quantize(16)
    put(
        folder,
        "scans/letter_to_gullwing.png",
        encoded(letter, "PNG", optimize=True, dpi=(150, 150)),
    )
    note = page(NOTE, (1240, 1754), 44, tilt=0.5).convert("L").quantize(8)
    put(folder, "scans/delivery_note.pdf", image_pdf(note.convert("L"), "Delivery note"))
