"""Containers in memory: made, processed, published once, ended after a day.

Source: developers.facebook.com, Instagram Platform, Content Publishing and IG Container.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

import msgspec

from schedulerx.cloud.platforms.graph import DAY_S, GraphStandIn, Says, missing
from schedulerx.cloud.platforms.serving import Answer, Asked, Shown

USER = "17841400000000001"
_MOST_A_DAY = 400  # containers of an account
_PROCESSING_S = 25.0  # of a video
_URL_FIELDS = ("image_url", "video_url")


class Words(msgspec.Struct, frozen=True, kw_only=True):
    """What a platform calls things, and its limits."""

    make: str
    publish: str
    listing: str
    quota: str
    user: str
    status: str
    trouble: str
    text: str
    most_text: int
    most_items: int
    posts_a_day: int
    texts_alone: bool = False


class Container(msgspec.Struct, kw_only=True):
    """One container."""

    form: dict[str, str]
    made_at: float
    ready_at: float
    trouble: str = ""
    published: bool = False


class ContainersStandIn(GraphStandIn):
    """Subclasses give `words`, and what is wrong with a form."""

    words: Words

    def __init__(self, now: Callable[[], float], scopes: str) -> None:
        super().__init__(now, scopes)
        self.containers: dict[str, Container] = {}
        self.troubles: deque[str] = deque()  # of the containers to come; "" is none
        self.used = 0  # of the day's posts
        self._posts: dict[str, dict[str, Any]] = {}

    def graph(self, asked: Asked) -> Answer:
        """By method and path."""
        words, path = self.words, asked.parts[0]
        routes = {
            "GET me": self._me,
            f"POST {USER}/{words.make}": self._make,
            f"POST {USER}/{words.publish}": self._publish,
            f"GET {USER}/{words.listing}": self._list,
            f"GET {USER}/{words.quota}": self._quota,
        }
        route = routes.get(f"{asked.method} {path}")
        return route(asked) if route else self._one(path)

    def wrong(self, form: dict[str, str]) -> Says | None:
        """What the platform has against a form."""
        words = self.words
        if self.length(form.get(words.text, "")) > words.most_text:
            return Says(code=36004, subcode=2207010)
        children = [each for each in form.get("children", "").split(",") if each]
        if form.get("media_type") == "CAROUSEL":
            return self._wrong_children(children)
        is_text = form.get("media_type") == "TEXT" and words.texts_alone
        if not is_text and not any(form.get(field) for field in _URL_FIELDS):
            return Says(code=100)
        return None

    def length(self, text: str) -> int:
        """Characters as the platform counts them."""
        return len(text)

    def _wrong_children(self, children: list[str]) -> Says | None:
        if not 2 <= len(children) <= self.words.most_items:
            return Says(code=36000, subcode=2207028)
        known = [self.containers.get(each) for each in children]
        if not all(each and each.form.get("is_carousel_item") == "true" for each in known):
            return Says(code=100, subcode=2207006)
        if not all(self._state(each) == "FINISHED" for each in known if each):
            return Says(code=9007, subcode=2207027)
        return None

    def _me(self, _: Asked) -> Answer:
        return Answer(json={self.words.user: USER, "username": "somebody"})

    def _make(self, asked: Asked) -> Answer:
        form = asked.form()
        recent = sum(each.made_at > self.now() - DAY_S for each in self.containers.values())
        wrong = self.wrong(form) or (Says(status=403, code=9) if recent >= _MOST_A_DAY else None)
        if wrong:
            return wrong.answer()
        name = str(18_000_000_000_000_000 + len(self.containers))
        wait = _PROCESSING_S if "video_url" in form else 0.0
        trouble = self.troubles.popleft() if self.troubles else ""
        self.containers[name] = Container(
            form=form, made_at=self.now(), ready_at=self.now() + wait, trouble=trouble
        )
        return Answer(json={"id": name})

    def _state(self, container: Container) -> str:
        if container.published:
            return "PUBLISHED"
        if self.now() > container.made_at + DAY_S:
            return "EXPIRED"
        if self.now() < container.ready_at:
            return "IN_PROGRESS"
        return "ERROR" if container.trouble else "FINISHED"

    def _publish(self, asked: Asked) -> Answer:
        name = asked.form().get("creation_id", "")
        container = self.containers.get(name)
        if container is None:
            return Says(code=24, subcode=2207006).answer()
        state = self._state(container)
        if state == "IN_PROGRESS":
            return Says(code=9007, subcode=2207027).answer()
        if state != "FINISHED" or "is_carousel_item" in container.form:
            return Says(code=-1, subcode=2207008).answer()
        if self.used >= self.words.posts_a_day:
            return Says(status=403, code=9, subcode=2207042).answer()
        container.published = True
        return Answer(json={"id": self._shown(container)})

    def _shown(self, container: Container) -> str:
        self.used += 1
        form, number = container.form, str(17_900_000_000_000_000 + len(self.shown))
        text, children = form.get(self.words.text, ""), form.get("children", "")
        single = int(any(field in form for field in _URL_FIELDS))
        count = len(children.split(",")) if children else single
        self.shown.append(Shown(post_id=number, text=text, media=count,
                                extra={"kind": form.get("media_type", "IMAGE")}))  # fmt: skip
        self._posts[number] = {
            "id": number,
            "permalink": f"https://{self.name}.example/p/{number}/",
            "timestamp": datetime.fromtimestamp(self.now(), UTC).strftime("%Y-%m-%dT%H:%M:%S%z"),
            **({self.words.text: text} if text else {}),
        }
        return number

    def _one(self, path: str) -> Answer:
        if path in self._posts:
            return Answer(json=self._posts[path])
        container = self.containers.get(path)
        if container is None:
            return missing(path)
        told = {self.words.trouble: container.trouble} if container.trouble else {}
        return Answer(json={self.words.status: self._state(container), "id": path, **told})

    def _list(self, asked: Asked) -> Answer:
        newest = list(reversed(self._posts.values()))
        return Answer(json={"data": newest[: int(asked.query.get("limit", "25"))]})

    def _quota(self, _: Asked) -> Answer:
        config = {"quota_total": self.words.posts_a_day, "quota_duration": int(DAY_S)}
        return Answer(json={"data": [{"quota_usage": self.used, "config": config}]})
