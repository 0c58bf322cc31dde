"""Containers, as Instagram and Threads have them: made unseen, asked about, published once.

A container knows whether it was published, so its status answers what a lost answer leaves open.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Mapping
from typing import Any, ClassVar

import msgspec

from schedulerx.posts.http import Response
from schedulerx.posts.limits import Limits, MediaLimits
from schedulerx.posts.model import MediaItem
from schedulerx.posts.oauth import OAuth, at_server
from schedulerx.posts.options import Option
from schedulerx.posts.outcomes import (
    Absent,
    AccountRefused,
    AnswerLost,
    NotAccepted,
    PlatformError,
    Published,
    Ready,
    Refused,
    Throttled,
    Unsure,
    Waiting,
)
from schedulerx.posts.platform import Draft, Problem, Session
from schedulerx.posts.platforms.answers import is_since, only_read
from schedulerx.posts.platforms.container_answers import Made, Post, Posts, Quota, State, User
from schedulerx.posts.platforms.graph import graph_request
from schedulerx.posts.platforms.long_lived import long_lived_token

_STATES = frozenset({"IN_PROGRESS", "FINISHED", "PUBLISHED", "EXPIRED", "ERROR"})
_QUOTA_S = 3 * 3600.0  # the window moves; when it frees a place is not said


def film(
    max_bytes: int, max_bit_rate: int, max_seconds: float, min_seconds: float | None = None
) -> MediaLimits:
    """What both take of a video, as "Reel specifications" and Threads' "Video specifications" say,
    but its size, rate and length.
    """
    return MediaLimits(
        media_types=("video/mp4", "video/quicktime"),
        max_bytes=max_bytes,
        min_seconds=min_seconds,
        max_seconds=max_seconds,
        min_fps=23,
        max_fps=60,
        max_width=1920,
        video_codecs=("h264", "hevc"),
        audio_codecs=("aac",),
        max_bit_rate=max_bit_rate,
        plain=True,  # 4:2:0, progressive, mono or stereo of 48 kHz at most, index first
    )


class Dialect(msgspec.Struct, frozen=True, kw_only=True):
    """The words in which the platforms differ."""

    title: str
    home: str  # with the API's version
    make: str  # POST /{user}/...
    publish: str
    listing: str
    quota: str
    user: str  # the field of /me that names the user
    status: str  # the field of a container that says how far it is
    trouble: str  # the field that says what is wrong with it
    text: str  # the field of a post


class ContainerClient(ABC):
    """Implements what a `schedulerx.posts.platform.Platform` does, but its `check`."""

    name: str
    limits: Limits
    options: Mapping[str, Option]
    oauth: OAuth
    credentials: tuple[str, ...]
    dialect: ClassVar[Dialect]

    @abstractmethod
    def check(self, draft: Draft) -> list[Problem]:
        """Rules beyond `limits`."""

    @abstractmethod
    def fields(self, item: MediaItem, url: str, *, child: bool) -> dict[str, str]:
        """What makes a container of one medium, its text aside."""

    @abstractmethod
    def words(self, draft: Draft) -> dict[str, str]:
        """The text of a post, and what else it says once."""

    @abstractmethod
    def meaning(self, session: Session, answer: Response) -> PlatformError:
        """What an error means."""

    @abstractmethod
    def trouble(self, told: str) -> PlatformError:
        """Why a container is of no use."""

    def prepare(self, session: Session) -> Ready | Waiting:
        """Makes the containers that the handle does not have, and waits until they are ready."""
        if "user" not in session.handle:
            session.save({**session.handle, "user": self._user(session)})
        if "container" not in session.handle:
            if not self._make_children(session):
                return Waiting(seconds=self.limits.poll_seconds)
            made = self._make(session, self._container(session))
            session.save({**session.handle, "container": made})
        status = self._usable(self._state(session, session.handle["container"]))
        if status == "PUBLISHED":
            session.save({**session.handle, "live": True})
        is_waiting = status == "IN_PROGRESS"
        return Waiting(seconds=self.limits.poll_seconds) if is_waiting else Ready()

    def publish(self, session: Session) -> Published | Waiting:
        """Publishes the container; what is said instead of yes counts only with its status."""
        if session.handle.get("live"):
            return Waiting(seconds=0)
        session.save({**session.handle, "sent_at": session.now().isoformat()})
        form = {"creation_id": session.handle["container"]}
        answer = self._call(session, "POST", f"{session.handle['user']}/{self.dialect.publish}",
                            form=form)  # fmt: skip
        if answer.status >= 300:
            return self._after_no(session, answer)
        session.save({**session.handle, "media": answer.read(Made).id})
        return Waiting(seconds=0)

    def _after_no(self, session: Session, answer: Response) -> Waiting:
        """Instagram has said no to what it had published: the container is asked first."""
        error = self.meaning(session, answer)
        try:
            state = self._state(session, session.handle["container"])
        except PlatformError as trouble:
            raise AnswerLost(str(error), code=error.code) from trouble
        if self._usable(state) != "PUBLISHED":
            raise error
        session.save({**session.handle, "live": True})
        return Waiting(seconds=0)

    def poll(self, session: Session) -> Published | Waiting:
        """Reads where the post is to be seen."""
        with only_read():
            if "media" in session.handle:
                return self._seen(session, session.handle["media"])
            return self._listed(session)

    def find(self, session: Session) -> Published | Absent | Unsure:
        """Asks the container. Not published, it may be: a container is published once."""
        if "container" not in session.handle:
            return Absent()  # there is none that could be published
        if "media" in session.handle:
            return self._seen(session, session.handle["media"])
        if session.handle.get("live"):
            return self._listed(session)
        try:
            status, _ = self._state(session, session.handle["container"])
        except AccountRefused:
            raise
        except Refused as error:
            return Unsure(hint=f"look at the profile: the container cannot be asked ({error})")
        return self._listed(session) if status == "PUBLISHED" else Absent()

    def _make_children(self, session: Session) -> bool:
        """Makes a container for each medium of several; whether all are ready."""
        draft = session.draft
        if len(draft.media) < 2:
            return True
        made: list[str] = list(session.handle.get("children", []))
        if not made:
            self._check_quota(session)
        for item in draft.media[len(made) :]:
            url = session.media.url(item)
            made = [*made, self._make(session, self.fields(item, url, child=True))]
            session.save({**session.handle, "children": made})
        return all(self._usable(self._state(session, child)) == "FINISHED" for child in made)

    def _container(self, session: Session) -> dict[str, str]:
        """What makes the container that is published."""
        draft = session.draft
        words = self.words(draft)
        if len(draft.media) > 1:
            children = ",".join(session.handle["children"])
            return {"media_type": "CAROUSEL", "children": children, **words}
        self._check_quota(session)
        if not draft.media:
            return {"media_type": "TEXT", **words}
        url = session.media.url(draft.media[0])
        return {**self.fields(draft.media[0], url, child=False), **words}

    def _make(self, session: Session, form: dict[str, str]) -> str:
        path = f"{session.handle['user']}/{self.dialect.make}"
        return self._answered(session, "POST", path, form=form).read(Made).id

    def _state(self, session: Session, container: str) -> tuple[str, str]:
        """How far a container is, and what is wrong with it."""
        dialect = self.dialect
        query = {"fields": f"{dialect.status},{dialect.trouble}"}
        found = self._answered(session, "GET", container, query=query).read(State)
        status = str(getattr(found, dialect.status))
        if status not in _STATES:
            raise AnswerLost(f"{dialect.title} says not how far the container is: {status!r}")
        return status, str(getattr(found, dialect.trouble))

    def _usable(self, state: tuple[str, str]) -> str:
        """IN_PROGRESS, FINISHED or PUBLISHED.

        Raises:
            NotAccepted: it ended unpublished, and another may do (`restart`).
            Refused: no other would do.
        """
        status, told = state
        if status == "EXPIRED":
            words = f"{self.dialect.title} let the container expire; it is made anew"
            raise NotAccepted(words, code=status, after_s=0, restart=True)
        if status == "ERROR":
            raise self.trouble(told)
        return status

    def _check_quota(self, session: Session) -> None:
        """Raises Throttled where the account has published as much as it may in a day."""
        path = f"{session.handle['user']}/{self.dialect.quota}"
        query = {"fields": "quota_usage,config"}
        for each in self._answered(session, "GET", path, query=query).read(Quota).data:
            total = each.config.quota_total
            if total is not None and each.quota_usage >= total:
                words = f"{self.dialect.title} lets the account publish {total} posts a day"
                raise Throttled(words, code="quota", after_s=_QUOTA_S)

    def _user(self, session: Session) -> str:
        field = self.dialect.user
        known = session.tokens.get().get("user_id")
        if known:
            return str(known)
        found = self._answered(session, "GET", "me", query={"fields": field}).read(User)
        user = str(getattr(found, field))
        if not user:
            raise AnswerLost(f"{self.dialect.title} says not whose the token is")
        return user

    def _seen(self, session: Session, media: str) -> Published:
        found = self._answered(session, "GET", media, query={"fields": "id,permalink"})
        return Published(platform_id=media, url=found.read(Post).permalink)

    def _listed(self, session: Session) -> Published:
        """The published container's post, by its text and time; the container where none is it."""
        query = {"fields": f"id,{self.dialect.text},permalink,timestamp", "limit": "25"}
        path = f"{session.handle['user']}/{self.dialect.listing}"
        text = self.words(session.draft).get(self.dialect.text, "").strip()
        for post in self._answered(session, "GET", path, query=query).read(Posts).data:
            is_new = is_since(post.timestamp, session.handle["sent_at"])
            if is_new and str(getattr(post, self.dialect.text)).strip() == text:
                return Published(platform_id=post.id, url=post.permalink)
        return Published(platform_id=f"container:{session.handle['container']}")

    def _answered(self, session: Session, method: str, path: str, **content: Any) -> Response:
        answer = self._call(session, method, path, **content)
        if answer.status >= 300:
            raise self.meaning(session, answer)
        return answer

    def _call(self, session: Session, method: str, path: str, **content: Any) -> Response:
        url = at_server(session.account.server, f"{self.dialect.home}/{path}")
        token = long_lived_token(session, self.oauth)
        return session.http.send(graph_request(method, url, token, **content))
