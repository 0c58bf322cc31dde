"""Posts written and changed by hand: add, edit, move."""

from __future__ import annotations

import argparse
import sys
from uuid import uuid4

import msgspec

from schedulerx.commands.accounts_opening import opened
from schedulerx.commands.arguments import pairs
from schedulerx.commands.console import printable
from schedulerx.commands.posts_found import found, standing, when
from schedulerx.compose.posts import PostHouse
from schedulerx.errors import ConfigurationError, ExitCode
from schedulerx.posts.intake import Writing
from schedulerx.posts.model import Content, State
from schedulerx.posts.scheduling import Checked
from schedulerx.report.words import plural
from schedulerx.stores.postgres.post_reads import Listed
from schedulerx.stores.postgres.posts import UNSENT

_ARGUMENT = argparse.ArgumentParser
_Actions = argparse._SubParsersAction  # noqa: SLF001  (argparse has no public name for it)

EPILOG = """Examples:
  schedulerx posts add --account coast --text "Low tide at nine" \\
    --media pier.jpg --alt "The pier" \\
    --at "2026-12-24 15:00" --zone Europe/Berlin
docs/platforms.md says what each platform takes."""


def add_to(actions: _Actions[_ARGUMENT]) -> None:
    """Declares the actions."""
    _declare_add(actions)
    _declare_edit(actions)
    move = one(actions, "move", "give a post another time", run_move)
    move.add_argument("--at", required=True, metavar="TIME", help="2026-12-24 15:00")
    move.add_argument("--zone", metavar="ZONE", help="default: the post's own")


def one(
    actions: _Actions[_ARGUMENT], name: str, help_text: str, function: object
) -> argparse.ArgumentParser:
    """Declares an action on one post."""
    action = actions.add_parser(name, help=help_text)
    action.add_argument("id", metavar="ID", help="the post's id, or its beginning")
    action.set_defaults(func=function)
    return action


def _declare_add(actions: _Actions[_ARGUMENT]) -> None:
    add = actions.add_parser("add", help="schedule a post", epilog=EPILOG)
    add.add_argument("--account", action="append", default=[], metavar="NAME", required=True,
                     help="whose post it is; repeat it for more than one")  # fmt: skip
    add.add_argument("--at", default="now", metavar="TIME", help="2026-12-24 15:00; default: now")
    add.add_argument("--zone", default="UTC", metavar="ZONE", help="as Europe/Paris; default: UTC")
    add.add_argument("--recurrence", metavar="RRULE", help="as FREQ=WEEKLY;BYDAY=MO,TH")
    add.add_argument("--media", action="append", default=[], metavar="FILE",
                     help="a picture or a video; repeat it for a carousel")  # fmt: skip
    add.add_argument(
        "--alt",
        action="append",
        default=[],
        metavar="TEXT",
        help="describes a medium; one each, in the same order",
    )
    add.add_argument("--dry_run", action="store_true", help="tell every problem, store nothing")
    _declare_content(add)
    add.set_defaults(func=run_add)


def _declare_edit(actions: _Actions[_ARGUMENT]) -> None:
    edit = one(actions, "edit", "change what a post says", run_edit)
    _declare_content(edit)


def _declare_content(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--text", metavar="TEXT", help="what it says")
    parser.add_argument("--title", metavar="TEXT", help="where the platform has one")
    parser.add_argument("--link", metavar="URL", help="the page it leads to")
    parser.add_argument(
        "--option",
        action="append",
        default=[],
        metavar="NAME=VALUE",
        help="a platform's own, as board=123",
    )
    parser.add_argument(
        "--text_for", action="append", default=[], metavar="PLATFORM=TEXT",
        help="another text on one platform",
    )  # fmt: skip


def run_add(arguments: argparse.Namespace) -> int:
    """Schedules a post."""
    overrides = {name: Content(text=text) for name, text in pairs(arguments.text_for).items()}
    writing = Writing(
        text=arguments.text or "",
        at=arguments.at,
        zone=arguments.zone,
        accounts=tuple(arguments.account),
        media=tuple(arguments.media),
        alt=tuple(arguments.alt),
        link=arguments.link or "",
        title=arguments.title or "",
        options=pairs(arguments.option),
        overrides=overrides,
        recurrence=arguments.recurrence,
    )
    with opened(arguments) as house:
        checked = house.desk.check(writing, uuid4())
        tell(checked)
        if checked.post is None:
            return ExitCode.USAGE
        if arguments.dry_run:
            sys.stdout.write("no problem found; nothing was stored\n")
            return ExitCode.BALANCED
        post = house.desk.schedule(checked)
    where = plural(len(checked.accounts), "account")
    sys.stdout.write(f"{post.post_id} goes out on {where} at {when(post)}\n")
    if not arguments.stack:
        sys.stderr.write("`schedulerx posts run_due` sends what is due: let cron type it\n")
    return ExitCode.BALANCED


def tell(checked: Checked) -> None:
    """Problems and notes, a line each."""
    for problem in checked.problems:
        sys.stderr.write(f"problem: {printable(problem.message)}\n")
    for note in checked.notes:
        sys.stderr.write(f"note: {printable(note)}\n")


def run_edit(arguments: argparse.Namespace) -> int:
    """Changes what a post says, while nothing of it has been sent."""
    given = {name: getattr(arguments, name) for name in ("text", "title", "link")}
    changes = {name: value for name, value in given.items() if value is not None}
    options, texts = pairs(arguments.option), pairs(arguments.text_for)
    if not (changes or options or texts):
        raise ConfigurationError("nothing is changed: give --text, --title, --link or --option")
    with opened(arguments) as house:
        shown = found(house, arguments.id)
        post = shown.post
        changed = msgspec.structs.replace(
            post,
            content=msgspec.structs.replace(
                post.content, **changes, options={**post.content.options, **options}
            ),
            overrides={
                **post.overrides,
                **{name: Content(text=text) for name, text in texts.items()},
            },
        )
        return _changed(house, shown, house.desk.recheck(changed, _names(shown)))


def run_move(arguments: argparse.Namespace) -> int:
    """Gives a post another time."""
    with opened(arguments) as house:
        shown = found(house, arguments.id)
        zone = arguments.zone or shown.post.zone
        moved = house.desk.moved(shown.post, arguments.at, zone, _names(shown))
        return _changed(house, shown, moved)


def _names(shown: Listed) -> tuple[str, ...]:
    return tuple(name for name, _ in shown.targets)


def _changed(house: PostHouse, before: Listed, checked: Checked) -> int:
    tell(checked)
    if checked.post is None:
        return ExitCode.USAGE
    if not house.posts.change(checked.post):
        raise ConfigurationError(_unchanged(house, before))
    waits = any(target.state is State.PENDING for _, target in before.targets)
    if waits:
        house.desk.clock.set(checked.post)
        sys.stdout.write(f"changed; it goes out at {when(checked.post)}\n")
    else:
        post = str(checked.post.post_id)[:8]
        sys.stdout.write(
            f"changed, and does not go out: {standing(before)}; `schedulerx posts retry {post}` "
            "lets it\n"
        )
    return ExitCode.BALANCED


def _unchanged(house: PostHouse, before: Listed) -> str:
    """Why it could not be changed."""
    post = str(before.post.post_id)[:8]
    now = found(house, str(before.post.post_id))
    if now.post.revision != before.post.revision:
        return f"{post} was changed by somebody else meanwhile: look at it, then change it again"
    advice = (
        f"`schedulerx posts cancel {post}` still stops it"
        if any(target.state is State.ARMED for _, target in now.targets)
        else f"see `schedulerx posts show {post}`"
    )
    return f"{post} is not changed: {standing(now, UNSENT)}; {advice}"
