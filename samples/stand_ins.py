"""Platforms to try posting on by hand, without an account: `python -m samples.stand_ins`.

Plays each platform on loopback until Ctrl-C, and says how an account on each is added. What is
posted lies in memory, and is gone when they end.
"""

from __future__ import annotations

import argparse
import shlex
import sys
import threading
import time
from collections.abc import Iterator, Mapping
from contextlib import suppress

from schedulerx.cloud.platforms.registry import STAGES
from schedulerx.cloud.platforms.serving import StandIn, serving
from schedulerx.errors import ExitCode
from schedulerx.posts.platforms.registry import PLATFORMS


def main() -> int:
    """Serves until Ctrl-C."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--port", type=int, default=4600, help="default: %(default)s")
    stand_ins = {name: stage.stand_in(time.time) for name, stage in STAGES.items()}
    with serving(stand_ins, parser.parse_args().port) as base:
        sys.stdout.write(f"{len(stand_ins)} platforms are played at {base}; Ctrl-C ends them.\n")
        sys.stdout.write("In another terminal, add an account on one or all:\n\n")
        sys.stdout.writelines(f"{line}\n" for line in commands(base, stand_ins))
        sys.stdout.flush()
        with suppress(KeyboardInterrupt):
            threading.Event().wait()
    return ExitCode.BALANCED


def commands(base: str, stand_ins: Mapping[str, StandIn]) -> Iterator[str]:
    """What to type to add an account on each: its credentials are lines of standard input."""
    for name, stage in STAGES.items():
        tokens = stage.tokens(stand_ins[name])
        fields = [field for field in tokens if field != "expires_at"]
        words = ["schedulerx", "accounts", "add", name, f"my-{name}", "--server", f"{base}/{name}"]
        if not PLATFORMS[name].credentials:  # those of a platform with a page of its own
            words += [word for field in fields for word in ("--secret", field)]
        words += [f"--option={option}={value}" for option, value in stage.options.items()]
        typed = ["printf", r"%s\n", *(str(tokens[field]) for field in fields)]
        yield f"{shlex.join(typed)} | {shlex.join(words)}"


if __name__ == "__main__":
    sys.exit(main())
