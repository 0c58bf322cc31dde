"""Connecting, against an authorisation server on loopback."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

import msgspec
import pytest

from schedulerx.cloud.platforms.graph import LASTING_S
from schedulerx.cloud.platforms.instagram import InstagramStandIn
from schedulerx.cloud.platforms.registry import STAGES
from schedulerx.cloud.platforms.serving import StandIn, serving
from schedulerx.cloud.platforms.threads import ThreadsStandIn
from schedulerx.cloud.platforms.tokens import CLIENT, TokenDesk
from schedulerx.posts.connecting import Authorisation, begin, code_of, exchange
from schedulerx.posts.http import Request
from schedulerx.posts.oauth import OAuth
from schedulerx.posts.outcomes import AccountRefused
from schedulerx.posts.platforms.registry import PLATFORMS
from schedulerx.stores.http import HttpxClient

NOW = datetime(2026, 3, 1, tzinfo=UTC)
OAUTH = OAuth(
    authorize_url="https://platform.example/authorize",
    token_url="https://platform.example/token",
    scopes=("write", "read"),
    pkce=True,
)
REDIRECT = "http://127.0.0.1:8723/"


@pytest.fixture
def platform() -> Iterator[tuple[str, HttpxClient]]:
    desk = TokenDesk(now=NOW.timestamp, scopes="write read", pkce=True)
    stand_in = StandIn(now=NOW.timestamp)
    stand_in.routes = {"GET /authorize": desk.authorize, "POST /token": desk.token}
    with serving({"platform": stand_in}) as base, HttpxClient() as http:
        yield f"{base}/platform", http


def agreed(http: HttpxClient, attempt: Authorisation) -> str:
    """Where the owner's browser is sent back to."""
    return str(http.send(Request(method="GET", url=attempt.url)).headers["location"])


def test_the_owner_agrees_and_the_tokens_come(platform: tuple[str, HttpxClient]) -> None:
    server, http = platform
    attempt = begin(OAUTH, server, CLIENT["client_id"], REDIRECT)
    code = code_of(attempt, agreed(http, attempt))
    values = exchange(http, OAUTH, server, CLIENT, attempt, code, NOW)
    assert values["access_token"]
    assert values["refresh_token"]
    assert values["expires_at"] == NOW.timestamp() + 3600
    assert values["client_secret"] == CLIENT["client_secret"]


def test_a_code_is_of_no_use_to_whoever_did_not_begin(platform: tuple[str, HttpxClient]) -> None:
    server, http = platform
    attempt = begin(OAUTH, server, CLIENT["client_id"], REDIRECT)
    code = code_of(attempt, agreed(http, attempt))
    stolen = msgspec.structs.replace(attempt, verifier="a guess")
    with pytest.raises(AccountRefused):
        exchange(http, OAUTH, server, CLIENT, stolen, code, NOW)


def test_a_code_is_taken_once(platform: tuple[str, HttpxClient]) -> None:
    server, http = platform
    attempt = begin(OAUTH, server, CLIENT["client_id"], REDIRECT)
    code = code_of(attempt, agreed(http, attempt))
    exchange(http, OAUTH, server, CLIENT, attempt, code, NOW)
    with pytest.raises(AccountRefused, match="used before, or is some minutes old"):
        exchange(http, OAUTH, server, CLIENT, attempt, code, NOW)


def test_an_answer_to_another_attempt_is_refused() -> None:
    attempt = begin(OAUTH, "", "me", REDIRECT)
    with pytest.raises(AccountRefused, match="another attempt"):
        code_of(attempt, f"{REDIRECT}?code=1&state=other")


def test_an_owner_who_does_not_agree_is_told_so() -> None:
    attempt = begin(OAUTH, "", "me", REDIRECT)
    said = "error=access_denied&error_description=the+user+said+no"
    with pytest.raises(AccountRefused, match="the user said no"):
        code_of(attempt, f"{REDIRECT}?{said}&state={attempt.state}")


@pytest.mark.parametrize(
    "answer", ["", "nonsense", "http://[", f"{REDIRECT}?code=1", f"{REDIRECT}?error=anything",
               f"{REDIRECT}#code=1"],
)  # fmt: skip
def test_what_does_not_bear_the_state_is_no_answer(answer: str) -> None:
    with pytest.raises(AccountRefused, match="another attempt"):
        code_of(begin(OAUTH, "", "me", REDIRECT), answer)


def test_a_code_that_was_given_for_another_redirect_is_refused(
    platform: tuple[str, HttpxClient],
) -> None:
    server, http = platform
    attempt = begin(OAUTH, server, CLIENT["client_id"], REDIRECT)
    code = code_of(attempt, agreed(http, attempt))
    elsewhere = msgspec.structs.replace(attempt, redirect="https://evil.example/")
    with pytest.raises(AccountRefused):
        exchange(http, OAUTH, server, CLIENT, elsewhere, code, NOW)


def test_a_code_of_another_application_is_refused(platform: tuple[str, HttpxClient]) -> None:
    server, http = platform
    attempt = begin(OAUTH, server, CLIENT["client_id"], REDIRECT)
    code = code_of(attempt, agreed(http, attempt))
    with pytest.raises(AccountRefused, match=r"client_id and client_secret \(invalid_client\)"):
        exchange(http, OAUTH, server, {**CLIENT, "client_secret": "guess"}, attempt, code, NOW)


def test_no_two_attempts_share_a_secret() -> None:
    one, other = (begin(OAUTH, "", "me", REDIRECT) for _ in range(2))
    assert (one.state, one.verifier) != (other.state, other.verifier)
    assert one.verifier not in one.url


@pytest.mark.parametrize("make", [InstagramStandIn, ThreadsStandIn])
def test_a_token_that_lasts_an_hour_is_given_for_one_that_lasts(
    make: type[InstagramStandIn | ThreadsStandIn],
) -> None:
    stand_in = make(NOW.timestamp)
    client = PLATFORMS[stand_in.name]
    assert client.oauth is not None
    with serving({stand_in.name: stand_in}) as base, HttpxClient() as http:
        server = f"{base}/{stand_in.name}"
        attempt = begin(client.oauth, server, CLIENT["client_id"], REDIRECT)
        code = code_of(attempt, agreed(http, attempt))
        values = exchange(http, client.oauth, server, CLIENT, attempt, code, NOW)
    assert values["expires_at"] == NOW.timestamp() + LASTING_S


def connected(stand_in: StandIn) -> dict[str, Any]:
    """The credentials after the owner of an account agreed on its platform's page."""
    oauth = PLATFORMS[stand_in.name].oauth
    assert oauth is not None
    with serving({stand_in.name: stand_in}) as base, HttpxClient() as http:
        server = f"{base}/{stand_in.name}"
        attempt = begin(oauth, server, CLIENT["client_id"], REDIRECT)
        code = code_of(attempt, agreed(http, attempt))
        return exchange(http, oauth, server, {**CLIENT, "user_id": "another"}, attempt, code, NOW)


OAUTH_PLATFORMS = [name for name, each in PLATFORMS.items() if each.oauth is not None]
TELLING = [name for name in OAUTH_PLATFORMS if name != "threads"]


@pytest.mark.parametrize("name", OAUTH_PLATFORMS)
def test_every_platform_connects_and_nothing_of_another_grant_stays(name: str) -> None:
    values = connected(STAGES[name].stand_in(NOW.timestamp))
    assert values["access_token"]
    assert "user_id" not in values


@pytest.mark.parametrize("name", TELLING)
def test_an_owner_who_grants_too_little_is_told_what_is_missing(name: str) -> None:
    stand_in: Any = STAGES[name].stand_in(NOW.timestamp)
    oauth = PLATFORMS[name].oauth
    assert oauth is not None
    stand_in.desk.withheld = {oauth.scopes[-1]}
    with pytest.raises(AccountRefused, match=f"did not grant {oauth.scopes[-1]},"):
        connected(stand_in)


def test_a_page_is_posted_on_by_a_token_that_does_not_end() -> None:
    assert "expires_at" not in connected(STAGES["facebook"].stand_in(NOW.timestamp))
