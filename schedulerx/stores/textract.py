"""Amazon Textract: images in one call, PDFs as jobs over a bucket."""

from __future__ import annotations

import random
import time
from collections.abc import Callable, Iterator
from typing import Any, TypeVar

from botocore.exceptions import ClientError

from schedulerx.errors import RejectedInput, RetryableError
from schedulerx.model.record import ReasonCode
from schedulerx.stores.aws_errors import aws_call, code_of

_SERVICE = "Amazon Textract"
# What it answers when asked too much at once, and when it stumbles.
_BUSY = frozenset(
    {
        "InternalServerError",
        "LimitExceededException",
        "ProvisionedThroughputExceededException",
        "ThrottlingException",
    }
)
# What it answers about the document itself.
_REFUSED = frozenset(
    {
        "BadDocumentException",
        "DocumentTooLargeException",
        "InvalidParameterException",
        "UnsupportedDocumentException",
    }
)
_FIRST_S, _LONGEST_S = 1.0, 20.0  # of waiting, doubled each time
_POLL_S = 3.0
PATIENCE_S = 300.0  # for one document, calls and waiting together
_ENDED = frozenset({"SUCCEEDED", "PARTIAL_SUCCESS"})

T = TypeVar("T")


class Textract:
    """A `TextDetector`. Without `bucket` it takes images only; with one, PDFs lie there under
    `prefix` while they are read.
    """

    def __init__(
        self,
        client: Any,
        s3: Any = None,
        bucket: str = "",
        *,
        sleep: Callable[[float], None] = time.sleep,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._client = client
        self._s3 = s3
        self._bucket = bucket
        self._sleep = sleep
        self._clock = clock
        self.takes_pdf = bool(bucket)

    def image(self, image: bytes) -> list[dict[str, Any]]:
        """The blocks of one PNG or JPEG.

        Raises:
            RejectedInput: it is refused.
            RetryableError: too much is asked at once, or it cannot be reached.
        """
        end = self._clock() + PATIENCE_S
        answer = self._patiently(
            lambda: self._client.detect_document_text(Document={"Bytes": image}), end
        )
        return list(answer["Blocks"])

    def pdf(self, pdf: bytes, token: str) -> list[dict[str, Any]]:
        """The blocks of a PDF's pages. The same token finds the job that was begun before, for
        seven days, and nothing is paid again.

        Raises:
            RejectedInput: it is refused.
            RetryableError: as `image`; or the job has not ended in time: it is found again.
        """
        end = self._clock() + PATIENCE_S
        key = f"ocr/textract/{token}.pdf"
        with aws_call(f"bucket {self._bucket}"):
            self._s3.put_object(Bucket=self._bucket, Key=key, Body=pdf)
        place = {"S3Object": {"Bucket": self._bucket, "Name": key}}
        started = self._patiently(
            lambda: self._client.start_document_text_detection(
                DocumentLocation=place, ClientRequestToken=token
            ),
            end,
        )
        blocks = list(self._results(started["JobId"], end))
        with aws_call(f"bucket {self._bucket}"):
            self._s3.delete_object(Bucket=self._bucket, Key=key)
        return blocks

    def _results(self, job: str, end: float) -> Iterator[dict[str, Any]]:
        answer = self._ended(job, end)
        while True:
            yield from answer["Blocks"]
            following = answer.get("NextToken")
            if not following:
                return
            answer = self._page(job, following, end)

    def _ended(self, job: str, end: float) -> dict[str, Any]:
        """The first answer of a job that has come to its end."""
        while True:
            answer = self._page(job, "", end)
            status = answer["JobStatus"]
            if status in _ENDED:
                return answer
            if status == "FAILED":
                told = answer.get("StatusMessage", "no further word")
                raise RejectedInput(ReasonCode.UNREADABLE, f"{_SERVICE} cannot read it: {told}")
            if self._clock() + _POLL_S > end:
                raise RetryableError(
                    f"{_SERVICE} has not read the document within {PATIENCE_S:g} seconds; run "
                    "again: the job goes on and is found, it is not paid twice"
                )
            self._sleep(_POLL_S)

    def _page(self, job: str, token: str, end: float) -> dict[str, Any]:
        more = {"NextToken": token} if token else {}
        return self._patiently(
            lambda: dict(self._client.get_document_text_detection(JobId=job, **more)), end
        )

    def _patiently(self, call: Callable[[], T], end: float) -> T:
        """The call's answer; tried again while too much is asked at once, with pauses that grow
        and differ from one worker to the next.
        """
        pause = _FIRST_S
        while True:
            try:
                with aws_call(_SERVICE):
                    return call()
            except RetryableError as error:
                code = code_of(error.__cause__) if isinstance(error.__cause__, ClientError) else ""
                if code in _REFUSED:
                    raise RejectedInput(ReasonCode.UNREADABLE, str(error)) from error
                wait = random.uniform(pause / 2, pause)  # noqa: S311  (spreads workers, no secret)
                if code not in _BUSY or self._clock() + wait > end:
                    raise
                self._sleep(wait)
                pause = min(2 * pause, _LONGEST_S)
