"""The client against the real server, and in every way a request can fail against the double."""

from __future__ import annotations

import io
from dataclasses import replace
from typing import Any

import pytest
from PIL import Image

from schedulerx.cloud.platforms.bluesky import ACCOUNT, BlueskyStandIn
from schedulerx.posts.http import Request, Response
from schedulerx.posts.model import Content, State
from schedulerx.posts.outcomes import Absent, AnswerLost, Published, Refused
from schedulerx.posts.platforms.bluesky import Bluesky
from tests.posts.platforms.bluesky_server import PASSWORD, asked, new_account
from tests.posts.platforms.harness import Bench, Case, Killed, World, medium, prove_once

TEXT = "Roses 🌹 by @somebody.test, see https://example.org/a #garden"


IS_INSTALLED_FIRST = pytest.mark.timeout(1200)  # the first to ask waits for npm


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


def on(bench: Bench, pds: str, text: str, media: tuple[Any, ...], link: str = "") -> World:
    """A post that is due, on a new account of the real server; its text may name the `{handle}`."""
    handle = new_account(pds)
    tokens = {"identifier": handle, "password": PASSWORD}
    content = Content(text=text.replace("{handle}", handle), link=link)
    case = a_case(content=content, media=media, tokens=lambda _: tokens)
    return bench.world(case, server=pds)


@pytest.fixture
def on_pds(bench: Bench, pds: str) -> World:
    """A post with pictures."""
    text = TEXT.replace("somebody.test", "{handle}")
    return on(bench, pds, text, PICTURES, link="https://example.org/b")


def records(pds: str, world: World) -> list[dict[str, Any]]:
    """The posts as everybody can read them."""
    query = {"repo": world.tokens.stored["did"], "collection": "app.bsky.feed.post"}
    answer = asked(pds, "com.atproto.repo.listRecords", **query)
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


@IS_INSTALLED_FIRST
def test_a_real_server_shows_the_post_with_its_pictures_and_links(on_pds: World, pds: str) -> None:
    target = on_pds.run()
    assert target.state is State.POSTED
    [record] = records(pds, on_pds)
    assert record["uri"] == target.platform_id
    value = record["value"]
    kinds = [each["features"][0]["$type"].rpartition("#")[2] for each in value["facets"]]
    assert sorted(kinds) == ["link", "link", "mention", "tag"]
    assert [each["alt"] for each in value["embed"]["images"]] == ["a rose", ""]
    blob = value["embed"]["images"][0]["image"]["ref"]["$link"]
    query = {"did": on_pds.tokens.stored["did"], "cid": blob}
    read = asked(pds, "com.atproto.sync.getBlob", **query)
    assert read.content == PICTURES[0][1]


@IS_INSTALLED_FIRST
@pytest.mark.parametrize("number", range(7))
def test_whichever_answer_of_a_real_server_is_lost_one_post_is_there(
    on_pds: World, pds: str, number: int
) -> None:
    on_pds.publisher = replace(on_pds.publisher, http=Losing(on_pds, number))
    assert on_pds.run().state is State.POSTED
    assert len(records(pds, on_pds)) == 1


@IS_INSTALLED_FIRST
def test_a_real_server_shows_four_pictures_in_order_and_marks_by_their_bytes(
    bench: Bench, pds: str
) -> None:
    pictures = tuple(
        medium("image/jpeg", a_picture(colour), width=40, height=30, alt=f"a {colour} 🌹")
        for colour in ("red", "green", "blue", "white")
    )
    text = "👨‍👩‍👧‍👦 Ünder @{handle} 🏳️‍🌈 #größe\nhttps://example.org/ä?b=1."
    world = on(bench, pds, text, pictures)
    assert world.run().state is State.POSTED
    [record] = records(pds, world)
    value, said = record["value"], record["value"]["text"].encode()
    marked = [
        said[each["index"]["byteStart"] : each["index"]["byteEnd"]].decode()
        for each in value["facets"]
    ]
    handle = world.case.content.text.split("@")[1].split(" ")[0]
    assert marked == [f"@{handle}", "#größe", "https://example.org/ä?b=1"]
    kinds = [each["features"][0] for each in value["facets"]]
    assert kinds[0]["did"] == world.tokens.stored["did"]
    assert kinds[1]["tag"] == "größe"
    shown = value["embed"]["images"]
    assert [each["alt"] for each in shown] == [item.alt for item, _ in pictures]
    for each, (_, content) in zip(shown, pictures, strict=True):
        query = {"did": kinds[0]["did"], "cid": each["image"]["ref"]["$link"]}
        read = asked(pds, "com.atproto.sync.getBlob", **query)
        assert read.content == content


def test_a_real_server_knows_by_the_key_whether_a_post_is_there(on_pds: World) -> None:
    """Also to a process that kept nothing but the post itself."""
    platform, session = on_pds.case.platform, on_pds.session()
    assert platform.find(session) == Absent()
    platform.prepare(session)
    published = platform.publish(session)
    session.handle = {}
    assert platform.find(session) == published


def test_a_real_server_refuses_a_text_that_is_too_long_as_the_client_does(
    bench: Bench, pds: str
) -> None:
    world = on(bench, pds, "👍🏽" * 301, ())
    assert [each.rule for each in world.case.platform.check(world.draft())] == ["text_length"]
    session = world.session()
    world.case.platform.prepare(session)
    with pytest.raises(Refused, match="maximum 300, got 301"):
        world.case.platform.publish(session)


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


@IS_INSTALLED_FIRST
def test_a_real_server_renews_the_session_when_its_token_is_refused(on_pds: World) -> None:
    session = on_pds.session()
    on_pds.case.platform.find(session)
    before = on_pds.tokens.stored["refreshJwt"]
    on_pds.tokens.stored = {**on_pds.tokens.stored, "accessJwt": before}  # of the wrong kind
    assert on_pds.run().state is State.POSTED
    assert on_pds.tokens.stored["refreshJwt"] != before
