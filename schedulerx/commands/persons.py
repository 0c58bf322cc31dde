"""`schedulerx persons`: persons joined by hand, or kept apart."""

from __future__ import annotations

import argparse

from schedulerx.commands.deciding import declare


def add_to(subparsers: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Declares the subcommand."""
    declare(subparsers, "person")
