"""Posts as each platform takes them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from schedulerx.posts.checking import problems_of
from schedulerx.posts.intake import draft_of
from schedulerx.posts.ledger import Work
from schedulerx.posts.platform import Draft, Platform, Problem


@dataclass(frozen=True)
class MediaPreparation:
    """Implements `schedulerx.posts.publishing.Preparation`."""

    def draft(self, work: Work, platform: Platform) -> Draft:
        """The post as it is to appear on the account."""
        _ = platform
        return draft_of(work.post, work.account, work.target.target_id, work.target.attempt)

    def problems(self, draft: Draft, platform: Platform) -> Sequence[Problem]:
        """Every rule that the draft breaks."""
        return problems_of(draft, platform)
