"""A Bluesky server (PDS) in memory: sessions, blobs, records under keys.

A light double for trying things out: the client is tested against the real server.
Source: the lexicons `com.atproto.server.*`, `com.atproto.repo.*`, `com.atproto.identity.*`.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from typing import Any

import msgspec

from schedulerx.cloud.platforms.counting import clusters
from schedulerx.cloud.platforms.serving import Answer, Asked, Shown, StandIn

ACCOUNT = {"identifier": "somebody.test", "password": "an-app-password"}
_DID = "did:plc:a-somebody"
_ACCESS_S = 7200.0
_MAX_BLOB = 100_000_000
_GRAPHEMES, _BYTES, _IMAGES, _MAX_IMAGE = 300, 3000, 4, 2_000_000


class BlueskyStandIn(StandIn):
    """One account."""

    name = "bluesky"

    def __init__(self, now: Callable[[], float]) -> None:
        super().__init__(now)
        self.routes = {
            r"POST /xrpc/com.atproto.server.createSession": self._create_session,
            r"POST /xrpc/com.atproto.server.refreshSession": self._refresh_session,
            r"POST /xrpc/com.atproto.repo.uploadBlob": self._upload,
            r"POST /xrpc/com.atproto.repo.putRecord": self._put,
            r"GET /xrpc/com.atproto.repo.getRecord": self._get,
            r"GET /xrpc/com.atproto.identity.resolveHandle": self._resolve,
        }
        self.blobs: set[str] = set()
        self.records: dict[str, dict[str, Any]] = {}
        self._ends: dict[str, float] = {}  # access token: until when
        self._refresh: set[str] = set()
        self._sessions = 0

    def throttled(self) -> Answer:
        """The window's end is told in seconds since 1970."""
        body = {"error": "RateLimitExceeded", "message": "Rate Limit Exceeded"}
        return Answer(status=429, json=body, headers={"ratelimit-reset": str(int(self.now()) + 30)})

    def _create_session(self, asked: Asked) -> Answer:
        if asked.json() != ACCOUNT:
            return _no("AuthenticationRequired", "Invalid identifier or password", 401)
        return self._session()

    def _refresh_session(self, asked: Asked) -> Answer:
        if asked.bearer() not in self._refresh:
            return _no("ExpiredToken", "Token has been revoked")
        self._refresh.discard(asked.bearer())
        return self._session()

    def _session(self) -> Answer:
        self._sessions += 1
        access, refresh = f"access-{self._sessions}", f"refresh-{self._sessions}"
        self._ends[access] = self.now() + _ACCESS_S
        self._refresh.add(refresh)
        session = {"did": _DID, "handle": ACCOUNT["identifier"]}
        return Answer(json={**session, "accessJwt": access, "refreshJwt": refresh})

    def _refused(self, asked: Asked) -> Answer | None:
        """Of a token that has ended the server says 400."""
        ends = self._ends.get(asked.bearer())
        if ends is None:
            return _no("AuthMissing", "Authentication Required", 401)
        return None if ends > self.now() else _no("ExpiredToken", "Token has expired")

    def _upload(self, asked: Asked) -> Answer:
        refused = self._refused(asked)
        if refused is not None:
            return refused
        if len(asked.body) > _MAX_BLOB:
            return _no("BlobTooLarge", "This file is too large", 413)
        link = f"bafkrei{hashlib.sha256(asked.body).hexdigest()[:52]}"
        self.blobs.add(link)
        blob = {
            "$type": "blob", "ref": {"$link": link}, "size": len(asked.body),
            "mimeType": asked.headers["content-type"],
        }  # fmt: skip
        return Answer(json={"blob": blob})

    def _put(self, asked: Asked) -> Answer:
        refused = self._refused(asked)
        if refused is not None:
            return refused
        body = asked.json()
        uri = f"at://{body['repo']}/{body['collection']}/{body['rkey']}"
        record = body["record"]
        told = {"uri": uri, "cid": _cid(record)}
        if self.records.get(uri) == record:
            return Answer(json=told)  # and no commit
        if uri in self.records:
            return _no("InvalidSwap", f"Record was at {_cid(self.records[uri])}")
        wrong = _wrong(record)
        if wrong:
            return _no("InvalidRequest", f"Invalid app.bsky.feed.post record: {wrong}")
        missing = [link for link in _links(record) if link not in self.blobs]
        if missing:
            return _no("BlobNotFound", f"Could not find blob: {missing[0]}")
        self.records[uri] = record
        self.shown.append(Shown(post_id=uri, text=record["text"], media=len(_links(record))))
        return Answer(json={**told, "commit": {"rev": str(len(self.records))}})

    def _get(self, asked: Asked) -> Answer:
        query = asked.query
        uri = f"at://{query['repo']}/{query['collection']}/{query['rkey']}"
        if uri not in self.records:
            return _no("RecordNotFound", f"Could not locate record: {uri}")
        record = self.records[uri]
        return Answer(json={"uri": uri, "cid": _cid(record), "value": record})

    def _resolve(self, asked: Asked) -> Answer:
        if asked.query["handle"] == ACCOUNT["identifier"]:
            return Answer(json={"did": _DID})
        return _no("InvalidRequest", "Unable to resolve handle")


def _wrong(record: dict[str, Any]) -> str:
    """What the lexicon has against a record."""
    text = record.get("text")
    if not isinstance(text, str) or not isinstance(record.get("createdAt"), str):
        return "Record must have the properties text and createdAt"
    count, size = len(clusters(text)), len(text.encode())
    if count > _GRAPHEMES:
        return f"grapheme too big (maximum {_GRAPHEMES}, got {count}) at $.record.text"
    if size > _BYTES:
        return f"string too big (maximum {_BYTES}, got {size}) at $.record.text"
    images = record.get("embed", {}).get("images", [])
    if len(images) > _IMAGES or any(each["image"]["size"] > _MAX_IMAGE for each in images):
        return "Record/embed/images must be 4, of 2000000 bytes at most"
    ends = [facet["index"]["byteEnd"] for facet in record.get("facets", [])]
    return "facets end beyond the text" if any(end > len(text.encode()) for end in ends) else ""


def _cid(record: dict[str, Any]) -> str:
    said = msgspec.json.encode(record, order="deterministic")
    return f"bafyrei{hashlib.sha256(said).hexdigest()[:52]}"


def _links(value: Any) -> list[str]:
    """The blobs a record refers to."""
    if isinstance(value, dict):
        own = [value["$link"]] if "$link" in value else []
        return own + [link for each in value.values() for link in _links(each)]
    if isinstance(value, list):
        return [link for each in value for link in _links(each)]
    return []


def _no(error: str, message: str, status: int = 400) -> Answer:
    return Answer(status=status, json={"error": error, "message": message})
