"""Plans a run and, when asked, starts it: over a folder, or over a bucket.

Examples:
  a folder, on this machine
    python schedule_pipeline.py --mode local --source_dir in --artifact_dir out

  what would it take and cost? nothing is written
    python schedule_pipeline.py --mode aws --prefix case-17/ --plan_only

  write the plan (members, groups.ndjson, run.json) to the inventory bucket
    python schedule_pipeline.py --mode aws --prefix case-17/ case-18/

  plan, start the state machine unless it would cost more than 5 dollars
    python schedule_pipeline.py --mode aws --execute_step_functions --budget 5

Run it again at any time: what is complete is skipped, what runs is not
started twice.

Exit codes: 0 done and balanced; 1 some files failed, run again to retry them;
2 wrong flags, names or credentials, nothing was started; 3 the certificate
does not balance; 130 interrupted.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence

try:
    from schedulerx import cli
    from schedulerx.commands import schedule
    from schedulerx.commands.parsing import Parser
except ModuleNotFoundError as missing:  # another Python than the one that `make` set up
    sys.stderr.write(f"error: {missing}; run `make demo` once, then `. .venv/bin/activate`\n")
    sys.exit(2)


def parser() -> argparse.ArgumentParser:
    """The command line."""
    words = (__doc__ or "").partition("\n\n")
    root = Parser(prog="schedule_pipeline.py", description=words[0], epilog=words[2])
    schedule.add_arguments(root)
    root.set_defaults(func=schedule.run)
    return root


def main(argv: Sequence[str] | None = None) -> int:
    """Entry point."""
    return cli.run(parser().parse_args(argv))


if __name__ == "__main__":
    sys.exit(main())
