"""The client against the real server, and in every way a request can fail against the double."""

from __future__ import annotations

import io
import os
import shutil
import signal
import socket
import subprocess
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any
from uuid import uuid4

import httpx
import pytest
from PIL import Image

from schedulerx.cloud.platforms.bluesky import ACCOUNT, BlueskyStandIn
from schedulerx.posts.http import Request, Response
from schedulerx.posts.model import Content, State
from schedulerx.posts.outcomes import AnswerLost, Published
from schedulerx.posts.platforms.bluesky import Bluesky
from tests.posts.platforms.harness import Bench, Case, Killed, World, medium, prove_once

PDS = "http://127.0.0.1:2583"
PORTS = (2582, 2583)  # of the directory of names and of the server, as its script has them
TEXT = "Roses 🌹 by @somebody.test, see https://example.org/a #garden"
NODES = (20, 22)  # the server's native modules are built for these
FILES = ("package.json", "server.mjs")


def a_picture(colour: str) -> bytes:
    file = io.BytesIO()
    Image.new("RGB", (40, 30), colour).save(file, "JPEG")
    return file.getvalue()


PICTURES = (
    medium("image/jpeg", a_picture("red"), width=40, height=30, alt="a rose"),
    medium("image/jpeg", a_picture("green"), width=40, height=30),
)


def a_case(**changed: Any) -> Case:
    return Case(
        platform=Bluesky(),
        stand_in=BlueskyStandIn,
        **{"content": Content(text=TEXT), "tokens": lambda _: dict(ACCOUNT), **changed},
    )


@pytest.mark.parametrize("media", [(), PICTURES], ids=["text", "pictures"])
def test_whatever_befalls_a_request_one_post_is_visible_and_it_is_known(
    bench: Bench, media: tuple[Any, ...]
) -> None:
    assert prove_once(bench, a_case(media=media), may_be_unknown=set()) >= 18


def test_blobs_that_the_server_threw_away_are_uploaded_again(bench: Bench) -> None:
    world = bench.world(a_case(media=PICTURES))
    stand_in: Any = world.stand_in
    world.wire.kill = (4, "killed before")  # all is uploaded
    world.publisher.step(world.target_id, "a")
    with pytest.raises(Killed):
        world.publisher.step(world.target_id, "a")
    stand_in.blobs.clear()
    assert world.run().state is State.POSTED
    assert stand_in.asked.count("POST /xrpc/com.atproto.repo.uploadBlob") == 4


def test_a_session_that_has_ended_is_renewed(bench: Bench) -> None:
    world = bench.world(a_case())
    session = world.session()
    world.case.platform.find(session)
    world.clock.turn(3 * 3600)
    assert world.run().state is State.POSTED
    assert world.stand_in.asked.count("POST /xrpc/com.atproto.server.createSession") == 1


def node() -> str | None:
    """A Node that the server runs on."""
    for found in filter(None, (shutil.which("node"), "/usr/bin/node")):
        if not Path(found).exists():
            continue
        told = subprocess.run([found, "--version"], capture_output=True, text=True, check=False)
        if told.stdout.startswith(tuple(f"v{major}." for major in NODES)):
            return found
    return None


def installed(source: Path, folder: Path, runtime: str) -> Path:
    """The server with what it needs, installed once and kept."""
    if not (folder / "installed").exists():
        folder.mkdir(parents=True, exist_ok=True)
        for name in FILES:
            shutil.copyfile(source / name, folder / name)
        npm = Path(runtime).parent / "npm"
        if not npm.exists():
            pytest.skip(f"{npm} is absent: the Bluesky server cannot be installed")
        done = subprocess.run(
            ["timeout", "240", npm, "install", "--no-audit", "--no-fund", "--silent"],
            cwd=folder, capture_output=True, text=True, check=False,
            env={**os.environ, "PATH": f"{Path(runtime).parent}:{os.environ['PATH']}"},
        )  # fmt: skip
        if done.returncode:
            pytest.skip(f"the Bluesky server cannot be installed: {done.stderr[-300:]}")
        (folder / "installed").touch()
    return folder


def is_taken(port: int) -> bool:
    with socket.socket() as probe:
        return probe.connect_ex(("127.0.0.1", port)) == 0


def is_running() -> bool:
    """Whether such a server is there already: another run's, which any test may share."""
    try:
        told = httpx.get(f"{PDS}/xrpc/com.atproto.server.describeServer", timeout=5).json()
        return ".test" in told["availableUserDomains"]
    except (httpx.HTTPError, ValueError, KeyError):
        return False


@pytest.fixture(scope="session")
def pds(shared: Path, root: Path) -> Iterator[str]:
    """A real server, its directory of names in memory; its ports are fixed."""
    if is_running():
        yield PDS
        return
    runtime = node()
    if runtime is None:
        pytest.skip(f"no Node {' or '.join(map(str, NODES))} is installed: the server needs one")
    taken = [port for port in PORTS if is_taken(port)]
    if taken:
        pytest.skip(f"port {taken[0]} is taken by something else")
    folder = installed(shared / "tools" / "bluesky-pds", root / "build" / "bluesky-pds", runtime)
    server = subprocess.Popen(
        [runtime, "server.mjs"], cwd=folder, stdout=subprocess.PIPE, text=True
    )
    try:
        assert server.stdout is not None
        if not any(line.startswith("ready") for line in server.stdout):
            pytest.skip("the Bluesky server does not start here")
        yield PDS
    finally:
        server.send_signal(signal.SIGTERM)
        server.wait(30)


@pytest.fixture
def on_pds(bench: Bench, pds: str) -> World:
    """A post with pictures that is due, on a new account of the real server."""
    handle = f"u{uuid4().hex[:10]}.test"
    made = httpx.post(
        f"{pds}/xrpc/com.atproto.server.createAccount",
        json={"email": f"{handle}@example.org", "handle": handle, "password": "a-password"},
    )
    assert made.status_code == 200, made.text
    tokens = {"identifier": handle, "password": "a-password"}
    content = Content(text=TEXT.replace("somebody.test", handle), link="https://example.org/b")
    return bench.world(a_case(content=content, media=PICTURES, tokens=lambda _: tokens), server=pds)


def records(world: World) -> list[dict[str, Any]]:
    """The posts as everybody can read them."""
    query = {"repo": world.tokens.stored["did"], "collection": "app.bsky.feed.post"}
    answer = httpx.get(f"{PDS}/xrpc/com.atproto.repo.listRecords", params=query)
    found: list[dict[str, Any]] = answer.json()["records"]
    return found


class Losing:
    """Loses the answer of one request, after the real server acted."""

    def __init__(self, world: World, number: int) -> None:
        self.http, self.left = world.wire.http, number

    def send(self, request: Request) -> Response:
        answer = self.http.send(request)
        self.left -= 1
        if self.left == -1:
            raise AnswerLost("lost")
        return answer


def test_a_real_server_shows_the_post_with_its_pictures_and_links(on_pds: World) -> None:
    target = on_pds.run()
    assert target.state is State.POSTED
    [record] = records(on_pds)
    assert record["uri"] == target.platform_id
    value = record["value"]
    kinds = [each["features"][0]["$type"].rpartition("#")[2] for each in value["facets"]]
    assert sorted(kinds) == ["link", "link", "mention", "tag"]
    assert [each["alt"] for each in value["embed"]["images"]] == ["a rose", ""]
    blob = value["embed"]["images"][0]["image"]["ref"]["$link"]
    query = {"did": on_pds.tokens.stored["did"], "cid": blob}
    read = httpx.get(f"{PDS}/xrpc/com.atproto.sync.getBlob", params=query)
    assert read.content == PICTURES[0][1]


@pytest.mark.parametrize("number", range(7))
def test_whichever_answer_of_a_real_server_is_lost_one_post_is_there(
    on_pds: World, number: int
) -> None:
    on_pds.publisher = replace(on_pds.publisher, http=Losing(on_pds, number))
    assert on_pds.run().state is State.POSTED
    assert len(records(on_pds)) == 1


def test_a_real_server_takes_the_same_post_again_as_the_same(on_pds: World) -> None:
    session = on_pds.session()
    on_pds.case.platform.prepare(session)
    first = on_pds.case.platform.publish(session)
    assert isinstance(first, Published)
    assert on_pds.case.platform.publish(session) == first
    session.draft = replace(session.draft, content=Content(text="another text"))
    with pytest.raises(AnswerLost, match="already"):
        on_pds.case.platform.publish(session)
    assert on_pds.case.platform.find(session) == first


def test_a_real_server_renews_the_session_when_its_token_is_refused(on_pds: World) -> None:
    session = on_pds.session()
    on_pds.case.platform.find(session)
    before = on_pds.tokens.stored["refreshJwt"]
    on_pds.tokens.stored = {**on_pds.tokens.stored, "accessJwt": before}  # of the wrong kind
    assert on_pds.run().state is State.POSTED
    assert on_pds.tokens.stored["refreshJwt"] != before
