"""Templates of folders and names, as `{captured:%Y/%m}`: checked before anything is moved."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import datetime
from string import Formatter

from schedulerx.errors import ConfigurationError
from schedulerx.library.names import portable_path
from schedulerx.model.library import Item

UNDATED = "undated"
UNKNOWN = "unknown"
_DIRECTIVES = frozenset("YymdHMSjBbAaGVUWIp%")
_DAY = "%Y-%m-%d"


def captured(item: Item) -> datetime | None:
    """When it was taken, as the camera's clock said."""
    try:
        return datetime.fromisoformat(item.description.captured_at or "")
    except ValueError:
        return None


def camera(item: Item) -> str:
    """Make and model, the make once: `Apple iPhone 12`, `Canon EOS 5D`."""
    make = (item.description.camera_make or "").strip()
    model = (item.description.camera_model or "").strip()
    return model if model.lower().startswith(make.lower()) and model else f"{make} {model}".strip()


def _name(item: Item) -> str:
    return item.path.rpartition("/")[2].rpartition(".")[0] or item.path.rpartition("/")[2]


def _ext(item: Item) -> str:
    name = item.ready.path if item.ready else item.path
    return name.rpartition("/")[2].rpartition(".")[2].lower() if "." in name else ""


def _folder(item: Item) -> str:
    return item.path.rpartition("/")[0].rpartition("/")[2]


_TEXTS: dict[str, Callable[[Item], str]] = {
    "camera": camera,
    "make": lambda item: (item.description.camera_make or "").strip(),
    "model": lambda item: (item.description.camera_model or "").strip(),
    "kind": lambda item: item.kind,
    "name": _name,
    "ext": _ext,
    "folder": _folder,
    "sha256": lambda item: item.original.sha256,
}
FIELDS: tuple[str, ...] = ("captured", *_TEXTS)


class Template:
    """A template that was checked.

    Raises:
        ConfigurationError: it holds no such field, or a form that cannot be; names the fields.
    """

    def __init__(self, text: str, setting: str) -> None:
        self.text = text
        try:
            self._parts = list(Formatter().parse(text))
        except ValueError as error:
            raise _wrong(setting, text, str(error)) from error
        for _, field, form, conversion in self._parts:
            if field is not None:
                _check(setting, text, field, form or "", conversion)
        if not text.strip("/ "):
            raise _wrong(setting, text, "it is empty")

    def path(self, item: Item) -> str:
        """The relative path for an item: values of files cannot lead out of it."""
        return portable_path("".join(self._texts(item)))

    def _texts(self, item: Item) -> list[str]:
        found = []
        for literal, field, form, _ in self._parts:
            found.append(literal)
            if field == "captured":
                when = captured(item)
                found.append(when.strftime(form or _DAY) if when else UNDATED)
            elif field is not None:
                found.append((_TEXTS[field](item) or UNKNOWN).replace("/", "_"))
        return found


def _check(setting: str, text: str, field: str, form: str, conversion: str | None) -> None:
    if field not in FIELDS:
        raise _wrong(setting, text, f"there is no field {{{field}}}")
    if conversion:
        raise _wrong(setting, text, f"{{{field}!{conversion}}} has a conversion; leave it out")
    if form and field != "captured":
        raise _wrong(setting, text, f"{{{field}}} takes no form; leave out :{form}")
    unknown = [code for code in re.findall(r"%(.?)", form) if code not in _DIRECTIVES or not code]
    if unknown:
        raise _wrong(setting, text, f"%{unknown[0]} is no part of a date; take %Y %m %d %H %M %S")


def _wrong(setting: str, text: str, what: str) -> ConfigurationError:
    return ConfigurationError(
        f"{setting} is {text!r}: {what}. Its fields are "
        f"{', '.join(f'{{{field}}}' for field in FIELDS)}; a date has a form, as "
        "{captured:%Y/%m}"
    )
