"""Posts in the rehearsal from end to end: deployed, scheduled, fired, published once, read back."""

from __future__ import annotations

import json
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from typing import Any, TypeVar
from uuid import uuid4

import pytest

from schedulerx.cloud.platforms.mastodon import TOKEN, MastodonStandIn
from schedulerx.cloud.platforms.serving import serving
from tests.folder_runs import ROOT
from tests.rehearsals import DEPLOY, NEEDS, Cloud

PHOTO = next((ROOT / "samples" / "files" / "photos").rglob("*.jpg"))
PDS = "http://127.0.0.1:2583"  # a Bluesky server of one's own, where one runs
AHEAD = timedelta(seconds=20)  # time to schedule in, on a busy machine
T = TypeVar("T")

pytestmark = NEEDS


@pytest.fixture(scope="module")
def cloud(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Cloud]:
    """The cloud with the stack deployed."""
    running = Cloud(tmp_path_factory.mktemp("posts") / "state")
    try:
        deployed = running.type(*DEPLOY)
        assert deployed.returncode == 0, deployed.stdout + deployed.stderr
        yield running
    finally:
        running.end()


@pytest.fixture(scope="module")
def mastodon() -> Iterator[tuple[MastodonStandIn, str]]:
    stand_in = MastodonStandIn(time.time)
    with serving({"mastodon": stand_in}) as base:
        yield stand_in, f"{base}/mastodon"


def schedulerx(
    cloud: Cloud, *arguments: str, secrets: tuple[str, ...] = ()
) -> subprocess.CompletedProcess[str]:
    """`schedulerx ARGUMENTS --stack SchedulerX`, credentials on standard input."""
    done = subprocess.run(
        [sys.executable, "-m", "schedulerx.cli", *arguments, "--stack", "SchedulerX"],
        cwd=ROOT, env=cloud.variables, input="".join(f"{each}\n" for each in secrets),
        capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stdout + done.stderr
    return done


def until(look: Callable[[], T | None], what: Callable[[], str], seconds: float = 90) -> T:
    """Looks from outside, as a user would, until there is something."""
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        found = look()
        if found:
            return found
        time.sleep(0.2)
    raise AssertionError(what())


def scheduled(cloud: Cloud, *accounts: str) -> str:
    """A post with a picture, due in seconds; its id."""
    at = datetime.now(UTC) + AHEAD
    named = [word for name in accounts for word in ("--account", name)]
    done = schedulerx(
        cloud, "posts", "add", *named, "--text", "Low tide at nine", "--media", str(PHOTO),
        "--alt", "The flats", "--at", f"{at:%Y-%m-%d %H:%M:%S}",
    )  # fmt: skip
    return done.stdout.split()[0]


def states(cloud: Cloud, post: str) -> dict[str, str]:
    """What became of a post, by account."""
    done = schedulerx(cloud, "posts", "export", "--format", "ndjson")
    rows = [json.loads(line) for line in done.stdout.splitlines()]
    return {row["account"]: row["state"] for row in rows if row["post_id"] == post}


def settled(cloud: Cloud, post: str) -> dict[str, str]:
    def look() -> dict[str, str] | None:
        found = states(cloud, post)
        return found if {*found.values()} <= {"posted", "failed", "unknown"} else None

    return until(look, lambda: f"{states(cloud, post)}: {logs(cloud)}")


def logs(cloud: Cloud) -> str:
    """All that functions printed."""
    folder = cloud.state / "logs" / "lambda"
    return "\n".join(path.read_text() for path in sorted(folder.glob("*.log")))


def test_a_post_goes_out_at_its_time_and_a_second_delivery_publishes_nothing(
    cloud: Cloud, mastodon: tuple[MastodonStandIn, str]
) -> None:
    stand_in, server = mastodon
    schedulerx(
        cloud, "accounts", "add", "mastodon", "coast", "--server", server,
        "--secret", "access_token", secrets=(TOKEN,),
    )  # fmt: skip
    post = scheduled(cloud, "coast")
    schedule = cloud.client("scheduler").get_schedule(GroupName="posts", Name=post)

    assert settled(cloud, post) == {"coast": "posted"}
    (shown,) = stand_in.shown
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

    assert until(ended, lambda: logs(cloud)) == "SUCCEEDED"
    assert len(stand_in.shown) == 1
    assert TOKEN not in logs(cloud)


def _asked(path: str, body: dict[str, Any] | None = None, **query: str) -> Any:
    url = f"{PDS}/xrpc/{path}?{urllib.parse.urlencode(query)}"
    data = json.dumps(body).encode() if body else None
    request = urllib.request.Request(url, data=data, headers={"content-type": "application/json"})
    opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
    with opener.open(request, timeout=10) as answer:
        return json.loads(answer.read())


@pytest.fixture
def bluesky() -> tuple[str, str]:
    """The handle and password of a new account on a real server."""
    try:
        _asked("_health")
    except (urllib.error.URLError, TimeoutError):
        pytest.skip(f"no Bluesky server (@atproto/pds) answers at {PDS}")
    handle, password = f"u{uuid4().hex[:12]}.test", uuid4().hex
    made = {"handle": handle, "email": f"{handle}@example.org", "password": password}
    _asked("com.atproto.server.createAccount", made)
    return handle, password


def test_a_post_with_a_picture_is_read_back_from_a_bluesky_server(
    cloud: Cloud, bluesky: tuple[str, str]
) -> None:
    handle, password = bluesky
    schedulerx(
        cloud, "accounts", "add", "bluesky", "sky", "--server", PDS,
        "--secret", "identifier", "--secret", "password", secrets=bluesky,
    )  # fmt: skip
    post = scheduled(cloud, "sky")

    assert settled(cloud, post) == {"sky": "posted"}
    listed = _asked("com.atproto.repo.listRecords", repo=handle, collection="app.bsky.feed.post")
    (record,) = listed["records"]
    assert record["value"]["text"] == "Low tide at nine"
    (image,) = record["value"]["embed"]["images"]
    assert (image["alt"], image["image"]["mimeType"]) == ("The flats", "image/jpeg")
    assert password not in logs(cloud)
