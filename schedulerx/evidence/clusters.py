"""Union-find over keys: what shares a key belongs together."""

from __future__ import annotations

from collections.abc import Iterable


class Clusters:
    """Sets of keys, each led by its smallest, so the order of joining changes nothing."""

    def __init__(self) -> None:
        self._parent: dict[str, str] = {}

    def leader(self, key: str) -> str:
        """The smallest key of the set this key is in."""
        parent = self._parent.setdefault(key, key)
        while parent != self._parent[parent]:
            self._parent[parent] = self._parent[self._parent[parent]]
            parent = self._parent[parent]
        self._parent[key] = parent
        return parent

    def join(self, keys: Iterable[str]) -> None:
        """These keys belong together."""
        first, *others = keys
        for other in others:
            low, high = sorted((self.leader(first), self.leader(other)))
            self._parent[high] = low
            first = low
