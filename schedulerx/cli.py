"""The `schedulerx` command: one subcommand a module of `schedulerx.commands`."""

from __future__ import annotations

import argparse
import importlib
import os
import sys
from collections.abc import Sequence

from schedulerx import __version__
from schedulerx.errors import ExitCode, SchedulerXError
from schedulerx.settings import SettingsError

COMMANDS = ("run", "export", "duplicates", "copy", "db", "cloud")


def parser() -> argparse.ArgumentParser:
    """The parser of the whole command line."""
    root = argparse.ArgumentParser(
        prog="schedulerx",
        description="Turns folders and buckets of files into validated media, text, events, "
        "persons and devices.",
    )
    root.add_argument("--version", action="version", version=f"schedulerx {__version__}")
    subparsers = root.add_subparsers(title="commands", metavar="COMMAND", required=True)
    for name in COMMANDS:
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
    except KeyboardInterrupt:
        sys.stderr.write("interrupted\n")
        return ExitCode.INTERRUPTED
    except BrokenPipeError:  # the reader had enough, as `| head` has
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return ExitCode.BALANCED


def main(argv: Sequence[str] | None = None) -> int:
    """Entry point of the `schedulerx` command."""
    return run(parser().parse_args(argv))


if __name__ == "__main__":
    sys.exit(main())
