"""Three e-mails: the question, the answer with a contract and a photo, the good end."""

from __future__ import annotations

from email.message import EmailMessage
from pathlib import Path

from samples.story import IRIS, NELL, PARCEL, WREN, Character
from samples.write import put

QUESTION = """Dear Nell,

the clock was to arrive today. I stayed at home, the bell never rang.
Is it still on the way?

Iris
"""
ANSWER = """Dear Iris, dear Wren,

it left us on Tuesday, packed and insured. The contract and a photo of the parcel
are attached. Wren, could you look in both depots?

Nell
"""
GOOD_END = """Dear Nell, dear Wren,

it hangs, it ticks, it strikes. The lighthouse has not sounded this good in years.
Thank Otto for the long drive.

Iris
"""


def mail(
    sender: Character, to: tuple[Character, ...], date: str, subject: str, text: str
) -> EmailMessage:
    """A message. `date` as in RFC 5322; the Message-ID derives from it."""
    message = EmailMessage()
    message["From"] = f"{sender.name} <{sender.email}>"
    message["To"] = ", ".join(f"{who.name} <{who.email}>" for who in to)
    message["Date"], message["Subject"] = date, subject
    message["Message-ID"] = f"<{date[5:25].replace(' ', '-').replace(':', '')}@example.com>"
    message.set_content(text)
    return message


def make(folder: Path) -> None:
    """All e-mails. The attachments are files of this folder, made before."""
    question = mail(
        IRIS, (NELL,), "Wed, 05 Jun 2024 18:31:07 -0400", "Where is the clock?", QUESTION
    )
    put(folder, "mail/1_where_is_the_clock.eml", bytes(question))
    answer = mail(
        NELL,
        (IRIS, WREN),
        "Thu, 06 Jun 2024 08:45:52 -0400",
        f"Re: Where is the clock? Parcel {PARCEL}",
        ANSWER,
    )
    answer["In-Reply-To"] = question["Message-ID"]
    contract = (folder / "documents/shipping_contract.pdf").read_bytes()
    photo = (folder / "from_otto/clock for the website.jpg").read_bytes()
    answer.add_attachment(contract, "application", "pdf", filename="shipping_contract.pdf")
    answer.add_attachment(photo, "image", "jpeg", filename="clock.jpg")
    answer.set_boundary("tidewater-clock-workshop")
    put(folder, "mail/2_with_contract_and_photo.eml", bytes(answer))
    end = mail(IRIS, (NELL, WREN), "Sat, 08 Jun 2024 21:02:40 -0400", "It ticks!", GOOD_END)
    put(folder, "mail/3_it_ticks.eml", bytes(end))
