"""Where a photo library is uploaded to: a folder, or a bucket that speaks S3."""

from __future__ import annotations

import tempfile
from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from schedulerx.errors import ConfigurationError, RetryableError
from schedulerx.library.files import PARTIAL, copy_into, is_plain, place
from schedulerx.library.ports import UploadTarget
from schedulerx.model.identity import hash_file

_OURS = "schedulerx-"  # begins the names of files in the making
_ABSENT = frozenset({"404", "NoSuchKey", "NotFound"})


def open_target(location: str, library: Path, env: Mapping[str, str]) -> UploadTarget:
    """The target that a location names.

    Raises:
        ConfigurationError: it names none, a folder that is not there, or one inside the library.
    """
    scheme, separator, _ = location.partition("://")
    if not separator:
        return FolderTarget(Path(location), library)
    if scheme == "s3":
        return S3Target(location, env)
    raise ConfigurationError(
        f"{location} is no target this version uploads to; name a folder or s3://BUCKET/PREFIX"
    )


class FolderTarget:
    """A folder, as one that is kept in step with a phone. It must be there: an empty mount point
    is no card.
    """

    def __init__(self, root: Path, library: Path) -> None:
        self._root = root.resolve()
        if not self._root.is_dir():
            raise ConfigurationError(
                f"the upload target {root} is not there; make the folder, or mount what it lies on"
            )
        if self._root.is_relative_to(library.resolve()):
            raise ConfigurationError(
                f"the upload target {root} lies inside the library; name a folder outside"
            )
        self._sweep()

    def _sweep(self) -> None:
        """Removes what killed writers left."""
        partial = self._root / PARTIAL
        for left in partial.glob(f"{_OURS}*") if partial.is_dir() else ():
            left.unlink(missing_ok=True)
        with suppress(OSError):  # none is there, or something else lies in it
            partial.rmdir()

    def location(self) -> str:
        """See `UploadTarget`."""
        return str(self._root)

    def holds(self, key: str, sha256: str, path: Path | None = None) -> bool | None:  # noqa: ARG002  (the protocol's)
        """See `UploadTarget`."""
        file = self._root / key
        if not (file.exists() or file.is_symlink()):
            return None
        return is_plain(file) and hash_file(file)[0] == sha256

    def put(self, key: str, path: Path, sha256: str) -> None:
        """See `UploadTarget`."""
        partial = self._root / PARTIAL
        partial.mkdir(exist_ok=True)
        file = self._root / key
        handle, name = tempfile.mkstemp(dir=partial, prefix=_OURS)
        temporary = Path(name)
        try:
            with open(handle, "wb") as out:  # noqa: PTH123  (a descriptor)
                copy_into(path)(out)
            if hash_file(temporary)[0] != sha256:
                raise RetryableError(f"{path.name} changed while it was uploaded; run again")
            file.unlink(missing_ok=True)  # ours, and no longer as it was sent
            if not place(temporary, file, sha256):
                raise RetryableError(f"{file} is taken; move what lies there away")
        finally:
            temporary.unlink(missing_ok=True)
            with suppress(OSError):  # another library is writing there
                partial.rmdir()


class S3Target:
    """A bucket and a prefix. The endpoint comes from the environment."""

    def __init__(self, location: str, env: Mapping[str, str]) -> None:
        # boto3 is slow to import, and libraries without a bucket do without.
        from schedulerx.stores.aws_clients import aws_client  # noqa: PLC0415  (boto3)

        parts = urlsplit(location)
        self._bucket, self._prefix = parts.netloc, parts.path.strip("/")
        if not self._bucket:
            raise ConfigurationError(f"{location} names no bucket; write s3://BUCKET/PREFIX")
        self._client = aws_client("s3", env)

    def location(self) -> str:
        """See `UploadTarget`."""
        return f"s3://{self._bucket}/{self._prefix}".rstrip("/")

    def _key(self, key: str) -> str:
        return f"{self._prefix}/{key}".lstrip("/")

    def holds(self, key: str, sha256: str, path: Path | None = None) -> bool | None:
        """See `UploadTarget`. The ETag tells the bytes, where the bucket's encryption lets it."""
        head = self._head(self._key(key))
        if head is None:
            return None
        noted = bool(head.get("Metadata", {}).get("sha256") == sha256)
        if path is None or head.get("ServerSideEncryption", "AES256") != "AES256":
            return noted
        return str(head["ETag"]).strip('"') == hash_file(path)[1]

    def _head(self, key: str) -> dict[str, Any] | None:
        from botocore.exceptions import ClientError  # noqa: PLC0415  (boto3)

        from schedulerx.stores.aws_errors import aws_call, code_of  # noqa: PLC0415  (boto3)

        try:
            with aws_call(f"bucket {self._bucket}"):
                found: dict[str, Any] = self._client.head_object(Bucket=self._bucket, Key=key)
        except (ConfigurationError, RetryableError) as error:
            cause = error.__cause__
            if isinstance(cause, ClientError) and code_of(cause) in _ABSENT:
                return None
            raise
        return found

    def put(self, key: str, path: Path, sha256: str) -> None:
        """See `UploadTarget`. S3 publishes whole objects only."""
        from boto3.exceptions import S3UploadFailedError  # noqa: PLC0415  (boto3)
        from botocore.exceptions import ClientError  # noqa: PLC0415  (boto3)

        from schedulerx.stores.aws_errors import aws_call  # noqa: PLC0415  (boto3)
        from schedulerx.stores.s3_copy import TRANSFER  # noqa: PLC0415  (boto3)

        extra = {"Metadata": {"sha256": sha256}}
        with aws_call(f"bucket {self._bucket}"):
            try:
                self._client.upload_file(
                    str(path), self._bucket, self._key(key), ExtraArgs=extra, Config=TRANSFER
                )
            except S3UploadFailedError as error:
                if isinstance(error.__context__, ClientError):
                    raise error.__context__ from error
                raise RetryableError(f"{self.location()}/{key}: {error}") from error
