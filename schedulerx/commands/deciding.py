"""What `schedulerx persons` and `schedulerx devices` share: joins and bans by hand."""

from __future__ import annotations

import argparse
import sys

import msgspec

from schedulerx.commands.origin import add_origin, results_of
from schedulerx.model.evidence import Decision
from schedulerx.model.ports import EvidenceStore


def declare(subparsers: argparse._SubParsersAction[argparse.ArgumentParser], realm: str) -> None:
    """Declares `schedulerx REALMs`."""
    parser = subparsers.add_parser(
        f"{realm}s",
        help=f"join {realm}s by hand, or keep them apart",
        description=f"Decisions about {realm}s: every run respects them, until they are undone.",
        epilog=f"`schedulerx export {realm}s` lists their ids, `schedulerx explain {realm} ID` "
        "tells why it is one.",
    )
    actions = parser.add_subparsers(title="actions", metavar="ACTION", required=True)
    named = f"an id of `export {realm}s`, or an identity as it is written there"
    for name, said in (("join", "these two are one"), ("forbid", "these two are never one")):
        action = _action(actions, name, said, realm)
        action.add_argument("one", metavar="ONE", help=named)
        action.add_argument("other", metavar="OTHER", help="as ONE")
        action.add_argument("--reason", default="", metavar="TEXT", help="kept with the decision")
    action = _action(actions, "split", "these identities are not the rest's", realm)
    action.add_argument("one", metavar="ONE", help=named)
    action.add_argument("identities", nargs="+", metavar="IDENTITY", help="to part from the rest")
    action.add_argument("--reason", default="", metavar="TEXT", help="kept with the decision")
    action = _action(actions, "undo", "take a decision back", realm)
    action.add_argument("decision", type=int, metavar="NUMBER", help="as `decisions` lists it")
    action = _action(actions, "decisions", "list what was decided", realm)
    action.add_argument("--json", action="store_true", help="a JSON object a line")


def _action(
    actions: argparse._SubParsersAction[argparse.ArgumentParser], name: str, said: str, realm: str
) -> argparse.ArgumentParser:
    action = actions.add_parser(name, help=said, description=f"{said[0].upper()}{said[1:]}.")
    add_origin(action)
    action.set_defaults(func=run, realm=realm, action=name)
    return action


def run(arguments: argparse.Namespace) -> int:
    """The subcommand."""
    with results_of(arguments) as (_, evidence):
        if arguments.action == "decisions":
            for each in evidence.decisions(arguments.realm):
                sys.stdout.write(_line(each, as_json=arguments.json) + "\n")
            return 0
        number = _decide(evidence, arguments)
        evidence.resolve_persons()
        evidence.resolve_devices()
        evidence.link_persons_and_devices()
    sys.stdout.write(_said(arguments, number) + "\n")
    return 0


def _decide(evidence: EvidenceStore, arguments: argparse.Namespace) -> int:
    realm = arguments.realm
    if arguments.action == "undo":
        evidence.undo(realm, arguments.decision)
        return int(arguments.decision)
    if arguments.action == "split":
        return evidence.split(realm, arguments.one, arguments.identities, arguments.reason)
    decide = evidence.join if arguments.action == "join" else evidence.forbid
    return decide(realm, arguments.one, arguments.other, arguments.reason)


def _said(arguments: argparse.Namespace, number: int) -> str:
    if arguments.action == "undo":
        return f"Decision {number} is undone."
    return (
        f"Decision {number} is taken; `schedulerx {arguments.realm}s undo {number}` takes it back."
    )


def _line(decision: Decision, *, as_json: bool) -> str:
    if as_json:
        return msgspec.json.encode(decision).decode()
    verb = "is one with" if decision.verdict == "join" else "is not one with"
    undone = " (undone)" if decision.is_undone else ""
    reason = f": {decision.reason}" if decision.reason else ""
    keys, others = ", ".join(decision.keys), ", ".join(decision.others)
    return f"{decision.decision_id}  {decision.decided_at}  {keys} {verb} {others}{undone}{reason}"
