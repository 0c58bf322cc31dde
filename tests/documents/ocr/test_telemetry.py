"""Recognition reports to nobody."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

from tests.folder_runs import environment

_RECOGNISE = """
import numpy
from schedulerx.documents.ocr.rapid import RapidEngine
RapidEngine().recognise(numpy.full((64, 64, 3), 255, numpy.uint8))
"""


def test_no_telemetry_is_queued_by_recognising_a_page(tmp_path: Path) -> None:
    # ONNX Runtime queues its events below the home folder before it sends them.
    subprocess.run(
        [sys.executable, "-c", _RECOGNISE], env=environment({"HOME": str(tmp_path)}), check=True
    )
    assert not (tmp_path / ".cache" / "Microsoft").exists()
