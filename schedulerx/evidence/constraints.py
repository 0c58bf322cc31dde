"""Components that respect what is forbidden: the surest joins first, none across a ban."""

from __future__ import annotations

from collections.abc import Iterable

from schedulerx.evidence.clusters import Clusters

# Two keys, and how sure it is that they are one's.
Join = tuple[str, str, float]


def kept_apart(
    joins: Iterable[Join], forbidden: Iterable[tuple[str, str]]
) -> tuple[dict[str, str], set[tuple[str, str]]]:
    """The leader of each key, and the joins that a ban forbids. The order of either is nothing."""
    clusters = Clusters()
    members: dict[str, set[str]] = {}
    bans: dict[str, set[str]] = {}
    for one, other in forbidden:
        bans.setdefault(one, set()).add(other)
        bans.setdefault(other, set()).add(one)
    blocked = set[tuple[str, str]]()
    for one, other, _ in sorted(joins, key=lambda join: (-join[2], join[0], join[1])):
        low, high = sorted((clusters.leader(one), clusters.leader(other)))
        if low == high:
            continue
        left, right = members.setdefault(low, {low}), members.setdefault(high, {high})
        few, many = sorted((left, right), key=len)
        if any(not bans.get(key, set()).isdisjoint(many) for key in few):
            blocked.add((one, other))
            continue
        clusters.join((low, high))
        members[low] = left | right
        del members[high]
    keys = [key for leader in members for key in members[leader]]
    return {key: clusters.leader(key) for key in keys}, blocked
