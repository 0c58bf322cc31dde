"""Who takes part in a conversation, as exports of chats tell it."""

from __future__ import annotations

from schedulerx.documents.json_objects import Entry, listed, mended, within
from schedulerx.model.content import Chatter

_MOST_PARTIES = 20  # of a larger group nobody is told to have read it


def others_of(
    sender: str, sender_id: str | None, parties: tuple[Chatter, ...]
) -> tuple[Chatter, ...]:
    """Who takes part besides the sender; nobody where the sender is not among them."""
    others = tuple(
        each for each in parties if (each.id != sender_id if each.id else each.name != sender)
    )
    return others if len(others) < len(parties) else ()


def parties_of(chat: Entry, owner: Chatter | None) -> tuple[Chatter, ...]:
    """Who takes part in a conversation, as far as it says so: Facebook's and Instagram's lists,
    Telegram's personal chats.
    """
    named = [each["name"] for each in listed(chat, "participants") if "name" in each]
    if named:
        names = (mended(str(name)) for name in named)
        return tuple(map(Chatter, names)) if len(named) <= _MOST_PARTIES else ()
    if chat.get("type") == "personal_chat" and owner and isinstance(chat.get("id"), int):
        return (Chatter(str(chat.get("name") or ""), f"user{chat['id']}"), owner)
    return ()


def owner_of(document: Entry) -> Chatter | None:
    """Whose export it is, as Telegram tells."""
    about = within(document, "personal_information")
    names = (str(about.get(key) or "") for key in ("first_name", "last_name"))
    user = about.get("user_id")
    return Chatter(" ".join(filter(None, names)), f"user{user}") if isinstance(user, int) else None
