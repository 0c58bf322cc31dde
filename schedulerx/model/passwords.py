"""Passwords as the operator gave them: tried one after the other, shown and written nowhere."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field


@dataclass(frozen=True)
class Passwords:
    """The lines of a password file. Which one served is told by its line number, from 1."""

    lines: tuple[str, ...] = field(default=(), repr=False)  # empty lines hold none

    @classmethod
    def parse(cls, text: str) -> Passwords:
        """One a line, spaces and all; empty lines are passed over, and counted."""
        return cls(tuple(text.removeprefix("\ufeff").replace("\r\n", "\n").split("\n")))

    def __bool__(self) -> bool:
        return any(self.lines)

    def __len__(self) -> int:
        return sum(map(bool, self.lines))

    def first(self, line: int | None = None) -> Iterator[tuple[int, str]]:
        """Every password once with its line number, that of `line` first: it served before."""
        numbered = [(number, text) for number, text in enumerate(self.lines, 1) if text]
        served = [pair for pair in numbered if pair[0] == line]
        known = {text for _, text in served}
        yield from served
        for number, text in numbered:
            if text not in known:
                known.add(text)
                yield number, text

    def still_locked(self, what: str) -> str:
        """The sentence for what none of them opens."""
        if not self:
            return what
        noun = "password was" if len(self) == 1 else "passwords were"
        return f"{what}; {len(self)} {noun} tried, none opens it"


NO_PASSWORDS = Passwords()
