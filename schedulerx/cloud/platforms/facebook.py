"""A Facebook page in memory.

Source: developers.facebook.com, Pages API: Posts; Page Photos; Video API: Resumable Upload.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

import msgspec

from schedulerx.cloud.platforms.graph import GraphStandIn, Says, missing
from schedulerx.cloud.platforms.serving import Answer, Asked, Shown

PAGE, PAGE_TOKEN = "1001", "token-of-the-page"
_PROCESSING_S = 20.0
_ELSEWHERE = 1363037
_MOST_BYTES = 10 * 1000**2  # of a photo
_MEBIBYTE = 1024**2


class Film(msgspec.Struct, kw_only=True):
    """A video of the page."""

    size: int
    received: int = 0
    ended_at: float | None = None
    trouble: str = ""


class FacebookStandIn(GraphStandIn):
    """Knows neither keys nor handles of posts; videos have an id from their first byte."""

    name = "facebook"

    def __init__(self, now: Callable[[], float], chunk: int = _MEBIBYTE) -> None:
        super().__init__(now, "pages_show_list,pages_manage_posts,pages_read_engagement")
        self.chunk = chunk
        self.pages = [{"id": PAGE, "name": "The harbour", "access_token": PAGE_TOKEN}]
        self.photos: dict[str, bool] = {}  # whether a post shows it
        self.films: dict[str, Film] = {}
        self.troubles: deque[str] = deque()  # of the videos to come; "" is none
        self.feed: list[dict[str, Any]] = []
        self.routes = {r"POST /video-upload/(\d+)": self._whole, **self.routes}

    def allows(self, asked: Asked) -> bool:
        """The page has a token of its own."""
        return asked.bearer() == PAGE_TOKEN or super().allows(asked)

    def graph(self, asked: Asked) -> Answer:
        """By method and path."""
        place = f"{asked.method} {asked.parts[0]}"
        if place == "GET me/accounts":
            return Answer(json={"data": self.pages})
        if place == "GET me/permissions":
            return Answer(json={"data": self._permissions()})
        if asked.bearer() != PAGE_TOKEN:
            return Says(status=403, code=200).answer()
        route = {
            f"POST {PAGE}/photos": self._photo,
            f"POST {PAGE}/feed": self._post,
            f"GET {PAGE}/feed": self._list,
            f"POST {PAGE}/videos": self._video,
            f"POST {PAGE}/video_reels": self._reel,
        }.get(place)
        return route(asked) if route else self._film(asked.parts[0])

    def _permissions(self) -> list[dict[str, str]]:
        withheld = self.desk.withheld
        return [
            {"permission": each, "status": "declined" if each in withheld else "granted"}
            for each in self.desk.scopes.split(",")
        ]

    def _photo(self, asked: Asked) -> Answer:
        size = len(asked.fields()["source"][1])
        if asked.form().get("published") != "false" or not 0 < size <= _MOST_BYTES:
            return Says(code=324).answer()
        photo = str(5000 + len(self.photos))
        self.photos[photo] = False
        return Answer(json={"id": photo})

    def _post(self, asked: Asked) -> Answer:
        form = asked.form()
        attached = [
            str(msgspec.json.decode(text)["media_fbid"])
            for name, text in form.items()
            if name.startswith("attached_media[")
        ]
        if any(self.photos.get(each, True) for each in attached):
            return Says(code=100).answer()
        message = form.get("message", "")
        if not attached and not message and "link" not in form:
            return Says(code=100).answer()
        if not attached and self.feed and self.feed[0].get("message") == message:
            return Says(code=506, subcode=1455006).answer()
        self.photos.update(dict.fromkeys(attached, True))
        return Answer(json={"id": self._shown(message, len(attached), attached)})

    def _shown(self, message: str, media: int, attached: list[str]) -> str:
        post_id = f"{PAGE}_{len(self.feed) + 1}"
        self.shown.append(Shown(post_id=post_id, text=message, media=media))
        parts = {"data": [{"target": {"id": each}} for each in attached]}
        self.feed.insert(
            0,
            {
                "id": post_id,
                "message": message,
                "created_time": datetime.fromtimestamp(self.now(), UTC).strftime(
                    "%Y-%m-%dT%H:%M:%S+0000"
                ),
                "permalink_url": f"https://www.facebook.com/{PAGE}/posts/{len(self.feed) + 1}",
                **({"attachments": {"data": [{"subattachments": parts}]}} if attached else {}),
            },
        )
        return post_id

    def _list(self, asked: Asked) -> Answer:
        since = float(asked.query.get("since", "0"))
        newer = [
            each
            for each in self.feed
            if datetime.fromisoformat(each["created_time"]).timestamp() >= since
        ]
        return Answer(json={"data": newer[: int(asked.query.get("limit", "25"))]})

    def _video(self, asked: Asked) -> Answer:
        form = asked.form()
        if form["upload_phase"] == "start":
            number = str(9000 + len(self.films))
            trouble = self.troubles.popleft() if self.troubles else ""
            film = self.films[number] = Film(size=int(form["file_size"]), trouble=trouble)
            ids = {"video_id": number, "upload_session_id": f"upload-{number}"}
            return Answer(json={**ids, **self._offsets(film)})
        number = form["upload_session_id"].removeprefix("upload-")
        if number not in self.films:
            return missing(number)
        film = self.films[number]
        if form["upload_phase"] == "transfer":
            return self._transfer(film, int(form["start_offset"]), asked)
        return self._end(number, film, form)

    def _reel(self, asked: Asked) -> Answer:
        form = asked.form()
        if form["upload_phase"] == "start":
            number = str(9000 + len(self.films))
            trouble = self.troubles.popleft() if self.troubles else ""
            self.films[number] = Film(size=0, trouble=trouble)
            url = f"http://{asked.headers['host']}/{self.name}/video-upload/{number}"
            return Answer(json={"video_id": number, "upload_url": url})
        film = self.films.get(form["video_id"])
        if film is None:
            return missing(form["video_id"])
        if not film.size or form.get("video_state") != "PUBLISHED":
            return Says(code=6000, subcode=1363130).answer()
        return self._end(form["video_id"], film, form)

    def _whole(self, asked: Asked) -> Answer:
        """A reel's bytes, from where it has them on; nobody but the page's own may send them."""
        film, told = self.films.get(asked.parts[0]), asked.headers
        if film is None or told.get("authorization") != f"OAuth {PAGE_TOKEN}":
            return Answer(
                status=403, json={"debug_info": {"retriable": False, "type": "NotAuthorized"}}
            )
        film.size = int(told["file_size"])
        if int(told["offset"]) != film.received or film.received + len(asked.body) > film.size:
            return Answer(
                status=400, json={"debug_info": {"retriable": False, "type": "PartialRequest"}}
            )
        film.received += len(asked.body)
        return Answer(json={"success": True})

    def _offsets(self, film: Film) -> dict[str, str]:
        end = min(film.received + self.chunk, film.size)
        return {"start_offset": str(film.received), "end_offset": str(end)}

    def _transfer(self, film: Film, start: int, asked: Asked) -> Answer:
        if start != film.received:
            return Says(code=6000, subcode=_ELSEWHERE, data=self._offsets(film)).answer()
        film.received += len(asked.fields()["video_file_chunk"][1])
        return Answer(json=self._offsets(film))

    def _end(self, number: str, film: Film, form: dict[str, str]) -> Answer:
        if film.received < film.size or film.ended_at is not None:
            return Says(code=6000, subcode=1363045).answer()
        film.ended_at = self.now()
        if not film.trouble:
            text = form.get("description", "")
            extra = {"title": form.get("title", "")}
            self.shown.append(Shown(post_id=number, text=text, media=1, extra=extra))
        return Answer(json={"success": True})

    def _film(self, number: str) -> Answer:
        film = self.films.get(number)
        if film is None:
            return missing(number)
        is_done = film.ended_at is not None and self.now() >= film.ended_at + _PROCESSING_S
        uploading = {"status": "in_progress", "bytes_transferred": film.received}
        status: dict[str, Any] = {"video_status": "processing", "uploading_phase": uploading}
        if is_done and film.trouble:
            processing = {"status": "error", "error": {"code": 1, "message": film.trouble}}
            status = {"video_status": "error", "processing_phase": processing}
        elif is_done:
            publishing = {"status": "complete", "publish_status": "published"}
            status = {"video_status": "ready", "publishing_phase": publishing}
        return Answer(
            json={"id": number, "status": status, "permalink_url": f"/{PAGE}/videos/{number}/"}
        )
