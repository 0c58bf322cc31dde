"""Options of a post, as each platform's API gets them; the stand-in takes what is right alone."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import msgspec
import pytest
from msgspec.structs import replace as with_

from schedulerx.posts.checking import problems_of
from schedulerx.posts.http import Request
from schedulerx.posts.outcomes import PlatformError
from schedulerx.posts.platforms.registry import PLATFORMS
from tests.posts.platforms import test_instagram, test_mastodon, test_pinterest, test_tiktok, test_x
from tests.posts.platforms.harness import Case
from tests.posts.platforms.offline import Stage, stage
from tests.posts.platforms.test_hostile_answers import CASES

REEL = test_instagram.a_case(media=(test_instagram.REEL,))
TELEGRAM_TEXT = replace(CASES["telegram"], media=())
X_VIDEO = replace(CASES["x"], media=(test_x.VIDEO,))


def staged(case: Case, **options: str) -> Stage:
    return stage(replace(case, content=with_(case.content, options=options)))


def sent(case: Case, **options: str) -> list[Request]:
    """What was sent to post it."""
    found = staged(case, **options)
    assert problems_of(found.session.draft, case.platform) == []
    found.settle()
    return found.wire.asked


def told(request: Request) -> dict[str, Any]:
    """All that a request says by name, whatever it is in."""
    body = request.json if isinstance(request.json, dict) else {}
    parts = (body.get(name) for name in ("post_info", "source_info", "status", "snippet"))
    found = {**request.query, **(request.form or {}), **body}
    for part in parts:
        found |= part if isinstance(part, dict) else {}
    return found


@pytest.mark.parametrize(
    ("case", "options", "said"),
    [
        (REEL, {"cover_seconds": "2"}, {"thumb_offset": "2000"}),
        (REEL, {"share_to_feed": "no"}, {"share_to_feed": "false"}),
        (REEL, {"collaborators": "@ann, bob"}, {"collaborators": '["ann","bob"]'}),
        (CASES["instagram carousel"], {"collaborators": "ann"}, {"collaborators": '["ann"]'}),
        (CASES["threads"], {"reply_control": "followers_only"},
         {"reply_control": "followers_only"}),
        (CASES["threads"], {"topic_tag": "Roses and more"}, {"topic_tag": "Roses and more"}),
        (CASES["tiktok"], {"cover_seconds": "3"}, {"video_cover_timestamp_ms": 3000}),
        (CASES["tiktok"], {"is_aigc": "yes"}, {"is_aigc": True}),
        (CASES["tiktok"], {"brand_content_toggle": "yes"}, {"brand_content_toggle": True}),
        (CASES["tiktok photos"], {"cover_photo": "2"}, {"photo_cover_index": 1}),
        (CASES["tiktok photos"], {"auto_add_music": "yes"}, {"auto_add_music": True}),
        (CASES["x"], {"reply_settings": "verified"}, {"reply_settings": "verified"}),
        (CASES["x"], {"made_with_ai": "yes"}, {"made_with_ai": True}),
        (CASES["x"], {"paid_partnership": "yes"}, {"paid_partnership": True}),
        (CASES["youtube"], {"notify_subscribers": "no"}, {"notifySubscribers": "false"}),
        (CASES["youtube"], {"synthetic": "yes"}, {"containsSyntheticMedia": True}),
        (CASES["youtube"], {"language": "pt-BR"}, {"defaultLanguage": "pt-BR"}),
        (CASES["pinterest"], {"board": "Garden", "section": "Herbs"}, {"board_section_id": "2002"}),
        (CASES["pinterest"], {"board": "1001", "section": "2001"}, {"board_section_id": "2001"}),
        (TELEGRAM_TEXT, {"preview": "no"}, {"link_preview_options": '{"is_disabled":true}'}),
        (CASES["telegram group"], {"protect": "yes"}, {"protect_content": "true"}),
        (CASES["mastodon"], {"sensitive": "yes"}, {"sensitive": True}),
    ],
)  # fmt: skip
def test_an_option_is_told_in_the_platforms_words(
    case: Case, options: dict[str, str], said: dict[str, Any]
) -> None:
    requests = [told(each) for each in sent(case, **{**case.options, **options})]
    assert [each for each in requests if said.items() <= each.items()]


def test_what_is_of_videos_is_not_told_of_photos() -> None:
    options = {"disable_duet": "yes", "is_aigc": "yes", "cover_seconds": "1"}
    (body,) = [
        each.json["post_info"]
        for each in sent(CASES["tiktok photos"], **options)
        if "content/init" in each.url
    ]
    assert not {"disable_duet", "is_aigc", "video_cover_timestamp_ms"} & set(body)


def test_what_is_of_reels_is_not_told_of_carousels() -> None:
    asked = sent(CASES["instagram carousel"], cover_seconds="1", share_to_feed="no")
    assert not [each for each in asked if "thumb_offset" in (each.form or {})]


def test_a_videos_alt_text_is_kept_from_x_which_has_none_for_videos() -> None:
    item, content = test_x.VIDEO
    case = replace(X_VIDEO, media=((with_(item, alt="a tree"), content),))
    assert not [each for each in sent(case) if "metadata" in each.url]


@pytest.mark.parametrize(
    ("case", "options", "words"),
    [
        (test_tiktok.a_case(), {"brand_content_toggle": "yes", "privacy_level": "SELF_ONLY"},
         "no branded content"),
        (CASES["tiktok photos"], {"cover_photo": "9"}, "cover_photo is 9"),
        (REEL, {"collaborators": "a,b,c,d"}, "4 collaborators, Instagram takes 3"),
        (CASES["threads"], {"topic_tag": "a & b"}, "topic_tag is"),
        (CASES["x"], {"reply_settings": "nobody"}, "reply_settings is"),
        (CASES["youtube"], {"language": "french!"}, "language is"),
        (test_mastodon.a_case(), {"max_characters": "many"}, "not a whole number"),
        (CASES["x"], {"max_characters": "many"}, "not a whole number"),
    ],
)  # fmt: skip
def test_what_an_option_may_not_say_is_told_before(
    case: Case, options: dict[str, str], words: str
) -> None:
    found = problems_of(staged(case, **options).session.draft, case.platform)
    assert words in " ".join(each.message for each in found)


def test_a_section_that_there_is_not_is_told_with_those_there_are() -> None:
    case = test_pinterest.a_case(media=(test_pinterest.PICTURE,))
    with pytest.raises(PlatformError, match="no section 'Trees'; there are Herbs, Roses"):
        staged(case, board="Garden", section="Trees").settle()


def test_a_text_with_more_links_than_threads_takes_is_told() -> None:
    case = CASES["threads"]
    links = [f"https://example.org/{number}" for number in range(6)]

    def problems(text: str) -> list[str]:
        content = msgspec.structs.replace(case.content, text=text, link="")
        draft = stage(replace(case, content=content)).session.draft
        return [each.message for each in problems_of(draft, PLATFORMS["threads"])]

    assert problems(" ".join([*links[:5], links[0]])) == []
    assert problems(" ".join(links)) == ["the text has 6 links, Threads takes 5"]


def test_an_account_that_may_post_longer_texts_on_x_says_so() -> None:
    case = replace(CASES["x"], content=with_(CASES["x"].content, text="x" * 400))
    assert problems_of(staged(case).session.draft, case.platform)
    assert problems_of(staged(case, max_characters="25000").session.draft, case.platform) == []
