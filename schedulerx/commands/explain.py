"""`schedulerx explain KIND ID`: why, and where it is written."""

from __future__ import annotations

import argparse
import sys

import msgspec

from schedulerx.commands.origin import add_origin, results_of
from schedulerx.evidence.explaining import sentences

KINDS = ("person", "device", "event")
EPILOG = """Examples:
  schedulerx explain person +12025550117 --artifact_dir RESULTS
  schedulerx explain device 352099001761481 --artifact_dir RESULTS
`schedulerx export persons --artifact_dir RESULTS` lists the ids of persons."""


def add_to(subparsers: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Declares the subcommand."""
    parser = subparsers.add_parser(
        "explain",
        help="tell why somebody is one person, something one device, or an event told twice",
        description="Names every join, the rule, how sure it is, and the file, row and page.",
        epilog=EPILOG,
    )
    parser.add_argument("kind", choices=KINDS, metavar="KIND", help=", ".join(KINDS))
    parser.add_argument(
        "id", metavar="ID", help="an id of an export; of persons and devices an identity too"
    )
    add_origin(parser)
    parser.add_argument("--json", action="store_true", help="as one JSON object")
    parser.set_defaults(func=run)


def run(arguments: argparse.Namespace) -> int:
    """The subcommand."""
    with results_of(arguments) as (_, evidence):
        told = evidence.explain(arguments.kind, arguments.id)
    if arguments.json:
        sys.stdout.write(msgspec.json.encode(told).decode() + "\n")
    else:
        sys.stdout.writelines(f"{sentence}\n" for sentence in sentences(told))
    return 0
