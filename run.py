"""The folder run: `python run.py SRC ART`. Read this first: it shows the step order.

Every file of SRC goes through the FILE steps in a pool of processes, every group through the GROUP
steps, then the run through the RUN steps. The order is data, in schedulerx/pipeline/definition.py:

    validate            type by content, integrity, limits; otherwise quarantined with the reason
    describe            hashes, dimensions, capture time, camera, pages, duration
    render              a compressed copy and a thumbnail
    read                text layer, parser or OCR
    generate_events     photo taken, e-mail sent, call, message, document created, ...
    upload              into PostgreSQL, idempotent by UUID
    dedupe              equal files marked, nothing deleted
    create_persons      identities that belong together
    clean_devices       device identifiers checked and merged
    map_person_devices  whose device is whose, with the evidence
    verify              inputs = done + skipped + failed + quarantined, or the run fails
    report              one HTML page, beside the certificate
"""

from __future__ import annotations

import argparse
import sys

from schedulerx import cli
from schedulerx.commands import run


def parser() -> argparse.ArgumentParser:
    """The command line of `run.py`."""
    words = (__doc__ or "").partition("\n\n")
    root = argparse.ArgumentParser(
        description=words[0],
        epilog=words[2],
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    run.add_arguments(root)
    root.set_defaults(func=run.run)
    return root


if __name__ == "__main__":
    sys.exit(cli.run(parser().parse_args()))
