"""Errors, named by what they mean for the run, not by where they happen.

Each carries the sentence an operator reads and the exit code of the process it ends. They are
translated once, at each entry point.
"""

from __future__ import annotations

from enum import IntEnum
from typing import ClassVar

from schedulerx.model.record import ReasonCode


class ExitCode(IntEnum):
    """What the process's exit status says."""

    BALANCED = 0
    FAILURES = 1  # the run completed, some inputs failed; run again to retry them
    USAGE = 2  # wrong flags, missing folder, wrong credentials: nothing was started
    UNBALANCED = 3  # the certificate's sums do not agree
    INTERRUPTED = 130  # Ctrl-C; 128 + SIGINT, as shells expect


class SchedulerXError(Exception):
    """Base of every error this package raises on purpose."""

    exit_code: ClassVar[ExitCode] = ExitCode.FAILURES


class RetryableError(SchedulerXError):
    """A throttle, a timeout, a lost connection: the same call may succeed later."""


class InputGone(RetryableError):  # noqa: N818  (named by what it means)
    """What was listed is no longer there, or is another version: a new listing tells what is."""


class RejectedInput(SchedulerXError):  # noqa: N818  (named by what it means)
    """The file's own fault. It is quarantined with this reason; the run goes on.

    `code` is the machine's word, `str(error)` the sentence for people.
    """

    def __init__(self, code: ReasonCode, reason: str) -> None:
        super().__init__(reason)
        self.code = code
        self.reason = reason


class ConfigurationError(SchedulerXError):
    """The operator's to mend: the message says which setting, and what to do."""

    exit_code = ExitCode.USAGE


class ArtifactNotFound(SchedulerXError):  # noqa: N818  (named by what it means)
    """No artifact lies under this key."""


class UnbalancedRun(SchedulerXError):  # noqa: N818  (named by what it means)
    """The certificate's sums do not agree with what lies in the stores."""

    exit_code = ExitCode.UNBALANCED
