from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import boto3
import pytest
from botocore.exceptions import ClientError
from moto import mock_aws
from moto.textract.models import TextractBackend

from schedulerx.errors import ConfigurationError, RejectedInput, RetryableError
from schedulerx.stores.textract import PATIENCE_S, Textract
from tests.documents.ocr.textract_blocks import blocks


class Clock:
    """Time that passes by sleeping."""

    def __init__(self) -> None:
        self.now = 0.0

    def __call__(self) -> float:
        return self.now

    def sleep(self, seconds: float) -> None:
        self.now += seconds


class Scripted:
    """A client whose calls give these answers, or raise these codes, in turn."""

    def __init__(self, *answers: dict[str, Any] | str) -> None:
        self._answers = list(answers)
        self.asked: list[dict[str, Any]] = []

    def _answer(self, **asked: Any) -> dict[str, Any]:
        self.asked.append(asked)
        answer = self._answers.pop(0) if len(self._answers) > 1 else self._answers[0]
        if isinstance(answer, str):
            raise ClientError({"Error": {"Code": answer, "Message": "told"}}, "DetectDocumentText")
        return answer

    detect_document_text = start_document_text_detection = _answer
    get_document_text_detection = put_object = delete_object = _answer


def patient(client: Scripted) -> tuple[Textract, Clock]:
    clock = Clock()
    made = Textract(client, Scripted({}), "artifacts", sleep=clock.sleep, clock=clock)
    return made, clock


@pytest.fixture
def moto(monkeypatch: pytest.MonkeyPatch) -> Iterator[Textract]:
    monkeypatch.setattr(TextractBackend, "BLOCKS", blocks("Dear Sir"))
    with mock_aws():
        s3 = boto3.client("s3", region_name="us-east-1")
        s3.create_bucket(Bucket="artifacts")
        yield Textract(boto3.client("textract", region_name="us-east-1"), s3, "artifacts")
        assert s3.list_objects_v2(Bucket="artifacts").get("KeyCount") == 0


def test_an_image_is_read_in_one_call(moto: Textract) -> None:
    assert [block.get("Text") for block in moto.image(b"png")] == [None, "Dear Sir", "Dear", "Sir"]


def test_a_pdf_is_read_as_a_job_and_does_not_stay_in_the_bucket(moto: Textract) -> None:
    assert [block["BlockType"] for block in moto.pdf(b"%PDF", "a" * 48)][:2] == ["PAGE", "LINE"]


@pytest.mark.parametrize(
    "code", ["ProvisionedThroughputExceededException", "LimitExceededException"]
)
def test_a_throttle_is_waited_out(code: str) -> None:
    textract, clock = patient(Scripted(code, code, {"Blocks": []}))
    assert textract.image(b"png") == []
    assert 1.5 <= clock.now <= 3.0


def test_a_throttle_that_does_not_end_keeps_its_type() -> None:
    textract, clock = patient(Scripted("ThrottlingException"))
    with pytest.raises(RetryableError, match="ThrottlingException"):
        textract.image(b"png")
    assert PATIENCE_S / 2 < clock.now <= PATIENCE_S


def test_a_document_that_is_refused_is_its_own_fault() -> None:
    textract, _ = patient(Scripted("UnsupportedDocumentException"))
    with pytest.raises(RejectedInput, match="UnsupportedDocument"):
        textract.image(b"png")


def test_missing_permission_is_the_operators_to_mend() -> None:
    textract, _ = patient(Scripted("AccessDeniedException"))
    with pytest.raises(ConfigurationError, match="No permission"):
        textract.image(b"png")


def test_a_job_is_polled_to_its_end_and_read_page_by_page() -> None:
    client = Scripted(
        {"JobId": "7"},
        {"JobStatus": "IN_PROGRESS"},
        {"JobStatus": "SUCCEEDED", "Blocks": [{"Id": "1"}], "NextToken": "more"},
        {"JobStatus": "SUCCEEDED", "Blocks": [{"Id": "2"}]},
    )
    textract, clock = patient(client)
    assert [block["Id"] for block in textract.pdf(b"%PDF", "t")] == ["1", "2"]
    assert clock.now == 3.0
    assert client.asked[0]["ClientRequestToken"] == "t"
    assert client.asked[-1] == {"JobId": "7", "NextToken": "more"}


def test_a_job_that_takes_too_long_is_found_again_by_its_token() -> None:
    textract, clock = patient(Scripted({"JobId": "7", "JobStatus": "IN_PROGRESS"}))
    with pytest.raises(RetryableError, match="not paid twice"):
        textract.pdf(b"%PDF", "t")
    assert clock.now <= PATIENCE_S


def test_a_job_that_fails_tells_why() -> None:
    answer = {"JobId": "7", "JobStatus": "FAILED", "StatusMessage": "PASSWORD"}
    textract, _ = patient(Scripted(answer))
    with pytest.raises(RejectedInput, match="PASSWORD"):
        textract.pdf(b"%PDF", "t")
