"""A worker that writes down what it was given, then ends with the exit code it was told."""

from __future__ import annotations

import json
import os
import sys
import time
from pathlib import Path

if __name__ == "__main__":
    print("worker says hello")
    time.sleep(float(os.environ.get("SLEEP", "0")))
    if "NOTES" in os.environ:
        note = {"item": os.environ.get("ITEM"), "colour": os.environ.get("COLOUR")}
        Path(os.environ["NOTES"], f"{os.environ.get('ITEM', 'task')}.json").write_text(
            json.dumps(note | {"arguments": sys.argv[1:], "secret": os.environ.get("SECRET")})
        )
    sys.exit(int(os.environ.get("EXIT_CODE", "0")))
