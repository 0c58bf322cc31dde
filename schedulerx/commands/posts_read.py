"""Looking at posts: list, show."""

from __future__ import annotations

import argparse
import sys
from zoneinfo import ZoneInfo

import msgspec
from rich.console import Console
from rich.table import Table
from rich.text import Text

from schedulerx.commands.accounts_opening import opened
from schedulerx.commands.arguments import count
from schedulerx.commands.console import printable
from schedulerx.commands.posts_found import found
from schedulerx.errors import ExitCode
from schedulerx.posts.model import State, Target
from schedulerx.stores.postgres.post_reads import Listed

STYLES = {
    State.POSTED: "green",
    State.FAILED: "red",
    State.UNKNOWN: "bold yellow",
    State.CANCELLED: "dim",
}
_Actions = argparse._SubParsersAction  # noqa: SLF001  (argparse has no public name for it)


def add_to(actions: _Actions[argparse.ArgumentParser]) -> None:
    """Declares the actions."""
    listing = actions.add_parser("list", help="list posts by the time they are due")
    listing.add_argument("--state", choices=[state.value for state in State], metavar="STATE",
                         help=", ".join(State))  # fmt: skip
    listing.add_argument(
        "--limit", type=count, default=50, metavar="N", help="default: %(default)s"
    )
    listing.set_defaults(func=run_list)
    show = actions.add_parser("show", help="show a post, and what became of it everywhere")
    show.add_argument("id", metavar="ID", help="the post's id, or its beginning")
    show.set_defaults(func=run_show)
    for action in (listing, show):
        action.add_argument("--json", action="store_true", help="for machines")


def run_list(arguments: argparse.Namespace) -> int:
    """Lists posts."""
    state = State(arguments.state) if arguments.state else None
    with opened(arguments) as house:
        posts = house.posts.listed(state, arguments.limit)
    if arguments.json:
        sys.stdout.buffer.write(msgspec.json.encode(posts) + b"\n")
        return ExitCode.BALANCED
    Console(highlight=False, markup=False).print(_table(posts) if posts else _none(state))
    return ExitCode.BALANCED


def _none(state: State | None) -> str:
    return f"no posts are {state}" if state else "no posts yet: `schedulerx posts add`"


def _table(posts: list[Listed]) -> Table:
    table = Table(box=None, pad_edge=False)
    for name in ("post", "due", "zone", "state", "accounts", "text"):
        table.add_column(name, no_wrap=name not in ("accounts", "text"))
    for each in posts:
        post = each.post
        local = post.due_at.astimezone(ZoneInfo(post.zone))
        accounts = _some([name for name, _ in each.targets])
        words = " ".join(printable(post.content.text or post.content.title).split())
        table.add_row(
            str(post.post_id)[:8],
            f"{local:%Y-%m-%d %H:%M}",
            post.zone,
            Text(each.state, style=STYLES.get(each.state, "")),
            Text(printable(accounts)),
            Text(words[:200], no_wrap=True, overflow="ellipsis"),  # one line, as wide as there is
        )
    return table


def _some(names: list[str]) -> str:
    """Names on a line: the first of many."""
    more = f" +{len(names) - 2}" if len(names) > 3 else ""
    return ", ".join(names[:2] if more else names) + more


def run_show(arguments: argparse.Namespace) -> int:
    """Shows one post."""
    with opened(arguments) as house:
        each = found(house, arguments.id)
    if arguments.json:
        sys.stdout.buffer.write(msgspec.json.encode(each) + b"\n")
        return ExitCode.BALANCED
    _show(each, Console(highlight=False))
    return ExitCode.BALANCED


def _show(each: Listed, console: Console) -> None:
    post = each.post
    console.print(Text(f"{post.post_id}  {each.state}", style="bold"))
    local = post.due_at.astimezone(ZoneInfo(post.zone))
    console.print(f"due {local:%Y-%m-%d %H:%M} {post.zone}, revision {post.revision}")
    if post.recurrence:
        console.print(Text(f"again {post.recurrence}"))
    for name in ("title", "text", "link"):
        if value := getattr(post.content, name):
            console.print(Text(f"{name}: {printable(value)}"))
    for platform, own in post.overrides.items():
        console.print(Text(f"text for {platform}: {printable(own.text)}"))
    for name, value in post.content.options.items():
        console.print(Text(f"option: {printable(f'{name}={value}')}"))
    for item in post.media:
        size = f"{item.width} x {item.height}, " if item.width else ""
        said = f"; {item.alt}" if item.alt else ", without alt text"
        words = f"media: {item.name} ({size}{item.bytes:,} bytes){said}"
        console.print(Text(printable(words)))
    for name, target in each.targets:
        console.print(_target(name, target))
        if words := _where_or_why(target):
            console.print(Text(f"    {printable(words)}"), soft_wrap=True)  # one line, to be copied


def _target(name: str, target: Target) -> Text:
    posted = f" {target.posted_at:%Y-%m-%d %H:%M:%S} UTC" if target.posted_at else ""
    attempts = f"{target.attempt} attempt" + ("" if target.attempt == 1 else "s")
    state = (f"{target.state}", STYLES.get(target.state, ""))
    return Text.assemble(f"  {printable(name)}: ", state, f"{posted}, {attempts}")


def _where_or_why(target: Target) -> str:
    if target.state is State.POSTED:
        return target.url or target.platform_id or ""
    return target.error or ""
