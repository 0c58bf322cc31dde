"""A library uploaded to a bucket: each file once, checked there."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import boto3
import pytest
from moto import mock_aws

from schedulerx.model.library import Phase
from tests.library.conftest import Library, photo, put

PLACE = "s3://photos/mine"


@pytest.fixture
def bucket(monkeypatch: pytest.MonkeyPatch) -> Iterator[Any]:
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "testing")
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "testing")
    monkeypatch.delenv("AWS_ENDPOINT_URL", raising=False)
    with mock_aws():
        made = boto3.resource("s3", region_name="us-east-1").create_bucket(Bucket="photos")
        yield made


def held(bucket: Any) -> dict[str, Any]:
    return {each.key: each.last_modified for each in bucket.objects.all()}


def test_each_file_is_sent_once(library: Library, bucket: Any) -> None:
    library.env["AWS_REGION"] = "us-east-1"
    put(library, "a.jpg", photo(1))
    put(library, "b.jpg", photo(2))
    library.keep(targets=(PLACE,))
    first = held(bucket)
    assert set(first) == {"mine/a.jpg", "mine/b.jpg"}
    library.keep(targets=(PLACE,))
    assert held(bucket) == first


def test_what_was_sent_before_a_kill_is_found_by_its_content(library: Library, bucket: Any) -> None:
    library.env["AWS_REGION"] = "us-east-1"
    put(library, "a.jpg", photo(1))
    library.keep(targets=(PLACE,))
    first = held(bucket)
    item = next(library.ledger.items())
    library.ledger.save([item.without(Phase.UPLOAD)])
    library.ledger.save([type(item)(**{**_fields(item), "uploads": ()})])
    library.keep(targets=(PLACE,))
    assert held(bucket) == first


def _fields(item: Any) -> dict[str, Any]:
    return {name: getattr(item, name) for name in item.__struct_fields__}


def test_an_object_that_changed_is_told(library: Library, bucket: Any) -> None:
    library.env["AWS_REGION"] = "us-east-1"
    put(library, "a.jpg", photo(1))
    library.keep(targets=(PLACE,))
    bucket.put_object(Key="mine/a.jpg", Body=b"other")
    kept = library.keep(targets=(PLACE,), verify_all=True)
    assert kept.totals[Phase.VERIFICATION].failed == 1
    assert "mine/a.jpg" in kept.reasons[0] or "a.jpg at s3://photos/mine" in kept.reasons[0]


def test_a_target_added_later_gets_everything(library: Library, bucket: Any) -> None:
    library.env["AWS_REGION"] = "us-east-1"
    put(library, "a.jpg", photo(1))
    library.keep()
    assert held(bucket) == {}
    library.keep(targets=(PLACE,))
    assert set(held(bucket)) == {"mine/a.jpg"}
