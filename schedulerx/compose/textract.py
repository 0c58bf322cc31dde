"""Amazon Textract, for the runs that ask for it: imported and called by none other."""

from __future__ import annotations

from schedulerx.model.ports import TextDetector
from schedulerx.settings import environment


def textract_in_a_folder() -> TextDetector:
    """For images, and for PDFs page by page as images: a folder run has no bucket.

    Raises:
        ConfigurationError: no region, an unknown profile.
    """
    return textract_over("")


def textract_over(bucket: str) -> TextDetector:
    """With a bucket that PDFs may lie in while they are read.

    Raises:
        ConfigurationError: no region, an unknown profile.
    """
    from schedulerx.stores.aws_clients import aws_client  # noqa: PLC0415  (few runs ask for it)
    from schedulerx.stores.textract import Textract  # noqa: PLC0415  (see above)

    env = environment(None)
    return Textract(aws_client("textract", env), aws_client("s3", env) if bucket else None, bucket)
