"""Kinds of arguments that several commands take."""

from __future__ import annotations

import argparse

from schedulerx.errors import ConfigurationError


def whole(text: str) -> int:
    """A whole number from 0."""
    if not (text.isascii() and text.isdigit() and len(text) < 10):
        raise argparse.ArgumentTypeError(f"{text!r} is no whole number from 0")
    return int(text)


def count(text: str) -> int:
    """A whole number from 1."""
    if not whole(text):
        raise argparse.ArgumentTypeError(f"{text!r} is no whole number from 1")
    return int(text)


def pairs(given: list[str]) -> dict[str, str]:
    """NAME=VALUE as a dictionary.

    Raises:
        ConfigurationError: one has no `=`, or nothing before it.
    """
    for each in given:
        if not each.partition("=")[0] or "=" not in each:
            raise ConfigurationError(f"{each!r} is no NAME=VALUE; write it as board=Garden")
    return {name: value for name, _, value in (each.partition("=") for each in given)}
