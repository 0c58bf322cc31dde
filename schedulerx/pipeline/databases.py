"""Databases and the logs that complete them: SQLite keeps what was written last beside its file."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping

from msgspec.structs import replace

from schedulerx.model.member import Beside, Member, MemberKind

# The write-ahead log, and the journal of what was not finished (sqlite.org/tempfiles.html).
LOGS = ("-wal", "-journal")
_MOST_WAITING = 10_000  # names that begin with one file's name


def with_logs(members: Iterable[Member]) -> Iterator[Member]:
    """Every member in its order, a file with the logs that lie beside it. Members come in byte
    order of paths: whatever bears a file's name with a suffix follows it, among others that begin
    with the name.
    """
    waiting: list[Member] = []
    for member in members:
        if waiting and not (
            member.path.startswith(waiting[0].path) and len(waiting) < _MOST_WAITING
        ):
            yield from _completed(waiting)
            waiting = []
        waiting.append(member)
    yield from _completed(waiting)


def _completed(members: list[Member]) -> Iterable[Member]:
    if len(members) < 2:
        return members
    files = {member.path: member for member in members if member.kind is MemberKind.FILE}
    return [_with_logs(member, files) for member in members]


def _with_logs(member: Member, files: Mapping[str, Member]) -> Member:
    logs = ((suffix, files.get(member.path + suffix)) for suffix in LOGS)
    beside = tuple(
        Beside(suffix=suffix, bytes=log.bytes, etag=log.etag, modified_ns=log.modified_ns)
        for suffix, log in logs
        if log is not None
    )
    is_file = member.kind is MemberKind.FILE
    return replace(member, beside=beside) if beside and is_file else member
