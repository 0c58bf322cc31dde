"""Why files were not done, grouped, each with the sentence that says what to do next."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from schedulerx.model.record import ReasonCode, Status
from schedulerx.model.run import Problem

SHOWN = 100  # files listed for one reason; the certificate has up to 10,000


@dataclass(frozen=True)
class Explanation:
    """A reason in words."""

    title: str
    next_step: str


FAILED = Explanation(
    "Failed",
    "These are the pipeline's to repeat, not the files' fault. Run the same command again: only "
    "they are redone.",
)
EXPLANATIONS: dict[str, Explanation] = {
    ReasonCode.DAMAGED: Explanation(
        "Damaged",
        "What could be read was read. Fetch these files again from where they came, and run again.",
    ),
    ReasonCode.UNREADABLE: Explanation(
        "Unreadable",
        "The content is not what the name promises, or too broken to open. Look at the file, or "
        "fetch it again.",
    ),
    ReasonCode.LOCKED: Explanation(
        "Locked",
        "A password is needed. Write it into a file, one a line, and run again with "
        "`--password_file` and that file's name.",
    ),
    ReasonCode.REFUSED: Explanation(
        "Refused",
        "Hostile, or over a limit that the sentence names. If you trust a file, raise that limit "
        "in the settings of validate and run again.",
    ),
    ReasonCode.EMPTY: Explanation(
        "Empty", "There is nothing in these files. Copy them again if there should be."
    ),
    ReasonCode.UNSUPPORTED: Explanation(
        "Unsupported",
        "No step reads this kind of file. It stays untouched in the source; convert it if its "
        "content matters.",
    ),
    ReasonCode.SPECIAL: Explanation(
        "Special",
        "Links, devices and sockets are never opened. Put the file itself in the source if it "
        "belongs there.",
    ),
}
OTHER = Explanation("Other reasons", "The sentence beside each file says what happened.")


@dataclass(frozen=True)
class Group:
    """Files that share a reason. `count` is of those the certificate names."""

    status: str
    explanation: Explanation
    count: int
    problems: tuple[Problem, ...]


def grouped(problems: Iterable[Problem]) -> tuple[Group, ...]:
    """The problems by reason: failures first, then the reasons with most files."""
    found: dict[tuple[str, str], list[Problem]] = {}
    for problem in problems:
        found.setdefault((problem.status, problem.reason_code or ""), []).append(problem)
    groups = (_group(status, code, members) for (status, code), members in found.items())
    return tuple(sorted(groups, key=_rank))


def _group(status: str, code: str, members: list[Problem]) -> Group:
    explanation = FAILED if status == Status.FAILED else EXPLANATIONS.get(code, OTHER)
    listed = tuple(sorted(members, key=lambda problem: problem.path)[:SHOWN])
    return Group(status, explanation, len(members), listed)


def _rank(group: Group) -> tuple[bool, int, str]:
    return (group.status != Status.FAILED, -group.count, group.explanation.title)
