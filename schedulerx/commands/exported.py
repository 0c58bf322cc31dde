"""Rows of results with their texts, streamed."""

from __future__ import annotations

from collections.abc import Generator, Iterable, Iterator
from contextlib import closing, contextmanager

from schedulerx.compose.results import Results
from schedulerx.errors import ArtifactNotFound, ConfigurationError
from schedulerx.model.ports import ArtifactStore
from schedulerx.report.exports.rows import Row

# Where the text of a record lies when it is too long for its row.
TEXT_KEY = "_text_key"


@contextmanager
def rows_of(results: Results, kind: str) -> Iterator[Iterator[Row]]:
    """The rows. They are closed before the database is: a reader such as `head` may leave early."""
    artifacts, evidence = results
    with closing(evidence.export(kind)) as exported, closing(_told(exported, artifacts)) as told:
        yield told


def _told(rows: Iterable[Row], artifacts: ArtifactStore) -> Generator[Row]:
    """The rows, with texts that lie in artifacts."""
    for row in rows:
        key = row.pop(TEXT_KEY, None)
        if key is not None:
            row["text"] = _text(artifacts, key, row["path"])
        yield row


def _text(artifacts: ArtifactStore, key: str, path: str) -> str:
    try:
        return artifacts.get(key).decode()
    except ArtifactNotFound as error:
        raise ConfigurationError(
            f"{error}: the text of {path} was removed. Run again with --overwrite_existing"
        ) from error
