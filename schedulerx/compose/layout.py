"""The folder of a run: what lies where in it, and who may use it."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from schedulerx.errors import ConfigurationError
from schedulerx.locks import try_exclusive


@dataclass(frozen=True)
class ArtifactFolder:
    """The folders that stand for the stack's buckets and its database."""

    root: Path

    @property
    def inventory(self) -> Path:
        """Plans, and what is remembered of the source."""
        return self.root / "inventory"

    @property
    def artifacts(self) -> Path:
        """Records, renditions, texts."""
        return self.root / "artifacts"

    @property
    def reports(self) -> Path:
        """Certificates and reports."""
        return self.root / "reports"

    @property
    def scratch(self) -> Path:
        """What is unpacked from archives, for as long as it is processed."""
        return self.root / "scratch"

    @property
    def database(self) -> Path:
        """The embedded PostgreSQL."""
        return self.root / "database"

    @contextmanager
    def locked(self, named: str = "") -> Iterator[None]:
        """One run at a time. `named` is what the operator called the folder.

        Raises:
            ConfigurationError: another run holds the folder.
        """
        self.root.mkdir(parents=True, exist_ok=True)
        with (self.root / ".lock").open("a+") as file:
            if not try_exclusive(file.fileno()):
                file.seek(0)
                raise ConfigurationError(
                    f"another run (process {file.read().strip() or 'unknown'}) is using "
                    f"{named or self.root}; wait for it to end, or name another "
                    f"{'folder' if named else 'artifact folder'}"
                )
            file.truncate(0)
            file.write(str(os.getpid()))
            file.flush()
            yield
