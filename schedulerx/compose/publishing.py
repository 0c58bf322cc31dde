"""The stack's posts, as its functions and an operator's machine reach them."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from functools import partial

import msgspec

from schedulerx.compose.cloud import required
from schedulerx.compose.post_house import Grounds, PostHouse, house_on, utc_now
from schedulerx.compose.stack_media import MediaPlace, stack_media
from schedulerx.errors import ConfigurationError
from schedulerx.model.ports import ArtifactStore
from schedulerx.posts.conversions import Conversions
from schedulerx.posts.ledger import Work
from schedulerx.posts.phases import Phases
from schedulerx.posts.platforms.registry import PLATFORMS
from schedulerx.posts.preparation import MediaPreparation
from schedulerx.posts.telling import Teller
from schedulerx.settings import POST_SCHEDULES, processing_settings
from schedulerx.stores.account_secrets import AccountSecrets
from schedulerx.stores.aws_clients import Clients
from schedulerx.stores.dead_letters import DeadLetters
from schedulerx.stores.http import HttpxClient
from schedulerx.stores.post_executions import PostExecutions
from schedulerx.stores.postgres.opening import open_database_from_secret
from schedulerx.stores.postgres.post_starts import PostgresStarts
from schedulerx.stores.schedules import PostSchedules, ScheduleTarget
from schedulerx.stores.secrets import read_secret
from schedulerx.stores.stack import stack_outputs
from schedulerx.stores.topics import PostTopic


class PublishingPlaces(msgspec.Struct, frozen=True, kw_only=True):
    """Names of what the stack publishes with."""

    database_secret: str
    media: MediaPlace
    machine_arn: str = ""
    schedule_role_arn: str = ""
    dead_letters_arn: str = ""
    dead_letters_url: str = ""

    @classmethod
    def of(cls, env: Mapping[str, str]) -> PublishingPlaces:
        """As the stack tells its functions.

        Raises:
            ConfigurationError: a variable is missing.
        """
        return cls(
            database_secret=required(env, "DATABASE_SECRET"),
            media=MediaPlace.of(env),
            machine_arn=env.get("SCHEDULERX_PUBLISH_MACHINE_ARN", ""),
            schedule_role_arn=env.get("SCHEDULERX_SCHEDULE_ROLE_ARN", ""),
            dead_letters_arn=env.get("SCHEDULERX_DEAD_LETTERS_ARN", ""),
            dead_letters_url=env.get("SCHEDULERX_DEAD_LETTERS_URL", ""),
        )


@dataclass(frozen=True)
class StackPosts:
    """The house with what starts executions."""

    house: PostHouse
    store: ArtifactStore
    starts: PostgresStarts
    executions: PostExecutions
    letters: DeadLetters


@contextmanager
def stack_posts(places: PublishingPlaces, clients: Clients) -> Iterator[StackPosts]:
    """The stack's posts: its database, media bucket, credentials and schedules.

    Raises:
        ConfigurationError: something of the stack is absent, or may not be used.
        RetryableError: the database or Secrets Manager does not answer now.
    """
    secrets = clients.of("secretsmanager")
    executions = PostExecutions(places.machine_arn, clients.of("stepfunctions"))
    text = read_secret(places.database_secret, secrets)
    store, public = stack_media(places.media, clients)
    with open_database_from_secret(text) as database, HttpxClient() as http:
        clock = PostSchedules(
            target=ScheduleTarget(
                group=POST_SCHEDULES,
                machine_arn=places.machine_arn,
                role_arn=places.schedule_role_arn,
                dead_letters_arn=places.dead_letters_arn,
            ),
            client=clients.of("scheduler"),
            starter=executions,
            now=utc_now,
        )
        grounds = Grounds(
            database=database,
            store=store,
            secrets=AccountSecrets(secrets, database),
            http=http,
            clock=clock,
            settings=processing_settings(clients.env),
            public=public,
        )
        yield StackPosts(
            house=house_on(grounds),
            store=store,
            starts=PostgresStarts(database),
            executions=executions,
            letters=DeadLetters(places.dead_letters_url, clients.of("sqs")),
        )


@contextmanager
def deployed_posts(stack: str, env: Mapping[str, str]) -> Iterator[PostHouse]:
    """The posts of a deployed stack, for whoever may use its parts.

    Raises:
        ConfigurationError: there is no such stack, or it publishes nothing.
    """
    clients = Clients(env)
    outputs = stack_outputs(stack, clients.of("cloudformation"))
    if not outputs.publish_machine_arn:
        raise ConfigurationError(
            f"The stack {stack} publishes nothing: deploy it again, with Aurora with "
            "-c publish=true (Deploying.md)"
        )
    places = PublishingPlaces(
        database_secret=outputs.database_secret_arn,
        media=MediaPlace.of_stack(outputs),
        machine_arn=outputs.publish_machine_arn,
        schedule_role_arn=outputs.schedule_role_arn,
        dead_letters_arn=outputs.schedule_dead_letters_arn,
    )
    with stack_posts(places, clients) as found:
        yield found.house


@contextmanager
def publishing(
    clients: Clients, measure: Callable[[Work], None], warn: Callable[[str], None]
) -> Iterator[Phases]:
    """The phases, for one call of a function; `measure` hears of what became of a target, `warn`
    of what hurts no post.
    """
    topic = PostTopic(required(clients.env, "POST_TOPIC_ARN"), clients.of("sns"))
    settings = processing_settings(clients.env)
    with stack_posts(PublishingPlaces.of(clients.env), clients) as found:
        heavy = Conversions(found.store, MediaPreparation(found.store, settings))
        yield Phases(
            publisher=found.house.publisher,
            is_heavy=partial(heavy.is_heavy, platforms=PLATFORMS),
            measure=measure,
            tell=partial(_tell, topic, found.house.teller, warn),
        )


def _tell(topic: PostTopic, teller: Teller, warn: Callable[[str], None], work: Work) -> None:
    """The chat first, which never fails; where the topic does, the phase is called again."""
    if (told := teller.tell()).trouble:
        warn(told.trouble)
    topic.tell(work)


def waited_since(began_at: datetime) -> float:
    """Seconds."""
    return max(0.0, (utc_now() - began_at).total_seconds())
