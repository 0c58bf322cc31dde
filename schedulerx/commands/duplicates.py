"""`schedulerx duplicates`: lists what is there more than once, and moves the copies on request."""

from __future__ import annotations

import argparse
import sys
from itertools import groupby
from pathlib import Path

import msgspec

from schedulerx.commands.console import printable
from schedulerx.compose.layout import ArtifactFolder
from schedulerx.compose.results import folder_results
from schedulerx.errors import ConfigurationError, ExitCode
from schedulerx.model.evidence import DuplicateFile
from schedulerx.model.run import Run
from schedulerx.settings import environment
from schedulerx.stores.moving import move_copies


def add_to(subparsers: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Declares the subcommand."""
    parser = subparsers.add_parser(
        "duplicates",
        help="list copies, and move them on request",
        description="Lists each original with its copies, their likeness and the bytes that "
        "moving them would gain. Nothing is ever deleted.",
    )
    parser.add_argument(
        "--artifact_dir", type=Path, required=True, metavar="RESULTS",
        help="results folder of folder runs",
    )  # fmt: skip
    parser.add_argument(
        "--near", action="store_true", help="also pictures and videos that look the same"
    )
    parser.add_argument("--move", type=Path, metavar="FOLDER", help="move the copies there")
    parser.add_argument(
        "--json", action="store_true", help="print one JSON object a copy, and what became of it"
    )
    parser.add_argument(
        "--source",
        type=Path,
        metavar="FOLDER",
        help="where the files lie; default: as in the latest run",
    )
    parser.set_defaults(func=run)


def run(arguments: argparse.Namespace) -> int:
    """The subcommand."""
    with folder_results(arguments.artifact_dir, environment()) as (_, evidence):
        copies = list(evidence.duplicates(near=arguments.near))
    if arguments.json and arguments.move is None:
        for copy in copies:
            _print(copy)
    elif not arguments.json:
        _list(copies)
    if arguments.move is None:
        return ExitCode.BALANCED
    folder = ArtifactFolder(arguments.artifact_dir.resolve())
    source = arguments.source or _latest_source(folder)
    _refuse_inside(source, arguments.move)
    with folder.locked():
        return _move(source, arguments.move, copies, as_json=arguments.json)


def _print(copy: DuplicateFile, **outcome: str | None) -> None:
    """One line for machines: names as they are, with the exact bytes where they are no text."""
    line = {**msgspec.to_builtins(copy), **outcome}
    sys.stdout.write(msgspec.json.encode(line).decode() + "\n")


def _list(copies: list[DuplicateFile]) -> None:
    gain = 0
    for original, group in groupby(copies, key=lambda copy: copy.original):
        sys.stdout.write(f"{printable(original)}\n")
        for copy in group:
            gain += copy.bytes
            kind = f"near {copy.score:.3f}" if copy.is_near else "equal     "
            sys.stdout.write(f"  {kind}  {copy.bytes:>13,}  {printable(copy.path)}\n")
    originals = len({(copy.original, copy.original_raw) for copy in copies})
    sys.stdout.write(
        f"{len(copies):,} copies of {originals:,} originals; moving them gains {gain:,} bytes\n"
    )


def _latest_source(folder: ArtifactFolder) -> Path:
    runs = sorted((folder.inventory / "runs").glob("*/run.json"))
    if not runs:
        raise ConfigurationError(f"{folder.root} knows no run; name the folder with --source")
    return Path(msgspec.json.decode(runs[-1].read_bytes(), type=Run).source)


def _refuse_inside(source: Path, target: Path) -> None:
    if not source.is_dir():
        raise ConfigurationError(f"{source} is not there; name the source with --source")
    if target.resolve().is_relative_to(source.resolve()):
        raise ConfigurationError(
            f"{target} lies inside {source}, so the next run would take the copies for new files; "
            "name a folder outside"
        )


def _move(source: Path, target: Path, copies: list[DuplicateFile], *, as_json: bool) -> int:
    moved = stayed = 0
    for copy, problem in move_copies(source, target, copies):
        moved += not problem
        stayed += bool(problem)
        if as_json:
            _print(copy, moved_to=None if problem else str(target.resolve()), stays=problem or None)
        elif problem:
            sys.stderr.write(f"{printable(copy.path)} stays: {printable(problem)}\n")
        else:
            sys.stdout.write(f"moved {printable(copy.path)}\n")
    if not as_json:
        sys.stdout.write(f"{moved:,} copies moved to {target}, {stayed:,} stay\n")
    return ExitCode.FAILURES if stayed else ExitCode.BALANCED
