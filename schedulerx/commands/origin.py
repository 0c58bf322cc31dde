"""Where a command reads results from."""

from __future__ import annotations

import argparse
from contextlib import AbstractContextManager
from pathlib import Path

from schedulerx.compose.results import Results, folder_results, stack_results
from schedulerx.settings import environment


def add_origin(parser: argparse.ArgumentParser) -> None:
    """Declares where results are read from."""
    origin = parser.add_mutually_exclusive_group(required=True)
    origin.add_argument(
        "--artifact_dir", type=Path, metavar="RESULTS", help="results folder of folder runs"
    )
    origin.add_argument(
        "--stack", metavar="NAME", help="a deployed stack whose database can be reached from here"
    )


def results_of(arguments: argparse.Namespace) -> AbstractContextManager[Results]:
    """The results that the arguments of `add_origin` name.

    Raises:
        ConfigurationError: as `folder_results` and `stack_results` say.
    """
    if arguments.stack:
        return stack_results(arguments.stack, environment())
    return folder_results(arguments.artifact_dir, environment())
