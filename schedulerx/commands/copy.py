"""`schedulerx copy FOLDER`: files into the source bucket of a stack."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

from schedulerx.commands.console import printable
from schedulerx.errors import ConfigurationError, ExitCode
from schedulerx.settings import environment


def add_to(subparsers: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Declares the subcommand."""
    parser = subparsers.add_parser(
        "copy",
        help="copy a folder into a stack's source bucket",
        description="Copies the files of a folder into the source bucket. What lies there with "
        "the same content stays; links are not followed. Run it again to go on after a cut.",
    )
    parser.add_argument("folder", type=Path, metavar="FOLDER", help="what to copy")
    parser.add_argument(
        "--stack", default="SchedulerX", metavar="NAME", help="default: %(default)s"
    )
    parser.add_argument(
        "--bucket", default="", metavar="BUCKET", help="a bucket instead of the stack's"
    )
    parser.add_argument(
        "--prefix", default="", metavar="PREFIX", help="goes before every key, as in case-17/"
    )
    parser.set_defaults(func=run)


def run(arguments: argparse.Namespace) -> int:
    """The subcommand."""
    from schedulerx.stores.aws_clients import aws_client  # noqa: PLC0415  (boto3 is slow to import)
    from schedulerx.stores.folder_source import FolderSource  # noqa: PLC0415  (as above)
    from schedulerx.stores.s3_copy import copy_folder  # noqa: PLC0415  (as above)
    from schedulerx.stores.stack import stack_outputs  # noqa: PLC0415  (as above)

    if not arguments.folder.is_dir():
        raise ConfigurationError(f"{arguments.folder} is not a folder; name the one to copy")
    env = environment()
    bucket = (
        arguments.bucket
        or stack_outputs(arguments.stack, aws_client("cloudformation", env)).source_bucket
    )
    new = same = left_out = 0
    source = FolderSource(arguments.folder)
    for copied in copy_folder(source, bucket, arguments.prefix, aws_client("s3", env)):
        if copied.problem:
            left_out += 1
            sys.stderr.write(f"{printable(copied.path)}: {printable(copied.problem)}\n")
        new += copied.is_new
        same += not copied.is_new and not copied.problem
    sys.stdout.write(
        f"{new:,} files copied to s3://{bucket}/{arguments.prefix}, {same:,} lay there, "
        f"{left_out:,} left out\n"
    )
    return ExitCode.FAILURES if left_out else ExitCode.BALANCED
