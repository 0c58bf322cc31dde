"""Buckets: artifacts, and the source."""

from __future__ import annotations

import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import partial
from itertools import groupby
from pathlib import Path
from typing import Any
from urllib.parse import quote, unquote

from boto3.exceptions import S3UploadFailedError
from botocore.exceptions import ClientError

from schedulerx.errors import (
    ArtifactNotFound,
    ConfigurationError,
    InputGone,
    RejectedInput,
    RetryableError,
)
from schedulerx.model.keys import content_type
from schedulerx.model.member import Member, MemberKind
from schedulerx.model.record import ReasonCode
from schedulerx.settings import environment
from schedulerx.stores.aws_clients import aws_client
from schedulerx.stores.aws_errors import aws_call, code_of, from_answer
from schedulerx.stores.read_ahead import read_ahead
from schedulerx.stores.s3_listing import Listing
from schedulerx.stores.s3_pages import Page

_TAKEN = frozenset({"PreconditionFailed", "ConditionalRequestConflict"})
_GONE = frozenset({"404", "NoSuchKey"})
_ESCAPED = str.maketrans({char: quote(char) for char in "%,{}"})  # in locations
_CHUNK = 1024 * 1024
_LISTED_AT_ONCE = 8  # prefixes; their pages wait in memory, a megabyte each
_DEEPEST = 8  # folders entered in search of prefixes to list in parallel


def s3_client() -> Any:
    """A client of S3, or of a store that speaks it; see `aws_client`."""
    return aws_client("s3", environment(None))


class S3Artifacts:
    """An `ArtifactStore` in a bucket. S3 itself publishes whole objects only."""

    def __init__(self, bucket: str, client: Any) -> None:
        self._bucket = bucket
        self._client = client
        self._listing = Listing(bucket, client)

    @contextmanager
    def _call(self, key: str) -> Iterator[None]:
        try:
            with aws_call(f"bucket {self._bucket}"):
                yield
        except (ConfigurationError, RetryableError) as error:
            if isinstance(error.__cause__, ClientError) and code_of(error.__cause__) in _GONE:
                raise ArtifactNotFound(f"no artifact {self.location(key)}") from error
            raise

    def get(self, key: str) -> bytes:
        """See `ArtifactStore`."""
        with self._call(key):
            return _read(self._client.get_object(Bucket=self._bucket, Key=key))

    def get_range(self, key: str, start: int, length: int) -> bytes:
        """See `ArtifactStore`."""
        if length == 0:
            return b""
        with self._call(key):
            span = f"bytes={start}-{start + length - 1}"
            return _read(self._client.get_object(Bucket=self._bucket, Key=key, Range=span))

    def put(self, key: str, data: bytes) -> None:
        """See `ArtifactStore`."""
        with self._call(key):
            self._client.put_object(
                Bucket=self._bucket, Key=key, Body=data, ContentType=content_type(key)
            )

    def put_new(self, key: str, data: bytes) -> bool:
        """See `ArtifactStore`. S3 refuses what comes second."""
        about = {"Body": data, "ContentType": content_type(key), "IfNoneMatch": "*"}
        try:
            with self._call(key):
                self._client.put_object(Bucket=self._bucket, Key=key, **about)
        except RetryableError as error:
            if isinstance(error.__cause__, ClientError) and code_of(error.__cause__) in _TAKEN:
                return False
            raise
        return True

    def put_file(self, key: str, path: Path) -> None:
        """See `ArtifactStore`. In parts, where it is large."""
        with self._call(key):
            try:
                about = {"ContentType": content_type(key)}
                self._client.upload_file(str(path), self._bucket, key, ExtraArgs=about)
            except S3UploadFailedError as error:
                if isinstance(error.__context__, ClientError):
                    raise error.__context__ from error
                raise RetryableError(f"{self.location(key)}: {error}") from error

    def copy_file(self, key: str, path: Path) -> None:
        """See `ArtifactStore`. An upload leaves the file where it is."""
        self.put_file(key, path)

    def exists(self, key: str) -> bool:
        """See `ArtifactStore`."""
        try:
            with self._call(key):
                self._client.head_object(Bucket=self._bucket, Key=key)
        except ArtifactNotFound:
            return False
        return True

    def keys(self, prefix: str) -> Iterator[str]:
        """See `ArtifactStore`."""
        for page in self._listing.pages(prefix):
            for entry in page.entries:
                yield entry.key

    def delete(self, key: str) -> None:
        """See `ArtifactStore`."""
        with self._call(key):
            self._client.delete_object(Bucket=self._bucket, Key=key)

    def location(self, key: str) -> str:
        """See `ArtifactStore`."""
        return f"s3://{self._bucket}/{key}"


def _read(answer: dict[str, Any]) -> bytes:
    data: bytes = answer["Body"].read()
    return data


class S3Source:
    """A `Source` in a bucket: the objects whose keys begin with one of the prefixes (or all)."""

    def __init__(self, bucket: str, prefixes: tuple[str, ...], client: Any) -> None:
        self._bucket = bucket
        self._asked = prefixes
        self._prefixes = disjoint(prefixes)
        self._client = client
        self._listing = Listing(bucket, client)

    @classmethod
    def of(cls, location: str, client: Any) -> S3Source:
        """The source a location names."""
        bucket, _, prefixes = location.removeprefix("s3://").partition("/")
        named = prefixes.removeprefix("{").removesuffix("}").split(",")
        return cls(bucket, tuple(unquote(prefix) for prefix in named), client)

    def location(self) -> str:
        """See `Source`. Several prefixes in braces, as shells write them."""
        shown = ",".join(prefix.translate(_ESCAPED) for prefix in self._prefixes)
        return f"s3://{self._bucket}/" + (shown if len(self._prefixes) == 1 else f"{{{shown}}}")

    def check(self) -> None:
        """One LIST a prefix.

        Raises:
            ConfigurationError: the bucket cannot be listed, or nothing lies under a prefix.
        """
        for prefix in self._asked or ("",):
            if not self._listing.page(prefix, most=1).entries:
                under = f"under the prefix {prefix} " if prefix else ""
                raise ConfigurationError(
                    f"No object {under}in bucket {self._bucket}: check --prefix and --source_bucket"
                )

    def members(self) -> Iterator[Member]:
        """See `Source`. Prefixes are listed in parallel and come in the order of their bytes."""
        shards = (shard for prefix in self._prefixes for shard in self._shards(prefix))
        for page in read_ahead(shards, _LISTED_AT_ONCE):
            yield from members_of(page)

    def _shards(self, prefix: str) -> Iterator[Callable[[], Iterator[Page]]]:
        """Prefixes below this one to list apart, in order; this one where there are none."""
        for _ in range(_DEEPEST):
            level = self._listing.page(prefix, delimiter="/")
            if level.next_token is not None:
                break
            if len(level.prefixes) == 1 and not level.entries:
                prefix = level.prefixes[0]
                continue
            yield from self._in_order(level)
            return
        yield partial(self._listing.pages, prefix)

    def _in_order(self, level: Page) -> Iterator[Callable[[], Iterator[Page]]]:
        entries = {entry.key: entry for entry in level.entries}
        names = sorted([*entries, *level.prefixes], key=str.encode)
        for are_entries, neighbours in groupby(names, key=entries.__contains__):
            if are_entries:
                yield partial(iter, [Page([entries[name] for name in neighbours], [], None)])
            else:
                yield from (partial(self._listing.pages, name) for name in neighbours)

    @contextmanager
    def local_file(self, member: Member) -> Iterator[Path]:
        """See `Source`. Downloads to disk; the bytes are those that were listed, or none."""
        if member.kind is not MemberKind.FILE:
            raise RejectedInput(ReasonCode.SPECIAL, f"{member.path} is not a file")
        with tempfile.TemporaryDirectory(prefix="schedulerx-") as folder:
            path = Path(folder) / "file"
            self._download(member, path)
            for suffix, log in member.completing():
                self._download(log, path.with_name(path.name + suffix))
            yield path

    def _download(self, member: Member, path: Path) -> None:
        asked = {"Bucket": self._bucket, "Key": member.path}
        if member.etag is not None:
            asked["IfMatch"] = f'"{member.etag}"'
        with aws_call(f"s3://{self._bucket}/{member.path}"):
            try:
                body = self._client.get_object(**asked)["Body"]
                with path.open("wb") as file:
                    for chunk in body.iter_chunks(_CHUNK):
                        file.write(chunk)
            except ClientError as error:
                raise self._refused(error, member) from error

    def _refused(self, error: ClientError, member: Member) -> RetryableError:
        """One object that cannot be had fails alone: the run goes on without it."""
        where = f"s3://{self._bucket}/{member.path}"
        match code_of(error):
            case "PreconditionFailed" | "412":
                return InputGone(f"{where} changed after it was listed; run again")
            case "NoSuchKey" | "404":
                return InputGone(f"{where} was removed after it was listed; run again")
            case "InvalidObjectState":
                return RetryableError(f"{where} is archived; restore it in S3, then run again")
            case _:
                return RetryableError(str(from_answer(error, where)))


def disjoint(prefixes: tuple[str, ...]) -> tuple[str, ...]:
    """The prefixes in the order of their bytes, without those another one covers."""
    kept: list[str] = []
    for prefix in sorted(set(prefixes or ("",)), key=str.encode):
        if not (kept and prefix.startswith(kept[-1])):
            kept.append(prefix)
    return tuple(kept)


def members_of(page: Page) -> Iterator[Member]:
    """A page's objects, without the empty ones that stand for folders."""
    for key, etag, size in page.entries:
        if size > 0 or not key.endswith("/"):
            yield Member(path=key, bytes=size, etag=etag)
