"""Which of the known schemas a database has, told by its columns, and what it holds by them."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from schedulerx.documents.databases import android, apple, apple_photos, whatsapp, whatsapp_ios
from schedulerx.documents.databases.sqlite import Database
from schedulerx.model.phone import PhoneItem

Holds = Callable[[Database], bool]
Items = Callable[[Database], Iterator[PhoneItem]]

# Names are equal in several: what tells them apart are columns that only one of them has.
SCHEMAS: tuple[tuple[Holds, Items], ...] = (
    (android.has_calls, android.calls),
    (android.has_messages, android.messages),
    (android.has_multimedia, android.multimedia),
    (android.has_contacts, android.contacts),
    (apple.has_calls, apple.calls),
    (apple.has_old_calls, apple.old_calls),
    (apple.has_messages, apple.messages),
    (apple.has_old_messages, apple.old_messages),
    (apple.has_contacts, apple.contacts),
    (apple.has_mac_contacts, apple.mac_contacts),
    (apple_photos.has_pictures, apple_photos.pictures),
    (whatsapp.has_messages, whatsapp.messages),
    (whatsapp.has_old_messages, whatsapp.old_messages),
    (whatsapp.has_calls, whatsapp.calls),
    (whatsapp.has_contacts, whatsapp.contacts),
    (whatsapp_ios.has_messages, whatsapp_ios.messages),
    (whatsapp_ios.has_contacts, whatsapp_ios.contacts),
    (whatsapp_ios.has_calls, whatsapp_ios.calls),
)


def schemas_of(database: Database) -> tuple[Items, ...]:
    """The readers of what it holds; none for a schema that is not known."""
    return tuple(items for holds, items in SCHEMAS if holds(database))
