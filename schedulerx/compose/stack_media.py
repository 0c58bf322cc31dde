"""Where the media of a stack's posts lie: its bucket, another of S3's, or a store elsewhere."""

from __future__ import annotations

from collections.abc import Mapping
from functools import partial

import msgspec

from schedulerx.compose.cloud import required
from schedulerx.compose.post_media import Public, below, signed
from schedulerx.errors import ConfigurationError
from schedulerx.settings import ENV_PREFIX
from schedulerx.stores.aws_clients import Clients, Elsewhere
from schedulerx.stores.s3 import S3Artifacts
from schedulerx.stores.secrets import read_secret
from schedulerx.stores.stack import StackOutputs


class MediaPlace(msgspec.Struct, frozen=True, kw_only=True):
    """`endpoint` and `secret` are those of a store that is not AWS's; `public` is an address of
    the bucket that anybody may read at: without it URLs are signed.
    """

    bucket: str
    endpoint: str = ""
    public: str = ""
    secret: str = ""

    @classmethod
    def of(cls, env: Mapping[str, str]) -> MediaPlace:
        """As the stack tells its functions and tasks.

        Raises:
            ConfigurationError: a variable is missing.
        """
        return cls(
            bucket=required(env, "MEDIA_BUCKET"),
            endpoint=env.get(f"{ENV_PREFIX}MEDIA_ENDPOINT_URL", ""),
            public=env.get(f"{ENV_PREFIX}MEDIA_PUBLIC_URL", ""),
            secret=env.get(f"{ENV_PREFIX}MEDIA_SECRET", ""),
        )

    @classmethod
    def of_stack(cls, outputs: StackOutputs) -> MediaPlace:
        """As the stack tells an operator's machine."""
        return cls(
            bucket=outputs.media_bucket,
            endpoint=outputs.media_endpoint_url,
            public=outputs.media_public_url,
            secret=outputs.media_secret,
        )


def stack_media(place: MediaPlace, clients: Clients) -> tuple[S3Artifacts, Public]:
    """The store, and what gives a URL for one of its keys.

    Raises:
        ConfigurationError: the credentials are absent, unreadable, or may not be read.
        RetryableError: Secrets Manager does not answer now.
    """
    client = clients.store(_elsewhere(place, clients)) if place.endpoint else clients.of("s3")
    address = place.public.rstrip("/")
    public = partial(below, address) if address else partial(signed, client, place.bucket)
    return S3Artifacts(place.bucket, client), public


class _Keys(msgspec.Struct, frozen=True):
    """What the secret holds."""

    access_key_id: str
    secret_access_key: str
    region: str = "auto"


def _elsewhere(place: MediaPlace, clients: Clients) -> Elsewhere:
    text = read_secret(place.secret, clients.of("secretsmanager"))
    try:
        keys = msgspec.json.decode(text, type=_Keys)
    except msgspec.MsgspecError:
        raise ConfigurationError(
            f"the secret {place.secret} does not hold credentials of {place.endpoint}: write "
            '{"access_key_id": "…", "secret_access_key": "…"} into it (Deploying.md)'
        ) from None  # what is wrong may quote it
    return Elsewhere(
        endpoint=place.endpoint,
        region=keys.region,
        access_key_id=keys.access_key_id,
        secret_access_key=keys.secret_access_key,
    )
