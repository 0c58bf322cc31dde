"""Posts in the rehearsal from end to end: deployed, scheduled, fired, published once, read back."""

from __future__ import annotations

import json
import time
from collections.abc import Iterator
from pathlib import Path
from uuid import uuid4

import pytest

from schedulerx.cloud.platforms.mastodon import TOKEN, MastodonStandIn
from schedulerx.cloud.platforms.serving import serving
from tests.media.videos import clip
from tests.post_rehearsals import PHOTO, PostsCloud, posts_cloud, until
from tests.posts.platforms.bluesky_server import PASSWORD, asked, new_account
from tests.rehearsals import NEEDS

PICTURE = ("--media", str(PHOTO), "--alt", "The flats")

pytestmark = NEEDS


@pytest.fixture(scope="module")
def cloud(tmp_path_factory: pytest.TempPathFactory) -> Iterator[PostsCloud]:
    with posts_cloud(tmp_path_factory.mktemp("posts")) as running:
        yield running


@pytest.fixture(scope="module")
def mastodon(cloud: PostsCloud) -> Iterator[MastodonStandIn]:
    """A server with the account `coast`."""
    stand_in = MastodonStandIn(time.time)
    with serving({"mastodon": stand_in}) as base:
        cloud.schedulerx(
            "accounts", "add", "mastodon", "coast", "--server", f"{base}/mastodon",
            "--secret", "access_token", secrets=(TOKEN,),
        )  # fmt: skip
        yield stand_in


def test_a_post_goes_out_at_its_time_and_a_second_delivery_publishes_nothing(
    cloud: PostsCloud, mastodon: MastodonStandIn
) -> None:
    post = cloud.scheduled("coast", *PICTURE)
    schedule = cloud.client("scheduler").get_schedule(GroupName="posts", Name=post)
    assert cloud.row(post)["state"] == "pending"

    cloud.pass_an_hour()
    assert cloud.settled(post) == "posted"
    (shown,) = mastodon.shown
    assert (shown.media, "Low tide at nine" in shown.text) == (1, True)

    given = json.loads(schedule["Target"]["Input"])
    states_client = cloud.client("stepfunctions")
    with pytest.raises(states_client.exceptions.ExecutionAlreadyExists):
        states_client.start_execution(
            stateMachineArn=given["StateMachineArn"], name=given["Name"], input=given["Input"]
        )
    again = states_client.start_execution(
        stateMachineArn=given["StateMachineArn"], name=uuid4().hex, input=given["Input"]
    )["executionArn"]

    def ended() -> str | None:
        status = str(states_client.describe_execution(executionArn=again)["status"])
        return None if status == "RUNNING" else status

    assert until(ended, cloud.logs) == "SUCCEEDED"
    assert len(mastodon.shown) == 1


def test_a_video_is_converted_by_a_task_and_goes_out(
    cloud: PostsCloud, mastodon: MastodonStandIn, tmp_path: Path
) -> None:
    video = clip(tmp_path / "flats.mkv", frames=24)
    post = cloud.scheduled("coast", "--media", str(video), "--alt", "Birds", text="Birds at nine")
    _forget_made(cloud)

    cloud.pass_an_hour()

    assert cloud.settled(post) == "posted"
    assert "1 media converted" in cloud.logs()
    (shown,) = [each for each in mastodon.shown if "Birds" in each.text]
    assert shown.media == 1
    assert cloud.row(post)["url"] == f"https://mastodon.example/@somebody/{shown.post_id}"


def _forget_made(cloud: PostsCloud) -> None:
    """What was converted when the post was checked is gone, as after a bucket's clean-up."""
    s3, bucket = cloud.client("s3"), cloud.outputs()["MediaBucket"]
    made = s3.list_objects_v2(Bucket=bucket, Prefix="posts/made/")["Contents"]
    for each in made:
        s3.delete_object(Bucket=bucket, Key=each["Key"])


def test_nothing_that_is_written_or_kept_of_an_execution_holds_a_credential(
    cloud: PostsCloud, mastodon: MastodonStandIn
) -> None:
    assert mastodon.shown
    states_client = cloud.client("stepfunctions")
    (machine,) = [
        each["stateMachineArn"]
        for each in states_client.list_state_machines()["stateMachines"]
        if "Publish" in each["name"]
    ]
    executions = states_client.list_executions(stateMachineArn=machine)["executions"]
    histories = [
        states_client.get_execution_history(executionArn=each["executionArn"])["events"]
        for each in executions
    ]

    assert TOKEN not in json.dumps(histories, default=str)
    assert TOKEN not in cloud.logs()


@pytest.mark.timeout(1200)  # the first to ask for the server waits until it is installed
def test_a_post_with_a_picture_is_read_back_from_a_bluesky_server(
    cloud: PostsCloud, pds: str
) -> None:
    handle = new_account(pds)
    cloud.schedulerx(
        "accounts", "add", "bluesky", "sky", "--server", pds,
        "--secret", "identifier", "--secret", "password", secrets=(handle, PASSWORD),
    )  # fmt: skip
    post = cloud.scheduled("sky", *PICTURE)

    cloud.pass_an_hour()

    assert cloud.settled(post) == "posted"
    query = {"repo": handle, "collection": "app.bsky.feed.post"}
    listed = asked(pds, "com.atproto.repo.listRecords", **query)
    (record,) = listed.json()["records"]
    assert record["value"]["text"] == "Low tide at nine"
    (image,) = record["value"]["embed"]["images"]
    assert (image["alt"], image["image"]["mimeType"]) == ("The flats", "image/jpeg")
    assert PASSWORD not in cloud.logs()
