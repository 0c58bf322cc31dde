"""The task that converts media of a post, in the stack."""

from __future__ import annotations

from collections.abc import Mapping
from uuid import UUID

from schedulerx.compose.stack_media import MediaPlace, stack_media
from schedulerx.posts.conversions import Conversions
from schedulerx.posts.preparation import MediaPreparation
from schedulerx.settings import processing_settings
from schedulerx.stores.aws_clients import Clients


def convert_media(env: Mapping[str, str], target_id: UUID) -> int:
    """Does the job that was written down for a target; how many media were made."""
    store, _ = stack_media(MediaPlace.of(env), Clients(env))
    return Conversions(store, MediaPreparation(store, processing_settings(env))).convert(target_id)
