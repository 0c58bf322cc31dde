"""Instagram's publishing in memory.

Source: developers.facebook.com, Instagram Platform: Content Publishing, Error Codes.
"""

from __future__ import annotations

import re
from collections.abc import Callable

import msgspec

from schedulerx.cloud.platforms.containers import USER, ContainersStandIn, Words
from schedulerx.cloud.platforms.graph import Says
from schedulerx.cloud.platforms.serving import Answer, Asked


class InstagramStandIn(ContainersStandIn):
    """Takes pictures, reels and carousels; text goes with them only."""

    name = "instagram"
    words = Words(
        make="media",
        publish="media_publish",
        listing="media",
        quota="content_publishing_limit",
        user="user_id",
        status="status_code",
        trouble="status",
        text="caption",
        most_text=2200,
        most_items=10,
        posts_a_day=100,
    )

    def __init__(self, now: Callable[[], float]) -> None:
        super().__init__(now, "instagram_business_basic,instagram_business_content_publish")
        self.routes = {r"POST /oauth/access_token": self._token, **self.routes}

    def _token(self, asked: Asked) -> Answer:
        """In a list, with what was granted; and with errors of its own shape."""
        answer = self.token(asked)
        if answer.status >= 300:
            words = {"error_type": "OAuthException", "code": 400}
            return Answer(status=400, json={**words, "error_message": "Invalid authorization code"})
        given = {"user_id": USER, "permissions": self.desk.given_scopes()}
        token = answer.json["access_token"]
        return Answer(json={"data": [{"access_token": token, **given}]})

    def wrong(self, form: dict[str, str]) -> Says | None:
        """More than 30 hashtags or 20 mentions are one error; a single video is a reel."""
        caption = form.get("caption", "")
        if len(re.findall(r"#\w+", caption)) > 30 or len(re.findall(r"@\w+", caption)) > 20:
            return Says(code=36004, subcode=2207010)
        if not _invited(form.get("collaborators", "[]")):
            return Says(code=100)
        if form.get("media_type") != "REELS" and {"share_to_feed", "thumb_offset"} & set(form):
            return Says(code=100)
        is_single = form.get("is_carousel_item") != "true"
        if is_single and form.get("media_type") == "VIDEO":
            return Says(code=100, subcode=2207067)
        return super().wrong(form)


def _invited(collaborators: str) -> bool:
    """Whether it is a list of three usernames at most."""
    try:
        return len(msgspec.json.decode(collaborators, type=list[str])) <= 3
    except msgspec.DecodeError:
        return False
