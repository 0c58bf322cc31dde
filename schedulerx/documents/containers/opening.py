"""Which files are containers, and how each kind is opened."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from schedulerx.documents.containers.entry import Container
from schedulerx.documents.containers.mail_parts import MailAttachments, MailboxMessages
from schedulerx.documents.containers.single_file import SingleFile, content_name
from schedulerx.documents.containers.streams import ENDINGS, OPENERS
from schedulerx.documents.containers.tar_members import TarMembers, opens_as_tar
from schedulerx.documents.containers.zip_members import ZipMembers
from schedulerx.model.passwords import Passwords
from schedulerx.settings import ValidateSettings

_MAIL: dict[str, Callable[[Path, ValidateSettings], Container]] = {
    "message/rfc822": MailAttachments,
    "application/mbox": MailboxMessages,
}
_ZIP = frozenset({"application/zip", "application/vnd.google-earth.kmz"})
_SEVEN_ZIP = "application/x-7z-compressed"
_OUTLOOK, _PDF = "application/vnd.ms-outlook", "application/pdf"
_WINMAIL = "application/vnd.ms-tnef"
CONTAINERS = frozenset({*_MAIL, *_ZIP, _SEVEN_ZIP, _OUTLOOK, _WINMAIL, _PDF, *OPENERS})


def most_members(media_type: str, limits: ValidateSettings) -> int:
    """How many members a container of this type may bring; messages are no bombs."""
    return (
        limits.max_mailbox_messages
        if media_type == "application/mbox"
        else limits.max_archive_members
    )


def open_container(
    media_type: str,
    path: Path,
    name: str,
    limits: ValidateSettings,
    passwords: Passwords,
    line: int | None,
) -> Container:
    """The container of this type, listed. `name` is its own; `line` is the password that opened it
    before.

    Raises:
        RejectedInput: it is locked, broken, or over a limit.
        KeyError: files of this type hold no others.
    """
    if media_type in _MAIL:
        return _MAIL[media_type](path, limits)
    if media_type in (_OUTLOOK, _WINMAIL, _PDF):
        return _attached(media_type, path, tuple(text for _, text in passwords.first(line)))
    if media_type in _ZIP:
        return ZipMembers(path, limits, passwords, line)
    if media_type == _SEVEN_ZIP:
        # Its wheels take a tenth of a second to import, and most runs hold no such archive.
        from schedulerx.documents.containers.seven_zip import SevenZipMembers  # noqa: PLC0415

        return SevenZipMembers(path, limits, passwords, line)
    return _stream(media_type, path, name, limits)


def _attached(media_type: str, path: Path, passwords: tuple[str, ...]) -> Container:
    # PDF's wheel is not among those of every function that lists containers.
    from schedulerx.documents.containers.attached_files import (  # noqa: PLC0415
        of_outlook,
        of_pdf,
        of_winmail,
    )

    if media_type == _WINMAIL:
        return of_winmail(path)
    return of_outlook(path) if media_type == _OUTLOOK else of_pdf(path, passwords)


def _stream(media_type: str, path: Path, name: str, limits: ValidateSettings) -> Container:
    opener = OPENERS[media_type]
    if media_type == "application/x-tar" or opens_as_tar(path, limits, opener):
        return TarMembers(path, limits, opener)
    inner = content_name(name, ENDINGS[media_type]).encode("utf-8", "surrogateescape")
    return SingleFile(path, limits, opener, inner)
