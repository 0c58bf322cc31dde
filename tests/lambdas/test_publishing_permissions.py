"""What publishing really calls in AWS is what its roles in the template allow, and no more."""

from __future__ import annotations

import json
import time
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4

import pytest
from PIL import Image

from lambdas.publish_phase.handler import handler as publish_phase
from lambdas.publish_post.handler import handler as publish_post
from lambdas.sweep_posts.handler import handler as sweep_posts
from schedulerx.cloud.platforms.mastodon import TOKEN, MastodonStandIn
from schedulerx.cloud.platforms.serving import Fault, StandIn, serving
from schedulerx.cloud.platforms.threads import ThreadsStandIn
from schedulerx.cloud.platforms.x import XStandIn
from schedulerx.compose.post_conversion import convert_media
from schedulerx.compose.stack_media import MediaPlace, stack_media
from schedulerx.posts.media_intake import take_in
from schedulerx.posts.model import Account, Content, MediaItem, Post
from schedulerx.settings import ProcessingSettings, environment
from schedulerx.stores.aws_clients import Clients
from schedulerx.stores.postgres.connect import Database
from schedulerx.stores.postgres.posts import PostgresPosts
from schedulerx.stores.postgres.profiles import Profile
from tests.infra.conftest import Synthesized, external
from tests.lambdas.conftest import CONTEXT, Cloud
from tests.lambdas.permissions import ACCOUNT, Calls, Rights, recorded_calls
from tests.media.videos import clip

__all__ = ["external"]  # the fixture
ROLE = "arn:aws:iam::123456789012:role/schedules"


@dataclass(frozen=True)
class Stage:
    """Posts, the platforms they go to, and the parts of a stack that publishes."""

    cloud: Cloud
    database: Database
    template: Synthesized
    stand_ins: Mapping[str, StandIn]
    base: str
    machine: str
    queue_url: str
    topic: str

    @property
    def posts(self) -> PostgresPosts:
        return PostgresPosts(self.database)

    def rights(self, role: str) -> Rights:
        """What the role may do, the template's resources being this test's."""
        queue = f"arn:aws:sqs:{ACCOUNT}:{self.queue_url.rpartition('/')[2]}"
        name = self.machine.rpartition(":")[2]
        media = f"arn:aws:s3:::{self.cloud.bucket('media')}"
        return Rights(
            self.template.statements(role),
            {
                "StorageMedia": (self.cloud.bucket("media"), media),
                "PublishingPublish": (self.machine, name),
                "PublishingDeadLetters": (self.queue_url, queue),
                "PublishingTold": (self.topic, self.topic),
                "PublishingScheduleRole": ("schedules", ROLE),
            },
        )

    def account(self, platform: str, tokens: dict[str, Any]) -> Account:
        server = f"{self.base}/{platform}"
        made = Account(
            account_id=uuid4(), platform=platform, name=f"{platform} {uuid4()}", server=server,
            secret=f"of-{uuid4()}",
        )  # fmt: skip
        self.posts.save_account(made)
        self.cloud.client("secretsmanager").create_secret(
            Name=f"schedulerx/accounts/{made.secret}", SecretString=json.dumps(tokens)
        )
        return made

    def post(self, account: Account, *media: MediaItem, **changed: Any) -> tuple[UUID, UUID]:
        """A post that is due for minutes, and its target."""
        given = {"due_at": datetime.now(UTC) - timedelta(minutes=5), **changed}
        post = Post(
            post_id=uuid4(), content=Content(text=f"a {uuid4()}"), media=media, zone="UTC",
            created_at=given["due_at"], **given,
        )  # fmt: skip
        (target,) = self.posts.add(post, [account.account_id])
        return post.post_id, target.target_id

    def taken(self, path: Path) -> MediaItem:
        store, _ = stack_media(MediaPlace.of(environment(None)), Clients(environment(None)))
        return take_in(path, store, ProcessingSettings())

    def publish(self, post_id: UUID, target_id: UUID, stop: str = "") -> str:
        """The phases one after the other, as the state machine calls them, up to a state."""
        phase, state = "validate", "pending"
        while phase != "done" and state != stop:
            after = publish_phase(
                {
                    "phase": phase, "post_id": str(post_id), "target_id": str(target_id),
                    "claim": f"of-{target_id}", "began_at": datetime.now(UTC).isoformat(),
                },
                CONTEXT,
            )  # fmt: skip
            phase, state = after["phase"], str(after["state"])
            if after["in_task"]:
                convert_media(environment(None), target_id)
        return state


@pytest.fixture
def stage(
    cloud: Cloud,
    database: Profile,
    external: Synthesized,
    monkeypatch: pytest.MonkeyPatch,
) -> Iterator[Stage]:
    states, name = cloud.client("stepfunctions"), f"Publish-{cloud.suffix}"
    definition = {"StartAt": "P", "States": {"P": {"Type": "Pass", "End": True}}}
    machine = states.create_state_machine(
        name=name, definition=json.dumps(definition), roleArn=ROLE
    )["stateMachineArn"]
    url = cloud.client("sqs").create_queue(QueueName=f"dead-{cloud.suffix}")["QueueUrl"]
    topic = cloud.client("sns").create_topic(Name=f"told-{cloud.suffix}")["TopicArn"]
    cloud.client("s3").create_bucket(Bucket=cloud.bucket("media"))
    if not cloud.client("scheduler").list_schedule_groups(NamePrefix="posts")["ScheduleGroups"]:
        cloud.client("scheduler").create_schedule_group(Name="posts")
    for variable, value in {
        "MEDIA_BUCKET": cloud.bucket("media"), "POST_TOPIC_ARN": topic,
        "PUBLISH_MACHINE_ARN": machine, "SCHEDULE_ROLE_ARN": ROLE,
        "DEAD_LETTERS_ARN": f"arn:aws:sqs:{ACCOUNT}:dead-{cloud.suffix}", "DEAD_LETTERS_URL": url,
    }.items():  # fmt: skip
        monkeypatch.setenv(f"SCHEDULERX_{variable}", value)
    opened = Database(database)
    opened.open()
    made: dict[str, StandIn] = {
        "mastodon": MastodonStandIn(time.time),
        "threads": ThreadsStandIn(time.time),
        "x": XStandIn(time.time),
    }
    with serving(made) as base:
        yield Stage(cloud, opened, external, made, base, machine, url, topic)
    opened.close()


def _without_database(calls: Calls, cloud: Cloud) -> Calls:
    """The database's secret has another name here than in the template."""
    name = f"secret:schedulerx/{cloud.suffix}"
    return Calls({(a, arn.replace(name, "secret:schedulerx/database")) for a, arn in calls.made})


def picture(stage: Stage, tmp_path: Path) -> MediaItem:
    """One that is converted before it goes out."""
    Image.effect_noise((400, 300), 60).convert("RGB").save(tmp_path / "a.tiff")
    return stage.taken(tmp_path / "a.tiff")


def test_publish_post_does_what_its_role_allows_and_no_more(
    stage: Stage, monkeypatch: pytest.MonkeyPatch
) -> None:
    post_id, _ = stage.post(stage.account("mastodon", {"access_token": TOKEN}))

    with recorded_calls(monkeypatch) as calls:
        assert len(publish_post({"post_id": str(post_id)}, CONTEXT)["targets"]) == 1

    rights = stage.rights("PublishingFunctionsPublishPostRole")
    assert rights.refused(_without_database(calls, stage.cloud)) == []
    assert rights.actions == calls.actions


def test_publish_phase_does_what_its_role_allows_and_no_more(
    stage: Stage, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    threads, x = stage.stand_ins["threads"], stage.stand_ins["x"]
    assert isinstance(threads, ThreadsStandIn)
    assert isinstance(x, XStandIn)
    ended = {**x.desk.account(), "expires_at": 1}
    sent = [
        stage.post(stage.account("mastodon", {"access_token": TOKEN}), picture(stage, tmp_path)),
        stage.post(stage.account("threads", threads.connected()), picture(stage, tmp_path)),
        stage.post(stage.account("x", ended)),
        stage.post(stage.account("mastodon", {"access_token": "another"})),
    ]

    with recorded_calls(monkeypatch) as calls:
        states = [stage.publish(*each) for each in sent]

    assert states == ["posted", "posted", "posted", "failed"]
    rights = stage.rights("PublishingFunctionsPublishPhaseRole")
    assert rights.refused(_without_database(calls, stage.cloud)) == []
    # A large file goes in parts, which are given up where one cannot be stored.
    assert rights.actions - calls.actions <= {"s3:AbortMultipartUpload", "s3:ListBucket"}


def test_the_sweep_does_what_its_role_allows_and_no_more(
    stage: Stage, monkeypatch: pytest.MonkeyPatch
) -> None:
    x, coast = stage.stand_ins["x"], stage.account("mastodon", {"access_token": TOKEN})
    assert isinstance(x, XStandIn)
    bird = stage.account("x", x.desk.account())
    unknown, _ = sent = stage.post(bird)
    x.faults += [Fault.UNANSWERED]
    assert stage.publish(*sent, stop="unknown") == "unknown"
    stage.cloud.client("secretsmanager").put_secret_value(
        SecretId=f"schedulerx/accounts/{bird.secret}",
        SecretString=json.dumps({**x.desk.account(), "expires_at": 1}),
    )
    late, _ = stage.post(coast)
    daily = [stage.post(coast, recurrence=f"FREQ={often}")[0] for often in ("DAILY", "WEEKLY")]
    second = {"Name": "p-r1", "Input": json.dumps({"post_id": str(uuid4())})}
    stage.cloud.client("stepfunctions").start_execution(stateMachineArn=stage.machine, name="p-r1")
    stage.cloud.client("sqs").send_message(QueueUrl=stage.queue_url, MessageBody=json.dumps(second))

    with recorded_calls(monkeypatch) as calls:
        found = sweep_posts({}, CONTEXT)

    assert (found["swept"]["found"], found["followed"], found["started"], found["missed"]) == (
        1, 2, 3, 0,
    )  # fmt: skip
    assert {unknown, late, *daily}
    rights = stage.rights("PublishingFunctionsSweepPostsRole")
    assert rights.refused(_without_database(calls, stage.cloud)) == []
    # Only of a next occurrence that is due by now, or was made by a sweep that died; and of media,
    # where a platform is asked for a post by what it shows.
    assert rights.actions - calls.actions == {
        "scheduler:UpdateSchedule", "scheduler:DeleteSchedule",
        "s3:GetObject", "s3:PutObject", "s3:AbortMultipartUpload", "s3:ListBucket",
    }  # fmt: skip


def test_the_conversion_does_what_its_role_allows_and_no_more(
    stage: Stage, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    video = stage.taken(clip(tmp_path / "a.mkv", frames=24))
    post_id, target_id = stage.post(stage.account("mastodon", {"access_token": TOKEN}), video)
    answered = publish_phase(
        {
            "phase": "validate", "post_id": str(post_id), "target_id": str(target_id),
            "claim": "c", "began_at": datetime.now(UTC).isoformat(),
        },
        CONTEXT,
    )  # fmt: skip
    assert answered["in_task"]

    with recorded_calls(monkeypatch) as calls:
        assert convert_media(environment(None), target_id) == 1

    rights = stage.rights("ConversionTaskTaskRole")
    assert rights.refused(calls) == []
    assert rights.actions - calls.actions <= {"s3:AbortMultipartUpload", "s3:ListBucket"}


def test_a_schedule_may_do_what_it_is_made_to_do_and_no_more(
    stage: Stage, monkeypatch: pytest.MonkeyPatch
) -> None:
    stage.post(stage.account("mastodon", {"access_token": TOKEN}), recurrence="FREQ=DAILY")
    sweep_posts({}, CONTEXT)
    scheduler = stage.cloud.client("scheduler")
    made = [
        scheduler.get_schedule(GroupName="posts", Name=each["Name"])["Target"]
        for each in scheduler.list_schedules(GroupName="posts")["Schedules"]
    ]
    (target,) = [each for each in made if stage.machine in each["Input"]]

    asked = Calls()
    asked.add("stepfunctions", "StartExecution", {"stateMachineArn": stage.machine})
    asked.made.add(("sqs:SendMessage", target["DeadLetterConfig"]["Arn"]))

    assert target["Arn"].endswith(":sfn:startExecution")
    rights = stage.rights("PublishingScheduleRole")
    assert rights.refused(asked) == []
    assert rights.actions == asked.actions


def test_a_call_of_another_resource_is_noticed(stage: Stage) -> None:
    machine = stage.machine.rpartition(":")[0]
    other = f"arn:aws:secretsmanager:{ACCOUNT}:secret:other-AbCdEf"
    evidence = f"arn:aws:s3:::{stage.cloud.bucket('media')}/evidence/a.jpg"
    calls = Calls(
        {
            ("states:StartExecution", f"{machine}:Pipeline"),
            ("s3:GetObject", "arn:aws:s3:::source/a.jpg"),
            ("s3:GetObject", evidence),
            ("secretsmanager:GetSecretValue", other),
        }
    )

    assert stage.rights("PublishingFunctionsSweepPostsRole").refused(calls) == sorted(calls.made)
