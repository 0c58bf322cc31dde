"""Command lines to the letter: no abbreviations, and a word that nearly fits is named."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Iterable
from difflib import get_close_matches
from typing import Any, NoReturn

from schedulerx.errors import ExitCode


class _Formatter(argparse.HelpFormatter):
    """Wraps one paragraph, and leaves lines that were laid out by hand."""

    def _fill_text(self, text: str, width: int, indent: str) -> str:
        return text if "\n" in text else super()._fill_text(text, width, indent)


class Parser(argparse.ArgumentParser):
    """A parser whose subcommands' parsers are of its kind.

    A flag that was cut short is refused: in a script it would change its meaning with the next
    flag that begins alike. Without a subcommand the whole help is shown.
    """

    def __init__(self, **options: Any) -> None:
        options.setdefault("allow_abbrev", False)
        options.setdefault("formatter_class", _Formatter)
        super().__init__(**options)

    def parse_known_args(self, args: Any = None, namespace: Any = None) -> Any:
        """As argparse's, but what is unknown is refused here, where the flags are known."""
        words = sys.argv[1:] if args is None else list(args)
        if not words and self._subparsers is not None:
            self.print_help(sys.stderr)
            self.exit(ExitCode.USAGE)
        found, unknown = super().parse_known_args(words, namespace)
        if unknown:
            meant = _meant(unknown[0].partition("=")[0], self._option_string_actions)
            self.error(f"unknown: {' '.join(unknown)}{meant}")
        return found, unknown

    def error(self, message: str) -> NoReturn:
        """Says what is wrong and where help is, not the whole usage."""
        self.exit(ExitCode.USAGE, f"error: {message}\n{self.prog} --help tells what it takes\n")

    def _check_value(self, action: argparse.Action, value: Any) -> None:
        choices = None if action.choices is None else [str(each) for each in action.choices]
        if choices is not None and value not in choices:
            words = f"{value!r} is none of {', '.join(choices)}{_meant(value, choices)}"
            raise argparse.ArgumentError(action, words)


def _meant(word: str, known: Iterable[str]) -> str:
    words = list(known)
    begun = [each for each in words if each.startswith(word)]
    close = begun or get_close_matches(word, words, n=1)
    return f"; did you mean {close[0]}?" if close else ""
