from __future__ import annotations

import json
from typing import Any

import pytest

from lambdas.validate.handler import handler
from tests.lambdas.conftest import CONTEXT, Cloud


def _message(message_id: str, *records: dict[str, Any]) -> dict[str, Any]:
    body = json.dumps({"Records": list(records)})
    return {"messageId": message_id, "body": body, "eventSource": "aws:sqs"}


def _batch(*messages: dict[str, Any]) -> Any:
    return handler({"Records": list(messages)}, CONTEXT)


def test_an_object_that_arrives_gets_a_record_with_validate_alone(
    cloud: Cloud, photo: bytes
) -> None:
    answer = _batch(_message("1", cloud.put("a photo+1.jpg", photo)))

    assert answer == {"batchItemFailures": []}
    (key,) = cloud.keys("artifact")
    record = cloud.read("artifact", key)
    assert record["origin"]["path"] == "a photo+1.jpg"
    assert list(record["steps"]) == ["validate"]


def test_a_file_at_fault_is_quarantined_and_its_message_is_done(cloud: Cloud) -> None:
    answer = _batch(_message("1", cloud.put("empty.jpg", b"")))

    assert answer == {"batchItemFailures": []}
    (key,) = cloud.keys("artifact")
    assert cloud.read("artifact", key)["status"] == "quarantined"


def test_only_the_message_that_failed_comes_again(
    cloud: Cloud, photo: bytes, caplog: pytest.LogCaptureFixture
) -> None:
    locked = cloud.put("locked.jpg", photo)
    cloud.client("s3").put_object(
        Bucket=cloud.bucket("source"), Key="locked.jpg", Body=photo, StorageClass="GLACIER"
    )

    answer = _batch(_message("good", cloud.put("kept.jpg", photo)), _message("bad", locked))

    assert answer == {"batchItemFailures": [{"itemIdentifier": "bad"}]}
    assert "locked.jpg is archived" in caplog.text
    assert len(cloud.keys("artifact")) == 1


def test_an_object_deleted_or_replaced_meanwhile_is_passed_by(cloud: Cloud, photo: bytes) -> None:
    deleted, replaced = cloud.put("deleted.jpg", photo), cloud.put("replaced.jpg", photo)
    cloud.client("s3").delete_object(Bucket=cloud.bucket("source"), Key="deleted.jpg")
    cloud.put("replaced.jpg", photo + b" changed")

    answer = _batch(_message("1", deleted), _message("2", replaced))

    assert answer == {"batchItemFailures": []}
    assert cloud.keys("artifact") == []


def test_a_batch_in_which_all_fail_names_all(cloud: Cloud) -> None:
    broken = {"messageId": "1", "body": "no JSON", "eventSource": "aws:sqs"}

    assert _batch(broken) == {"batchItemFailures": [{"itemIdentifier": "1"}]}


def test_objects_larger_than_lambdas_share_are_left_for_the_fan_out(
    cloud: Cloud, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SCHEDULERX_VALIDATE_MAX_BYTES", "10")

    answer = _batch(_message("1", cloud.put("large.txt", b"eleven byte")))

    assert answer == {"batchItemFailures": []}
    assert cloud.keys("artifact") == []


def test_s3s_own_test_message_and_folders_are_done_at_once(cloud: Cloud) -> None:
    test_message = {"messageId": "1", "body": '{"Event": "s3:TestEvent"}', "eventSource": "aws:sqs"}

    answer = _batch(test_message, _message("2", cloud.put("folder/", b"")))

    assert answer == {"batchItemFailures": []}
    assert cloud.keys("artifact") == []


def test_an_object_told_twice_has_one_record(cloud: Cloud, photo: bytes) -> None:
    arrival = cloud.put("photo.jpg", photo)

    _batch(_message("1", arrival))
    _batch(_message("2", arrival))

    assert len(cloud.keys("artifact")) == 1
