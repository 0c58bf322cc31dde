"""Where the media of posts lie, and the URLs at which platforms fetch them."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import partial
from pathlib import Path
from typing import Any
from urllib.parse import quote, urlsplit

from schedulerx.errors import ConfigurationError
from schedulerx.model.ports import ArtifactStore
from schedulerx.settings import MEDIA_BUCKET, MEDIA_ENDPOINT, MEDIA_PUBLIC
from schedulerx.stores.folders import FolderArtifacts

_LASTS_S = 6 * 3600  # of a signed URL: platforms fetch at their leisure
Public = Callable[[str], str] | None


def local_media(folder: Path, env: Mapping[str, str]) -> tuple[ArtifactStore, Public]:
    """The bucket that MEDIA_BUCKET names, else a folder, which no platform can fetch from.

    Raises:
        ConfigurationError: the bucket's settings contradict each other.
    """
    bucket, address = env.get(MEDIA_BUCKET), env.get(MEDIA_PUBLIC)
    if not bucket:
        if env.get(MEDIA_ENDPOINT) or address:
            raise ConfigurationError(
                f"{MEDIA_ENDPOINT} and {MEDIA_PUBLIC} say how a bucket is reached, and none is "
                f"named; set {MEDIA_BUCKET}"
            )
        return FolderArtifacts(folder / "media"), None
    if address and not _is_public(address):
        raise ConfigurationError(
            f"{MEDIA_PUBLIC} is {address!r}: platforms fetch from an address that begins with "
            "https://, as https://media.example.org"
        )
    # boto3 is slow to import, and folders do without.
    from schedulerx.stores.aws_clients import Elsewhere, aws_client  # noqa: PLC0415  (boto3)
    from schedulerx.stores.s3 import S3Artifacts  # noqa: PLC0415  (boto3)

    endpoint, region = env.get(MEDIA_ENDPOINT), env.get("AWS_REGION") or "auto"
    elsewhere = Elsewhere(endpoint=endpoint, region=region) if endpoint else None
    client = aws_client("s3", env, elsewhere)
    public = partial(below, address.rstrip("/")) if address else partial(signed, client, bucket)
    return S3Artifacts(bucket, client), public


def signed(client: Any, bucket: str, key: str) -> str:
    """A URL that lets whoever has it read the key for some hours."""
    url: str = client.generate_presigned_url(
        "get_object", Params={"Bucket": bucket, "Key": key}, ExpiresIn=_LASTS_S
    )
    return url


def _is_public(address: str) -> bool:
    """Whether it is one that platforms take; on loopback a stand-in for them may."""
    parts = urlsplit(address)
    here = parts.hostname in ("127.0.0.1", "localhost") and parts.scheme == "http"
    return bool(parts.hostname) and (parts.scheme == "https" or here)


def below(address: str, key: str) -> str:
    """The key at a public address, such as the domain a platform asks to be verified."""
    return f"{address}/{quote(key)}"
