"""The task that converts media of a post, in the stack."""

from __future__ import annotations

from collections.abc import Mapping
from uuid import UUID

from schedulerx.compose.cloud import required
from schedulerx.posts.conversions import Conversions
from schedulerx.posts.preparation import MediaPreparation
from schedulerx.settings import processing_settings
from schedulerx.stores.s3 import S3Artifacts, s3_client


def convert_media(env: Mapping[str, str], target_id: UUID) -> int:
    """Does the job that was written down for a target; how many media were made."""
    store = S3Artifacts(required(env, "MEDIA_BUCKET"), s3_client())
    return Conversions(store, MediaPreparation(store, processing_settings(env))).convert(target_id)
