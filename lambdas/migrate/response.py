"""CloudFormation's custom resources: what it asks, and the answer it waits for."""

from __future__ import annotations

import json
import urllib.request
from enum import StrEnum
from typing import Literal

from pydantic import BaseModel

REASON_CHARACTERS = 1000  # CloudFormation takes 4 KiB for the whole answer
ANSWER_S = 30


class Kind(StrEnum):
    """What happens to the resource."""

    CREATE = "Create"
    UPDATE = "Update"
    DELETE = "Delete"


class CustomResourceRequest(BaseModel):
    """What CloudFormation sends. Its names are CloudFormation's."""

    RequestType: Kind
    ResponseURL: str
    StackId: str
    RequestId: str
    LogicalResourceId: str


def answer(
    request: CustomResourceRequest, status: Literal["SUCCESS", "FAILED"], reason: str
) -> None:
    """Puts the answer where CloudFormation waits for it. The resource keeps one id for life."""
    body = {
        "Status": status,
        "Reason": reason[:REASON_CHARACTERS],
        "PhysicalResourceId": request.LogicalResourceId,
        "StackId": request.StackId,
        "RequestId": request.RequestId,
        "LogicalResourceId": request.LogicalResourceId,
    }
    put = urllib.request.Request(  # noqa: S310  (the URL is CloudFormation's own, signed)
        request.ResponseURL,
        data=json.dumps(body).encode(),
        method="PUT",
        headers={"Content-Type": ""},  # the signature covers an empty type
    )
    urllib.request.urlopen(put, timeout=ANSWER_S).close()  # noqa: S310  (as above)
