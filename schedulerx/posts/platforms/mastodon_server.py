"""The limits of a Mastodon server, as it tells them itself: each has its own.

Source: docs.joinmastodon.org, methods `instance`; entities `Instance`, `V1::Instance`.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Annotated, Any

import msgspec

from schedulerx.posts.http import Http, Request, Response
from schedulerx.posts.limits import MediaLimits
from schedulerx.posts.outcomes import AnswerLost

_Count = Annotated[int, msgspec.Meta(ge=1, le=10**12)]
_NEWER, _OLDER = "/api/v2/instance", "/api/v1/instance"


class _Statuses(msgspec.Struct, frozen=True):
    max_characters: _Count | None = None
    max_media_attachments: _Count | None = None
    characters_reserved_per_url: _Count | None = None


class _Attachments(msgspec.Struct, frozen=True):
    supported_mime_types: list[str] = []
    description_limit: _Count | None = None
    image_size_limit: _Count | None = None
    image_matrix_limit: _Count | None = None
    video_size_limit: _Count | None = None
    video_matrix_limit: _Count | None = None
    video_frame_rate_limit: _Count | None = None


class _Configuration(msgspec.Struct, frozen=True):
    statuses: _Statuses = _Statuses()
    media_attachments: _Attachments = _Attachments()


class _Instance(msgspec.Struct, frozen=True):
    configuration: _Configuration | None = None
    max_toot_chars: _Count | None = None  # of servers akin to Mastodon, as Pleroma


def limits_told(
    http: Http, server: str, picture: MediaLimits, video: MediaLimits
) -> dict[str, Any]:
    """What a server lays over the defaults. Of types of media, those both know.

    Raises:
        AnswerLost: it does not tell.
        NotAccepted: it was not reached.
    """
    told = _instance(http, server)
    configuration = told.configuration or _Configuration()
    statuses, media = configuration.statuses, configuration.media_attachments
    types = media.supported_mime_types
    pictures = {"max_bytes": media.image_size_limit, "max_pixels": media.image_matrix_limit}
    films = {
        "max_bytes": media.video_size_limit, "max_pixels": media.video_matrix_limit,
        "max_fps": media.video_frame_rate_limit,
    }  # fmt: skip
    return _known(
        {
            "max_text": statuses.max_characters or told.max_toot_chars,
            "link_length": statuses.characters_reserved_per_url,
            "max_pictures": statuses.max_media_attachments,
            "max_alt": media.description_limit,
            "picture": _known({**pictures, "media_types": _both(picture, types)}),
            "animation": _known(pictures),
            "video": _known({**films, "media_types": _both(video, types)}),
        }
    )


def _instance(http: Http, server: str) -> _Instance:
    """As it tells it now, or as older servers do."""
    answer = _asked(http, server, _NEWER)
    if answer.status >= 300:
        answer = _asked(http, server, _OLDER)
    if answer.status >= 300:
        raise AnswerLost(f"{server} does not tell its limits ({answer.status})")
    return answer.read(_Instance)


def _asked(http: Http, server: str, path: str) -> Response:
    return http.send(Request(method="GET", url=f"{server.rstrip('/')}{path}"))


def _both(limits: MediaLimits, types: Iterable[str]) -> list[str]:
    return [each for each in limits.media_types if each in types]


def _known(values: dict[str, Any]) -> dict[str, Any]:
    """Those that are told."""
    return {name: value for name, value in values.items() if value}
