"""What is wrong with a draft whose media were made to fit: what nothing mended, and what may."""

from __future__ import annotations

from collections.abc import Iterator

import msgspec

from schedulerx.posts.checking import is_video, limits_of, problems_of
from schedulerx.posts.choices import choices_of, misunderstood
from schedulerx.posts.conversion import advice, hopeless, is_stopped
from schedulerx.posts.platform import Draft, Platform, Problem


def problems_with(draft: Draft, platform: Platform) -> list[Problem]:
    """Every rule the draft breaks, with the value, the limit and the next step. Of a medium that
    is left as it is because one rule cannot be mended, the others are not told: they could be.
    """
    unclear = misunderstood(draft.content.options)
    return [
        *([Problem(rule="option", message=unclear)] if unclear else ()),
        *_of_animations(draft, platform),
        *(
            _advised(each, draft)
            for each in problems_of(draft, platform)
            if _is_final(each, draft, platform)
        ),
    ]


def _of_animations(draft: Draft, platform: Platform) -> Iterator[Problem]:
    still = choices_of(draft.content.options).still
    for position, item in enumerate(draft.media):
        if is_stopped(item, draft.limits(platform)) and not still:
            words = (
                f"{item.name} moves ({item.frames} frames), and {platform.name} shows stills; "
                "--option still=yes posts the first frame"
            )
            yield Problem(rule="animation", message=words, media=position)


def _is_final(problem: Problem, draft: Draft, platform: Platform) -> bool:
    if problem.media is None:
        return True
    item = draft.media[problem.media]
    limits = limits_of(item, draft.limits(platform))
    if limits is None:
        return True
    never = {each.rule for each in hopeless(item, limits, choices_of(draft.content.options))}
    return not never or problem.rule in never or problem.rule == "alt_length"


def _advised(problem: Problem, draft: Draft) -> Problem:
    if problem.media is None:
        return problem
    item = draft.media[problem.media]
    step = advice(problem.rule, item)
    too_short = problem.rule == "duration" and is_video(item) and " at least " in problem.message
    if not step or too_short:
        return problem
    return msgspec.structs.replace(problem, message=f"{problem.message}; {step}")
