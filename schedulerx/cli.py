"""The `schedulerx` command: one subcommand a module of `schedulerx.commands`."""

from __future__ import annotations

import argparse
import importlib
import os
import sqlite3
import sys
from collections.abc import Sequence

from schedulerx import __version__
from schedulerx.commands.parsing import Parser
from schedulerx.errors import ExitCode, SchedulerXError
from schedulerx.settings import SettingsError

COMMANDS = (
    "run",
    "export",
    "find",
    "explain",
    "persons",
    "devices",
    "duplicates",
    "library",
    "accounts",
    "posts",
    "health",
    "copy",
    "db",
    "cloud",
)

EPILOG = """Examples:
  schedulerx run FOLDER RESULTS
  schedulerx export timeline --artifact_dir RESULTS --output timeline.html
  schedulerx find "Nell Tidewater" --artifact_dir RESULTS
  schedulerx posts add --account coast --text "Low tide" --at "2026-12-24 15:00"

`schedulerx COMMAND --help` tells more. Exit codes: 0 done; 1 something failed
or needs a person; 2 wrong flags, folders or credentials; 3 a certificate does
not balance; 130 stopped by Ctrl-C."""


def parser(words: Sequence[str] = ()) -> argparse.ArgumentParser:
    """The parser of the command that the words begin with, of the whole command line where they
    begin with none: what other commands import would take most of a second.
    """
    root = Parser(
        prog="schedulerx",
        description="Turns folders and buckets of files into validated media, text, events, "
        "persons and devices, and lets posts go out at their time, once.",
        epilog=EPILOG,
    )
    root.add_argument("--version", action="version", version=f"schedulerx {__version__}")
    subparsers = root.add_subparsers(title="commands", metavar="COMMAND", required=True)
    named = [name for name in COMMANDS if [name] == list(words[:1])]
    for name in named or COMMANDS:
        importlib.import_module(f"schedulerx.commands.{name}").add_to(subparsers)
    return root


def run(arguments: argparse.Namespace) -> int:
    """Runs what the arguments chose; errors become one sentence and an exit code."""
    try:
        return int(arguments.func(arguments))
    except SchedulerXError as error:
        sys.stderr.write(f"error: {error}\n")
        return error.exit_code
    except SettingsError as error:
        sys.stderr.write(f"error: {error}\n")
        return ExitCode.USAGE
    except BrokenPipeError:  # the reader had enough, as `| head` has
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return ExitCode.BALANCED
    except (OSError, sqlite3.Error) as error:
        sys.stderr.write(f"error: {_of_the_system(error)}\n")
        return ExitCode.USAGE
    except KeyboardInterrupt:
        sys.stderr.write("interrupted\n")
        return ExitCode.INTERRUPTED


def _of_the_system(error: OSError | sqlite3.Error) -> str:
    """A full disk, a missing right, a folder that is not there: what, where, and what to do."""
    if isinstance(error, OSError) and error.strerror:
        where = f"{error.filename}: " if error.filename else ""
        return f"{where}{error.strerror.lower()}. Nothing published is lost; mend it and run again"
    return f"{error}. Nothing published is lost; mend it and run again"


def main(argv: Sequence[str] | None = None) -> int:
    """Entry point of the `schedulerx` command."""
    words = sys.argv[1:] if argv is None else argv
    return run(parser(words).parse_args(words))


if __name__ == "__main__":
    sys.exit(main())
