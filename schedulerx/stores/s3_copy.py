"""A folder into a bucket, each file once: what lies there with the same ETag stays."""

from __future__ import annotations

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from itertools import islice
from typing import Any

from boto3.s3.transfer import TransferConfig

from schedulerx.errors import RejectedInput, RetryableError
from schedulerx.model.identity import PART_BYTES, hash_file
from schedulerx.model.member import Member, MemberKind
from schedulerx.model.ports import Source
from schedulerx.stores.aws_errors import aws_call
from schedulerx.stores.s3_listing import Listing

_AT_ONCE = 8
# The sizes of parts decide the ETag, and the ETag the object's id (docs/decisions/0002).
TRANSFER = TransferConfig(multipart_threshold=PART_BYTES, multipart_chunksize=PART_BYTES)


@dataclass(frozen=True)
class Copied:
    """What became of one file. `problem` says why it was left out."""

    path: str
    bytes: int
    is_new: bool
    problem: str | None = None


def copy_folder(source: Source, bucket: str, prefix: str, client: Any) -> Iterator[Copied]:
    """Uploads every file under `prefix` + its path, in order, several at once.

    Raises:
        ConfigurationError: the bucket cannot be listed or written to.
    """
    held = {
        entry.key: entry.etag
        for page in Listing(bucket, client).pages(prefix)
        for entry in page.entries
    }

    def copy(member: Member) -> Copied:
        key = prefix + member.path
        if member.kind is not MemberKind.FILE or member.raw is not None:
            what = "its name is not UTF-8" if member.raw else f"it is a {member.kind.value}"
            return Copied(member.path, 0, is_new=False, problem=f"left out: {what}")
        try:
            with source.local_file(member) as path:
                if held.get(key) == hash_file(path)[1]:
                    return Copied(member.path, member.bytes, is_new=False)
                with aws_call(f"s3://{bucket}/{key}"):
                    client.upload_file(str(path), bucket, key, Config=TRANSFER)
        except (RejectedInput, RetryableError, OSError) as error:
            return Copied(member.path, 0, is_new=False, problem=f"left out: {error}")
        return Copied(member.path, member.bytes, is_new=True)

    members = source.members()
    with ThreadPoolExecutor(_AT_ONCE) as pool:
        # Some at a time: a pool would queue every member of a million before the first is done.
        while batch := list(islice(members, 32 * _AT_ONCE)):
            yield from pool.map(copy, batch)
