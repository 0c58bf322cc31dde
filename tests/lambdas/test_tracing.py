from __future__ import annotations

import subprocess
import sys
from pathlib import Path

from tests.folder_runs import environment

LOOK = """
import importlib, sys
import httpx
from aws_xray_sdk.core import patcher
for name in sys.argv[1:]:
    importlib.import_module(f"lambdas.{name}.handler")
print(sorted(patcher._PATCHED_MODULES), httpx.Client.__module__)
"""


def test_traces_tell_of_calls_to_aws_and_of_no_address_of_a_platform(root: Path) -> None:
    handlers = sorted(path.parent.name for path in (root / "lambdas").glob("*/handler.py"))
    in_lambda = {  # where the tracer is awake
        "LAMBDA_TASK_ROOT": "/var/task",
        "AWS_LAMBDA_FUNCTION_NAME": "function",
        "AWS_DEFAULT_REGION": "us-east-1",
    }

    done = subprocess.run(
        [sys.executable, "-c", LOOK, *handlers],
        cwd=root,
        env={**environment(), **in_lambda},
        capture_output=True,
        text=True,
        check=False,
    )

    assert "publish_phase" in handlers
    assert done.stdout.strip() == "['botocore'] httpx", done.stderr
