from __future__ import annotations

from pathlib import Path
from typing import Any

import boto3
import pytest
from botocore.config import Config
from botocore.exceptions import ClientError
from botocore.stub import Stubber
from hypothesis import given
from hypothesis import strategies as st

from schedulerx.errors import ArtifactNotFound, ConfigurationError, RetryableError
from schedulerx.model.identity import hash_file
from schedulerx.pipeline.databases import with_logs
from schedulerx.stores.s3 import S3Artifacts, S3Source, disjoint

ODD_KEYS = (
    "a b+c%20d.jpg",
    "a&b<c>\"d'.jpg",
    "emoji-😀.jpg",
    "line\nbreak.jpg",
    "tab\t.jpg",
    "é/ü.jpg",
    "é.jpg",
    "z/1/2/3.jpg",
    "z/1/2/30.jpg",
    "z/10.jpg",
)


def fill(client: Any, *keys: str, body: bytes = b"x") -> None:
    for key in keys:
        client.put_object(Bucket="evidence", Key=key, Body=body)


def listed(client: Any, *prefixes: str) -> list[str]:
    return [member.path for member in S3Source("evidence", prefixes, client).members()]


def test_what_is_put_can_be_read_and_removed(client: Any, tmp_path: Path) -> None:
    store = S3Artifacts("evidence", client)
    store.put("a/b", b"0123456789")
    (tmp_path / "f").write_bytes(b"from a file")
    store.put_file("a/c", tmp_path / "f")
    assert (store.get("a/b"), store.get("a/c")) == (b"0123456789", b"from a file")
    assert store.get_range("a/b", 2, 3) == b"234"
    assert store.get_range("a/b", 2, 0) == b""
    assert list(store.keys("a/")) == ["a/b", "a/c"]
    store.delete("a/b")
    store.delete("a/b")
    assert (store.exists("a/b"), store.exists("a/c")) == (False, True)
    assert store.location("a/c") == "s3://evidence/a/c"


def test_what_is_put_new_does_not_replace(client: Any) -> None:
    store = S3Artifacts("evidence", client)
    assert store.put_new("a/claim", b"first")
    assert not store.put_new("a/claim", b"second")
    assert store.get("a/claim") == b"first"


def test_an_absent_artifact_is_not_found(client: Any) -> None:
    store = S3Artifacts("evidence", client)
    with pytest.raises(ArtifactNotFound, match="s3://evidence/nothing"):
        store.get("nothing")
    with pytest.raises(ArtifactNotFound):
        store.get_range("nothing", 0, 4)


def test_listings_of_many_pages_are_whole(client: Any) -> None:
    keys = [f"records/{number:04d}" for number in range(2345)]
    fill(client, *keys)
    assert list(S3Artifacts("evidence", client).keys("records/")) == keys
    assert listed(client) == keys


def test_members_come_in_byte_order_with_size_and_etag(client: Any) -> None:
    fill(client, *ODD_KEYS, body=b"12345")
    members = list(S3Source("evidence", (), client).members())
    assert [member.path for member in members] == sorted(ODD_KEYS, key=str.encode)
    assert {(member.bytes, member.etag) for member in members} == {
        (5, "827ccb0eea8a706c4c34a16891f84e7b")
    }


def test_overlapping_prefixes_count_once(client: Any) -> None:
    fill(client, "a/1", "a/b/2", "ab/3", "c/4", "d/5")
    assert listed(client, "c", "a/b", "a", "c") == ["a/1", "a/b/2", "ab/3", "c/4"]


def test_folder_markers_are_no_members(client: Any) -> None:
    fill(client, "a/", "a/b/", body=b"")
    fill(client, "a/b/c", "a/full/")
    assert listed(client) == ["a/b/c", "a/full/"]


def test_a_reader_may_stop_early(client: Any) -> None:
    fill(client, *(f"{folder}/{number}" for folder in "abcdefghijkl" for number in range(3)))
    members = S3Source("evidence", (), client).members()
    assert next(members).path == "a/0"


def test_other_calls_of_the_client_keep_their_answers(client: Any) -> None:
    fill(client, "a b")
    assert listed(client) == ["a b"]
    assert client.list_objects_v2(Bucket="evidence")["Contents"][0]["Key"] == "a b"


def test_a_member_is_lent_as_a_local_file(client: Any) -> None:
    fill(client, "a/😀.jpg", body=b"pixels")
    source = S3Source("evidence", (), client)
    (member,) = source.members()
    with source.local_file(member) as path:
        assert path.read_bytes() == b"pixels"
        assert hash_file(path)[1] == member.etag
    assert not path.exists()


def test_a_database_is_lent_with_the_log_it_was_listed_with(client: Any) -> None:
    fill(client, "a/sms.db", body=b"pages")
    fill(client, "a/sms.db-wal", body=b"frames")
    source = S3Source("evidence", (), client)
    database, _ = with_logs(source.members())
    with source.local_file(database) as path:
        assert path.with_name(f"{path.name}-wal").read_bytes() == b"frames"
    fill(client, "a/sms.db-wal", body=b"others")
    with pytest.raises(RetryableError, match="changed"), source.local_file(database):
        pass


def test_a_member_that_changed_or_went_is_retried_later(client: Any) -> None:
    fill(client, "a")
    source = S3Source("evidence", (), client)
    (member,) = source.members()
    fill(client, "a", body=b"other")
    with (
        pytest.raises(RetryableError, match="changed after it was listed"),
        source.local_file(member),
    ):
        pass
    client.delete_object(Bucket="evidence", Key="a")
    with pytest.raises(RetryableError, match="was removed"), source.local_file(member):
        pass


@pytest.mark.parametrize(
    ("prefixes", "location"),
    [
        ((), "s3://evidence/"),
        (("a/",), "s3://evidence/a/"),
        (("b/", "a/"), "s3://evidence/{a/,b/}"),
        (("100%, {x}/",), "s3://evidence/100%25%2C %7Bx%7D/"),
    ],
)
def test_a_location_reads_as_a_uri_and_leads_back(
    client: Any, prefixes: tuple[str, ...], location: str
) -> None:
    assert S3Source("evidence", prefixes, client).location() == location
    assert S3Source.of(location, client).location() == location


def test_an_empty_prefix_is_named(client: Any) -> None:
    fill(client, "a/1")
    with pytest.raises(ConfigurationError, match="No object under the prefix b/ in bucket evid"):
        S3Source("evidence", ("a/", "b/"), client).check()


def test_an_unknown_bucket_is_named(client: Any) -> None:
    with pytest.raises(ConfigurationError, match="There is no bucket evidenze"):
        list(S3Source("evidenze", (), client).members())
    with pytest.raises(ConfigurationError, match="There is no bucket evidenze"):
        S3Artifacts("evidenze", client).put("a", b"")
    with pytest.raises(ConfigurationError, match="There is no bucket evidenze"):
        S3Artifacts("evidenze", client).put_file("a", Path(__file__))


@pytest.mark.parametrize(
    ("code", "status", "kind", "says"),
    [
        ("AccessDenied", 403, ConfigurationError, "No permission for ListObjectsV2 on bucket evi"),
        ("ExpiredToken", 400, ConfigurationError, "does not accept the credentials"),
        ("SignatureDoesNotMatch", 403, ConfigurationError, "does not accept the credentials"),
        ("PermanentRedirect", 301, ConfigurationError, "another region"),
        ("SlowDown", 503, RetryableError, "SlowDown"),
    ],
)
def test_what_s3_answers_becomes_one_sentence(
    client: Any, code: str, status: int, kind: type[Exception], says: str
) -> None:
    store = S3Artifacts("evidence", client)
    with Stubber(client) as stub:
        stub.add_client_error("list_objects_v2", code, "told", http_status_code=status)
        with pytest.raises(kind, match=says):
            list(store.keys(""))


def test_an_endpoint_that_is_not_there_is_named() -> None:
    client = boto3.client(
        "s3",
        endpoint_url="http://127.0.0.1:9",
        region_name="us-east-1",
        aws_access_key_id="a",
        aws_secret_access_key="b",
        config=Config(retries={"total_max_attempts": 1}, connect_timeout=1),
    )
    with pytest.raises(ConfigurationError, match="Cannot reach bucket evidence"):
        S3Artifacts("evidence", client).get("a")


def test_one_object_without_permission_fails_alone(client: Any) -> None:
    fill(client, "a")
    source = S3Source("evidence", (), client)
    (member,) = source.members()
    with Stubber(client) as stub:
        stub.add_client_error("get_object", "AccessDenied", http_status_code=403)
        with pytest.raises(RetryableError, match="No permission for GetObject on s3://evidence/a"):
            source.local_file(member).__enter__()


@given(st.lists(st.text("ab/", max_size=4), max_size=6), st.text("ab/", max_size=6))
def test_disjoint_prefixes_cover_what_was_asked_once(prefixes: list[str], key: str) -> None:
    covering = [prefix for prefix in disjoint(tuple(prefixes)) if key.startswith(prefix)]
    wanted = not prefixes or any(key.startswith(prefix) for prefix in prefixes)
    assert len(covering) == int(wanted)


def test_an_error_not_known_keeps_what_aws_said(client: Any) -> None:
    store = S3Artifacts("evidence", client)
    with Stubber(client) as stub:
        stub.add_client_error("put_object", "EntityTooLarge", "Your proposed upload is too large")
        with pytest.raises(RetryableError, match="EntityTooLarge Your proposed") as caught:
            store.put("a", b"")
    assert isinstance(caught.value.__cause__, ClientError)
