"""XML: well-formed, within the depth limit, without entities from outside or built on each other.

Nothing outside the file is ever read: the parser gets no handler that could.
"""

from __future__ import annotations

import re
from pathlib import Path
from xml.parsers import expat

from schedulerx.documents.integrity.rejections import refused, unreadable
from schedulerx.model.findings import SOUND, Findings
from schedulerx.settings import ValidateSettings

_PIECE = 1024 * 1024
_MAX_ENTITY_BYTES = 64 * 1024
_REFERENCE = re.compile(r"&[^#]")


class _Guard:
    """The handlers of one parse: they refuse, count, and keep nothing."""

    def __init__(self, limits: ValidateSettings) -> None:
        self._limits = limits
        self._depth = self.elements = 0
        # Nothing but expat's own five entities and what passes `_entity` is ever expanded.
        self.parser = expat.ParserCreate()
        self.parser.StartElementHandler = self._start
        self.parser.EndElementHandler = self._end
        self.parser.EntityDeclHandler = self._entity

    def _start(self, name: str, attributes: dict[str, str]) -> None:  # noqa: ARG002  (expat's shape)
        self.elements += 1
        self._depth += 1
        if self._depth > self._limits.max_nesting:
            raise refused(f"elements are nested deeper than {self._limits.max_nesting} levels")

    def _end(self, name: str) -> None:  # noqa: ARG002  (expat's shape)
        self._depth -= 1

    def _entity(
        self,
        name: str,
        is_parameter: bool,  # noqa: FBT001, ARG002  (expat's shape)
        value: str | None,
        base: str | None,  # noqa: ARG002  (expat's shape)
        system_id: str | None,  # noqa: ARG002  (expat's shape)
        public_id: str | None,  # noqa: ARG002  (expat's shape)
        notation: str | None,  # noqa: ARG002  (expat's shape)
    ) -> None:
        if value is None:
            raise refused(f"the entity {name!r} asks for content from outside the file")
        if _REFERENCE.search(value) or len(value) > _MAX_ENTITY_BYTES:
            raise refused(f"the entity {name!r} expands into others or is too long")


def check(path: Path, limits: ValidateSettings) -> Findings:
    """Whether the document is well-formed.

    Raises:
        RejectedInput: hostile, over a limit, or not one element reads.
    """
    guard = _Guard(limits)
    try:
        with path.open("rb") as file:
            while piece := file.read(_PIECE):
                guard.parser.Parse(piece, False)  # noqa: FBT003  (expat takes no keyword)
            guard.parser.Parse(b"", True)  # noqa: FBT003  (expat takes no keyword)
    except (expat.ExpatError, ValueError, LookupError) as error:
        return _broken(guard, str(error))
    return SOUND


def _broken(guard: _Guard, complaint: str) -> Findings:
    if "amplification" in complaint:
        raise refused(f"the XML document grows when it is read: {complaint}")
    if not guard.elements:
        raise unreadable(f"the XML document does not read: {complaint}")
    return Findings(damage=f"the XML document is not well-formed: {complaint}")
