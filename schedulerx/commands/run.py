"""`schedulerx run FOLDER RESULTS`: the folder run, as it is typed."""

from __future__ import annotations

import argparse
from pathlib import Path

from schedulerx.commands.asked import DEFAULT_BATCH, FolderRun, folder
from schedulerx.commands.folder_run import run_folder
from schedulerx.pipeline.definition import NAMES
from schedulerx.pipeline.pool import cores

EPILOG = """Examples:
  everything in a folder; what is encrypted is opened where a password fits
    python run.py FOLDER RESULTS --password_file passwords.txt

  only the text, and only of a part
    python run.py FOLDER RESULTS --steps read --prefix case-17/

Exit codes: 0 every file is accounted for; 1 some files failed, run again to
retry them; 2 wrong flags, folders or credentials, nothing was started; 3 the
certificate does not balance; 130 stopped by Ctrl-C."""


def add_to(subparsers: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Declares the subcommand."""
    parser = subparsers.add_parser(
        "run",
        help="process a folder",
        description="Processes every file of a folder into an artifact folder. Run it again at "
        "any time: what is complete is skipped.",
        epilog=EPILOG,
    )
    add_arguments(parser)
    parser.set_defaults(func=run)


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """The arguments that `run.py` and `schedulerx run` share."""
    parser.add_argument(
        "source_dir", type=folder, help="folder to process; nothing in it is changed"
    )
    parser.add_argument("artifact_dir", type=folder, help="folder for all results; made if missing")
    parser.add_argument(
        "--steps", nargs="+", choices=NAMES, default=(), metavar="STEP",
        help=f"run just these, and what they need: {' '.join(NAMES)}",
    )  # fmt: skip
    parser.add_argument(
        "--prefix", nargs="+", default=(), metavar="PREFIX", help="only paths that begin with one"
    )
    parser.add_argument(
        "--skip_event_generation", action="store_true", help="leave out generate_events"
    )
    parser.add_argument(
        "--overwrite_existing", action="store_true", help="do again what is complete"
    )
    parser.add_argument(
        "--minimum_batch_size", type=int, default=DEFAULT_BATCH, metavar="N",
        help="least number of files in a group (default: %(default)s)",
    )  # fmt: skip
    parser.add_argument(
        "--processes", type=int, default=cores(), metavar="N",
        help="worker processes (default: one a core, here %(default)s)",
    )  # fmt: skip
    parser.add_argument(
        "--password_file", type=Path, metavar="PATH",
        help="passwords to try on what is encrypted, one a line; what stayed locked is tried again",
    )  # fmt: skip
    parser.add_argument(
        "--upload_url", metavar="URL",
        help="send what is uploaded to this events API too; its token is in "
        "SCHEDULERX_UPLOAD_TOKEN, see docs/events-api.md",
    )  # fmt: skip
    parser.add_argument("--json", action="store_true", help="print one JSON object at the end")


def run(arguments: argparse.Namespace) -> int:
    """The subcommand."""
    return run_folder(
        FolderRun(
            source=arguments.source_dir,
            artifact_dir=arguments.artifact_dir,
            steps=tuple(arguments.steps),
            prefixes=tuple(arguments.prefix),
            skip_event_generation=arguments.skip_event_generation,
            overwrite_existing=arguments.overwrite_existing,
            minimum_batch_size=arguments.minimum_batch_size,
            processes=arguments.processes,
            as_json=arguments.json,
            password_file=arguments.password_file,
            upload_url=arguments.upload_url,
        )
    )
