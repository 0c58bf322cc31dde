"""Who is behind a number, an address or a name, as the persons say."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import Any

from schedulerx.report.exports.rows import Row

Telling = Callable[[str], bool]
_MORE = ("phones", "emails", "handles")
_LISTED = 12  # identities of one person; a filter looks through these


class People:
    """The persons by their identities. A name counts where one person alone bears it, and it tells
    who that is: "Mum" is somebody else in every phone.
    """

    def __init__(
        self, persons: Iterable[Row] = (), is_telling: Telling = lambda _name: True
    ) -> None:
        self._is_telling = is_telling
        self._labels: list[str] = []
        self._by_identity: dict[str, int] = {}
        self._by_name: dict[str, int | None] = {}
        for row in persons:
            self._add(row)

    def _add(self, row: Row) -> None:
        number = len(self._labels)
        identities = [str(value) for field in _MORE for value in row[field] or ()]
        names = [str(name) for name in row["names"] or ()]
        self._labels.append(" · ".join([*names, *identities][:_LISTED]))
        for identity in identities:
            self._by_identity.setdefault(identity, number)
        for name in names:
            alone = self._by_name.get(name, number) == number
            self._by_name[name] = number if alone else None

    def label(self, actor: Mapping[str, Any]) -> str:
        """The person's names and identities; empty where nobody is known to be it."""
        known = (actor.get(field) for field in ("phone", "email", "handle"))
        found = next((self._by_identity[key] for key in known if key in self._by_identity), None)
        if found is None and not any(actor.get(key) for key in ("phone", "email", "handle")):
            name = str(actor.get("name"))
            found = self._by_name.get(name) if self._is_telling(name) else None
        return "" if found is None else self._labels[found]
