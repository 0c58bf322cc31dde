"""The receiving side of an events API, whatever brings the requests."""

from __future__ import annotations

import hmac
from collections.abc import Callable

import msgspec

from schedulerx.errors import RetryableError
from schedulerx.evidence.feed_intake import TooLarge, read, unpacked
from schedulerx.model.feed import MAX_BODY, Answer
from schedulerx.stores.postgres.evidence_store import PostgresEvidence

_RETRY_AFTER_S = 5


class Reply(msgspec.Struct, frozen=True, kw_only=True):
    """What is answered: a status, headers, JSON."""

    status: int
    body: bytes
    headers: dict[str, str] = {}


def serve(
    evidence: Callable[[], PostgresEvidence], token: str, authorization: str, body: bytes
) -> Reply:
    """Takes a batch. The database is opened only for who knows the token; nobody knows an empty
    one.
    """
    known = hmac.compare_digest(authorization.encode(), f"Bearer {token}".encode())
    if not known or not token.strip():
        return _refusal(401, "the token is not this deployment's")
    if len(body) > MAX_BODY:
        return _refusal(413, f"a request has at most {MAX_BODY:,} bytes; send half of it")
    try:
        intake = read(unpacked(body))
    except TooLarge as error:
        return _refusal(413, f"{error}; send half of it")
    except ValueError as error:
        return _refusal(400, str(error))
    try:
        answer = evidence().take(intake)
    except RetryableError as error:
        return Reply(
            status=503,
            body=msgspec.json.encode({"error": str(error)}),
            headers={"retry-after": str(_RETRY_AFTER_S)},
        )
    return _told(answer)


def _told(answer: Answer) -> Reply:
    return Reply(status=207 if answer.rejected else 200, body=msgspec.json.encode(answer))


def _refusal(status: int, reason: str) -> Reply:
    return Reply(status=status, body=msgspec.json.encode({"error": reason}))
