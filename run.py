"""The folder run: `python run.py FOLDER RESULTS`. Read this first: it shows the step order.

Every file goes through the FILE steps in a pool of processes, every group
through the GROUP steps, then the run through the RUN steps. The order is data,
in schedulerx/pipeline/definition.py:

    validate            type by content, integrity, limits; else quarantined
    describe            hashes, dimensions, capture time, camera, pages
    render              a compressed copy and a thumbnail
    read                text layer, parser or OCR
    generate_events     photo taken, e-mail, call, message, contact, ...
    upload              into PostgreSQL, idempotent by UUID
    dedupe              equal files marked, nothing deleted
    create_persons      identities that belong together
    clean_devices       device identifiers checked and merged
    map_person_devices  whose device is whose, and why
    verify              inputs = done + skipped + failed + quarantined
    report              one HTML page, beside the certificate
"""

from __future__ import annotations

import argparse
import sys

try:
    from schedulerx import cli
    from schedulerx.commands import run
    from schedulerx.commands.parsing import Parser
except ModuleNotFoundError as missing:  # another Python than the one that `make` set up
    sys.stderr.write(f"error: {missing}; run `make demo` once, then `. .venv/bin/activate`\n")
    sys.exit(2)


def parser() -> argparse.ArgumentParser:
    """The command line of `run.py`."""
    words = (__doc__ or "").partition("\n\n")
    root = Parser(description=words[0], epilog=f"{words[2]}\n{run.EPILOG}")
    run.add_arguments(root)
    root.set_defaults(func=run.run)
    return root


if __name__ == "__main__":
    sys.exit(cli.run(parser().parse_args()))
