"""One deployment feeds another: over HTTP with faults, into a real database."""

from __future__ import annotations

import gzip
import random
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from uuid import UUID

import msgspec
import pytest

from schedulerx.compose.events_api import Reply, serve
from schedulerx.errors import ConfigurationError, RetryableError
from schedulerx.model.event import Event, EventKind, Provenance
from schedulerx.model.feed import MAX_BODY, FeedCounts
from schedulerx.model.record import Origin, Record
from schedulerx.stores.events_api import ATTEMPTS, EventsApi
from schedulerx.stores.folders import FolderArtifacts
from schedulerx.stores.http import HttpxClient
from schedulerx.stores.postgres.evidence_store import PostgresEvidence
from schedulerx.stores.postgres.profiles import Profile

TOKEN = "correct horse"
Fault = Callable[[bytes], Reply | None]
Upload = tuple[Record, list[Event]]


@pytest.fixture
def store(postgres: Profile) -> Iterator[PostgresEvidence]:
    with PostgresEvidence(postgres) as evidence:
        yield evidence


def upload(number: int, events: int, **known: object) -> Upload:
    object_id = f"{number:032x}"
    record = Record(object_id=object_id, origin=Origin(path=f"{number}.csv", bytes=1, etag="e"))
    return msgspec.structs.replace(record, **known), [
        Event(
            event_id=str(UUID(int=(number << 64) + (k * 0x9E3779B97F4A7C15 & 0xFFFFFFFFFFFFFFFF))),
            kind=EventKind.CALL,
            start="2024-01-01",
            provenance=Provenance(sha256="a", extractor="t/1", row=k),
        )
        for k in range(events)
    ]


class Server:
    """The receiving side behind a real socket; `faults` answer first, one request each."""

    def __init__(self, evidence: PostgresEvidence) -> None:
        self.evidence = evidence
        self.faults: list[Fault | None] = []
        self.bodies: list[bytes] = []
        self.always: Fault = lambda _: None
        outer = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                data = self.rfile.read(int(self.headers["Content-Length"]))
                outer.bodies.append(data)
                fault = outer.faults.pop(0) if outer.faults else outer.always
                if fault is None:
                    self.connection.close()
                    return
                reply = fault(data) or serve(
                    lambda: evidence, TOKEN, self.headers.get("Authorization", ""), data
                )
                self.send_response(reply.status)
                for name, value in reply.headers.items():
                    self.send_header(name, value)
                self.send_header("Content-Length", str(len(reply.body)))
                self.end_headers()
                self.wfile.write(reply.body)

            def log_message(self, format: str, *args: object) -> None:  # noqa: A002  (the base's name)
                pass

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.url = f"http://127.0.0.1:{self.server.server_port}/v1/events"


@pytest.fixture
def server(store: PostgresEvidence) -> Iterator[Server]:
    made = Server(store)
    thread = threading.Thread(target=made.server.serve_forever, daemon=True)
    thread.start()
    yield made
    made.server.shutdown()
    made.server.server_close()


@contextmanager
def client(
    server: Server, folder: Path, token: str = TOKEN
) -> Iterator[tuple[EventsApi, list[float]]]:
    waits: list[float] = []
    with HttpxClient() as http:
        yield (
            EventsApi(http, server.url, token, FolderArtifacts(folder), waits.append, lambda: 0.5),
            waits,
        )


def rows(store: PostgresEvidence) -> list[str]:
    return sorted(row["event_id"] for row in store.export("events"))


def ids(*uploads: Upload) -> list[str]:
    return sorted(event.event_id for _, events in uploads for event in events)


def heavy(number: int, events: int, size: int) -> Upload:
    """An upload whose events do not compress."""
    record, made = upload(number, events)
    noise = random.Random(number)
    return record, [
        msgspec.structs.replace(event, summary=noise.randbytes(size // 2).hex()) for event in made
    ]


def status(code: int, **headers: str) -> Fault:
    return lambda _: Reply(
        status=code, body=b"{}", headers={k.replace("_", "-"): v for k, v in headers.items()}
    )


def test_what_is_fed_is_stored_with_its_object(
    server: Server, store: PostgresEvidence, tmp_path: Path
) -> None:
    fed = upload(1, 3), upload(2, 0)
    with client(server, tmp_path) as (api, _):
        counts = api.feed("there", fed)
    assert counts == FeedCounts(lines_sent=5)
    assert rows(store) == ids(*fed)
    assert [row["path"] for row in store.export("records")] == ["1.csv", "2.csv"]


def test_faults_are_outlasted_and_each_event_is_there_once(
    server: Server, store: PostgresEvidence, tmp_path: Path
) -> None:
    server.faults = [None, status(503), status(429, retry_after="7"), lambda _: None]
    with client(server, tmp_path) as (api, waits):
        api.feed("there", [upload(1, 3)])
    assert rows(store) == ids(upload(1, 3))
    assert waits == [0.5, 1.0, 7.0 + 2.0]


@pytest.mark.parametrize(
    ("asked", "least"),
    [
        ("Wed, 21 Oct 2099 07:28:00 GMT", 300.0),
        ("Wed, 21 Oct 2015 07:28:00 GMT", 0.0),
        ("soon", 0.0),
    ],
)
def test_a_date_to_come_back_at_is_waited_for_within_bounds(
    server: Server, tmp_path: Path, asked: str, least: float
) -> None:
    server.faults = [status(429, retry_after=asked)]
    with client(server, tmp_path) as (api, waits):
        api.feed("there", [upload(1, 1)])
    assert waits == [least + 0.5]


def test_lines_that_nobody_counted_are_not_remembered_as_sent(
    server: Server, tmp_path: Path
) -> None:
    short = b'{"instance_id": "i", "lines": 1, "rejected": []}'
    server.faults = [lambda _: Reply(status=200, body=short)]
    with client(server, tmp_path) as (api, _):
        with pytest.raises(ConfigurationError, match="counted 1 of the 4 lines"):
            api.feed("there", [upload(1, 3)])
        assert api.feed("there", [upload(1, 3)]).lines_sent == 4


def test_an_answer_lost_on_the_way_repeats_nothing(
    server: Server, store: PostgresEvidence, tmp_path: Path
) -> None:
    def lost(data: bytes) -> Reply:
        serve(lambda: store, TOKEN, f"Bearer {TOKEN}", data)
        return Reply(status=502, body=b"")

    server.faults = [lost]
    with client(server, tmp_path) as (api, _):
        api.feed("there", [upload(1, 3)])
    assert rows(store) == ids(upload(1, 3))


def test_an_api_that_stays_silent_ends_the_attempt_and_not_the_memory_of_it(
    server: Server, store: PostgresEvidence, tmp_path: Path
) -> None:
    with client(server, tmp_path) as (api, _):
        api.feed("there", [upload(1, 3)])
        server.always = status(503)
        with pytest.raises(RetryableError, match="run again"):
            api.feed("there", [upload(2, 3)])
        server.always = lambda _: None
        sent = len(server.bodies)
        assert sent == 1 + ATTEMPTS
        assert api.feed("there", [upload(1, 3)]).batches_known == 1
        assert len(server.bodies) == sent


def test_a_batch_too_large_is_halved_until_it_passes(
    server: Server, store: PostgresEvidence, tmp_path: Path
) -> None:
    def small(data: bytes) -> Reply | None:
        return Reply(status=413, body=b"") if len(gzip.decompress(data).splitlines()) > 4 else None

    server.always = small
    fed = upload(1, 20), upload(2, 1)
    with client(server, tmp_path) as (api, _):
        counts = api.feed("there", fed)
    assert rows(store) == ids(*fed)
    assert counts.lines_rejected == 0


def test_a_line_that_never_passes_is_kept_with_the_reason(server: Server, tmp_path: Path) -> None:
    server.always = status(413)
    with client(server, tmp_path) as (api, _):
        counts = api.feed("there", [upload(1, 1)])
    assert (counts.lines_sent, counts.lines_rejected) == (2, 2)
    artifacts = FolderArtifacts(tmp_path)
    [key] = [key for key in artifacts.keys("feed/") if "/rejected/" in key]
    assert b"takes no batch as large" in artifacts.get(key)


def test_events_of_one_object_in_many_batches_replace_the_older_ones_exactly(
    server: Server, store: PostgresEvidence, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    server.always = lambda data: (
        Reply(status=413, body=b"") if len(gzip.decompress(data).splitlines()) > 8 else None
    )
    with client(server, tmp_path / "a") as (api, _):
        api.feed("there", [upload(1, 40)])
    record, events = upload(1, 40)
    kept = events[::3]
    with client(server, tmp_path / "b") as (api, _):
        api.feed("there", [(record, kept)])
    assert rows(store) == ids((record, kept))


def test_a_newer_version_at_the_same_path_replaces_the_older(
    server: Server, store: PostgresEvidence, tmp_path: Path
) -> None:
    old, new = upload(1, 2), upload(2, 2, origin=Origin(path="1.csv", bytes=2, etag="f"))
    with client(server, tmp_path) as (api, _):
        api.feed("there", [old])
        api.feed("there", [new])
    assert rows(store) == ids(new)


def test_what_the_deployment_read_itself_stays(
    server: Server, store: PostgresEvidence, tmp_path: Path
) -> None:
    record, events = upload(1, 2)
    store.upload([(msgspec.structs.replace(record, media_type="text/csv"), events)], "here")
    with client(server, tmp_path) as (api, _):
        api.feed("there", [(record, events[:1])])
    assert rows(store) == ids((record, events))
    assert next(iter(store.export("records")))["media_type"] == "text/csv"


def test_two_senders_at_once_leave_each_event_once(
    server: Server, store: PostgresEvidence, tmp_path: Path
) -> None:
    def send(name: str) -> None:
        with client(server, tmp_path / name) as (api, _):
            api.feed("there", [upload(n, 30) for n in range(5)])

    senders = [threading.Thread(target=send, args=(name,)) for name in "ab"]
    for sender in senders:
        sender.start()
    for sender in senders:
        sender.join()
    assert rows(store) == ids(*(upload(n, 30) for n in range(5)))


def test_a_wrong_token_names_the_variable_and_not_the_token(server: Server, tmp_path: Path) -> None:
    with (
        client(server, tmp_path, "wrong") as (api, _),
        pytest.raises(ConfigurationError, match="SCHEDULERX_UPLOAD_TOKEN") as caught,
    ):
        api.check()
    assert "wrong" not in str(caught.value)
    assert "wrong" not in repr(api)


def test_a_request_is_never_larger_than_an_api_takes(
    server: Server, store: PostgresEvidence, tmp_path: Path
) -> None:
    fed = heavy(1, 7, 2 * 1024**2)
    with client(server, tmp_path) as (api, _):
        counts = api.feed("there", [fed])
    assert counts.lines_rejected == 0
    assert rows(store) == ids(fed)
    assert max(map(len, server.bodies)) <= MAX_BODY


def test_a_sender_whose_time_is_up_ends_before_it_is_cut_and_goes_on_later(
    server: Server, store: PostgresEvidence, tmp_path: Path
) -> None:
    server.always = lambda data: (
        Reply(status=413, body=b"") if len(gzip.decompress(data).splitlines()) > 4 else None
    )
    left = iter([900.0, 900.0, 900.0, 20.0])
    with client(server, tmp_path) as (api, _):
        api.left_s = lambda: next(left)
        with pytest.raises(RetryableError, match="is up; what it took"):
            api.feed("there", [upload(1, 12)])
        assert len(rows(store)) == 3
        api.left_s = lambda: 900.0
        assert api.feed("there", [upload(1, 12)]).batches_known == 1
    assert rows(store) == ids(upload(1, 12))


def test_no_wait_is_longer_than_the_sender_has(server: Server, tmp_path: Path) -> None:
    server.always = status(429, retry_after="290")
    with client(server, tmp_path) as (api, waits):
        api.left_s = lambda: 300.0
        with pytest.raises(RetryableError):
            api.feed("there", [upload(1, 1)])
    assert waits == []


@pytest.mark.parametrize(
    "url", ["https://ada:secret@events.example/v1/events", "http://:secret@localhost/"]
)
def test_an_address_holds_no_password(url: str, tmp_path: Path) -> None:
    with HttpxClient() as http, pytest.raises(ConfigurationError, match="password") as caught:
        EventsApi(http, url, TOKEN, FolderArtifacts(tmp_path))
    assert "secret@" not in str(caught.value)


@pytest.mark.parametrize("url", ["http://events.example/v1/events", "ftp://x", "", "https"])
def test_a_token_travels_by_https_alone(url: str, tmp_path: Path) -> None:
    with HttpxClient() as http, pytest.raises(ConfigurationError, match="https"):
        EventsApi(http, url, TOKEN, FolderArtifacts(tmp_path))


def answered(store: PostgresEvidence, body: bytes) -> tuple[int, list[int]]:
    reply = serve(lambda: store, TOKEN, f"Bearer {TOKEN}", body)
    told = msgspec.json.decode(reply.body)
    return reply.status, [each["line"] for each in told.get("rejected", [])]


def test_lines_that_cannot_be_taken_cost_no_other(store: PostgresEvidence) -> None:
    record, events = upload(1, 1)
    good = msgspec.json.encode(
        {"type": "object", "location": "l", "record": msgspec.to_builtins(record)}
    )
    event = msgspec.to_builtins(events[0])
    line = msgspec.json.encode({"type": "event", "object_id": record.object_id, "event": event})
    stray = msgspec.json.encode({"type": "event", "object_id": "0" * 32, "event": event})
    assert answered(store, b"\n".join([b"{", good, line, stray, b"[" * 5000])) == (207, [1, 4, 5])
    assert rows(store) == [events[0].event_id]


def test_an_event_of_another_object_is_not_taken_over(store: PostgresEvidence) -> None:
    record, events = upload(1, 1)
    store.upload([(record, events)], "here")
    thief, _ = upload(2, 0)
    lines = [
        {"type": "object", "location": "l", "record": msgspec.to_builtins(thief)},
        {"type": "event", "object_id": thief.object_id, "event": msgspec.to_builtins(events[0])},
    ]
    assert answered(store, b"\n".join(map(msgspec.json.encode, lines))) == (207, [2])
    assert [row["object_id"] for row in store.export("events")] == [record.object_id]


def test_a_bomb_is_not_unpacked(store: PostgresEvidence) -> None:
    assert answered(store, gzip.compress(b" " * (200 * 1024**2)))[0] == 413


def test_a_gzip_of_several_members_is_taken_whole(store: PostgresEvidence) -> None:
    members = [gzip.compress(b"[]\n" * count) for count in (1, 2)]
    assert answered(store, b"".join(members)) == (207, [1, 2, 3])
    assert answered(store, members[0] + b"\0")[0] == 400
    bombs = gzip.compress(b" " * (9 * 1024**2)) * 2
    assert answered(store, bombs)[0] == 413


def test_an_event_that_is_there_twice_is_taken_once(store: PostgresEvidence) -> None:
    record, (event,) = upload(1, 1)
    lines: list[dict[str, object]] = [
        {"type": "object", "location": "l", "record": msgspec.to_builtins(record)}
    ]
    for summary in ("first", "second"):
        told = msgspec.structs.replace(event, summary=summary)
        told_as = {"object_id": record.object_id, "event": msgspec.to_builtins(told)}
        lines.append({"type": "event", **told_as})
    assert answered(store, b"\n".join(map(msgspec.json.encode, lines))) == (207, [3])
    assert [row["summary"] for row in store.export("events")] == ["first"]


def test_what_is_no_gzip_is_told(store: PostgresEvidence) -> None:
    assert answered(store, b"\x1f\x8b nonsense")[0] == 400


def test_no_database_is_opened_for_a_wrong_token() -> None:
    def never() -> PostgresEvidence:
        raise AssertionError

    assert serve(never, TOKEN, "Bearer wrong", b"").status == 401
    assert serve(never, TOKEN, "", b"").status == 401
