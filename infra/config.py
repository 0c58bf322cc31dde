"""What an operator may choose, as CDK context: `-c name=value` or the `context` of cdk.json."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any, Self

from constructs import Node

# The rehearsal cloud runs worker and functions from the repository, with its environment's wheels.
REHEARSAL = "rehearsal"


class ContextError(ValueError):
    """A context value cannot be used: the message says which one and what it may be."""


class DatabaseKind(StrEnum):
    """Where persons and events live."""

    AURORA = "aurora"
    EXTERNAL = "external"


class Dependencies(StrEnum):
    """What the functions are deployed with besides the source."""

    WHEELS = "wheels"
    NONE = "none"  # they run where the wheels are installed: the rehearsal cloud


@dataclass(frozen=True, kw_only=True)
class Config:
    """The stack's choices. The field's name is the context's name."""

    stack_name: str = "SchedulerX"
    ephemeral: bool = False  # true: buckets and database go when the stack goes
    database: DatabaseKind = DatabaseKind.AURORA
    database_secret: str = ""  # external only: name or ARN
    database_min_acu: float = 0.0  # 0 pauses an idle database; waking takes about 15 s
    database_max_acu: float = 8.0
    group_step_concurrency: int = 20  # each holds a database connection; 0: no limit
    worker_image: str = ""  # empty: built from containers/worker
    worker_cpu: int = 2048  # 1024 is one vCPU
    worker_memory_mib: int = 8192
    worker_storage_gib: int = 50
    worker_spot: bool = False
    publish: bool = False  # with Aurora: posts, and the way to the internet they need (NAT)
    # Phases of posts at once, and a fifth as many starts, each with a connection; 0: no limit.
    publish_concurrency: int = 50
    sweep_minutes: int = 5  # how often posts that nobody is at work on are looked for
    media_bucket: str = ""  # of posts; empty: one of the stack's own
    media_endpoint_url: str = ""  # of a store that speaks S3 and is not AWS's
    media_secret: str = ""  # name or ARN: the credentials of that store
    media_public_url: str = ""  # an address at which anybody may read the bucket
    passwords: bool = False  # true: a secret for --password_file, and a way to it for the workers
    textract: bool = False  # true: the workers may ask Amazon Textract, and reach it
    events_api: bool = False  # true: an HTTP API that takes events from other deployments
    events_api_concurrency: int = 5  # each holds a database connection; 0: no limit
    feeds: bool = False  # true: runs may feed another deployment's events API (--upload_url)
    feed_concurrency: int = 4  # groups sent at once: a stack's API takes five; 0: no limit
    alarm_email: str = ""
    lambda_dependencies: Dependencies = Dependencies.WHEELS

    @property
    def publishes(self) -> bool:
        """Whether posts go out: an external database is reached over the internet anyway."""
        return self.publish or self.database is DatabaseKind.EXTERNAL

    @classmethod
    def from_context(cls, node: Node, env: Mapping[str, str]) -> Self:
        """The context over the defaults. `SCHEDULERX_LAMBDA_DEPENDENCIES` stands for its context.

        Raises:
            ContextError: a value cannot be used.
        """
        given = {name: node.try_get_context(name) for name in cls.__dataclass_fields__}
        given["lambda_dependencies"] = given["lambda_dependencies"] or env.get(
            "SCHEDULERX_LAMBDA_DEPENDENCIES"
        )
        return cls.parse({name: str(value) for name, value in given.items() if value is not None})

    @classmethod
    def parse(cls, given: Mapping[str, str]) -> Self:
        """Text to typed values.

        Raises:
            ContextError: a value cannot be used.
        """
        if given.get("worker_image") == REHEARSAL:
            given = {"lambda_dependencies": Dependencies.NONE, **given}
        config = cls(**{name: _typed(name, text) for name, text in given.items()})
        if config.database is DatabaseKind.EXTERNAL and not config.database_secret:
            raise ContextError(
                "database=external needs the secret that holds its address and password: "
                "add -c database_secret=<name or ARN>; Deploying.md shows how to create it."
            )
        config._check_media()
        return config

    def _check_media(self) -> None:
        """Settings of the media's place that need one another."""
        elsewhere = {
            "media_endpoint_url": self.media_endpoint_url,
            "media_secret": self.media_secret,
        }
        given = [name for name, value in elsewhere.items() if value]
        needed = {"media_bucket": self.media_bucket, **elsewhere}
        missing = [f"-c {name}=…" for name, value in needed.items() if not value]
        if given and missing:
            raise ContextError(
                f"{' and '.join(given)} need {' and '.join(missing)} too: a store elsewhere is "
                "known by its address, a bucket, and the secret that holds its credentials; "
                "Deploying.md shows how to create it."
            )
        for name in ("media_endpoint_url", "media_public_url"):
            _check_address(name, getattr(self, name))


def _check_address(name: str, address: str) -> None:
    """Only what is encrypted, or this machine's."""
    allowed = ("https://", "http://localhost:", "http://127.0.0.1:")
    if address and not address.startswith(allowed):
        raise ContextError(f"-c {name}={address} cannot be used: give an address with https://.")


def _typed(name: str, text: str) -> Any:
    """The text as its field's type, which is that of the field's default."""
    kind: type[Any] = type(getattr(Config, name))
    try:
        return _boolean(text) if kind is bool else kind(text)
    except ValueError as error:
        raise ContextError(f"-c {name}={text} cannot be used: {_expected(kind)}.") from error


def _boolean(text: str) -> bool:
    known = {"true": True, "false": False}
    if text.lower() not in known:
        raise ValueError(text)
    return known[text.lower()]


def _expected(kind: type[Any]) -> str:
    if kind is bool:
        return "give true or false"
    if issubclass(kind, StrEnum):
        return "give one of " + ", ".join(kind)
    return "give a number"
