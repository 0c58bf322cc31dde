"""Makes the sample files: `python -m samples.make_samples [FOLDER]`, by default samples/files.

The same bytes every time: fixed seeds, fixed times. Encoders of other versions may differ a little.
"""

from __future__ import annotations

import sys
from pathlib import Path

from samples import archives, broken, mail, office, people, photos, scans, videos

# In this order: later kinds attach, pack or cut files of earlier ones.
KINDS = (photos, scans, office, people, videos, mail, archives, broken)


def make(folder: Path) -> int:
    """Writes all samples and answers how many there are."""
    for kind in KINDS:
        kind.make(folder)
    return sum(path.is_file() for path in folder.rglob("*"))


def main() -> None:
    """The command."""
    default = Path(__file__).parent / "files"
    folder = Path(sys.argv[1]) if len(sys.argv) > 1 else default
    sys.stdout.write(f"{make(folder)} files in {folder}\n")


if __name__ == "__main__":
    main()
