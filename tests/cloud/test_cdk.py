from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.cloud.world import World

APP = Path(__file__).parent / "stack" / "app.py"


def cdk(world: World, root: Path, out: Path, *words: str) -> str:
    """Runs the real command line against the cloud; what it wrote."""
    path = f"{Path(sys.executable).parent}:{os.environ['PATH']}"
    ended = subprocess.run(
        ["npx", "aws-cdk@2", *words, "--app", f"{sys.executable} {APP} {out}", "-o", str(out)],
        cwd=root,
        env={**os.environ, **world.cloud.environment(), "PATH": path},
        capture_output=True,
        text=True,
        check=False,
    )
    assert ended.returncode == 0, ended.stdout + ended.stderr
    return ended.stdout + ended.stderr


@pytest.mark.slow
def test_the_real_cdk_deploys_updates_and_destroys(
    world: World, root: Path, tmp_path: Path
) -> None:
    if not (root / "node_modules" / "aws-cdk").is_dir():
        pytest.skip("the CDK's command line is not installed: make install puts it there")
    approve = ("deploy", "--require-approval", "never")
    cdk(world, root, tmp_path / "out", *approve, "-c", "name=world")
    outputs = world.outputs("Small")
    assert outputs["Text"] == "hello world"
    assert outputs["Group"].endswith("/small-posts")
    world.client("s3").put_object(Bucket=outputs["Bucket"], Key="a/b.jpg", Body=b"x")
    received = world.client("sqs").receive_message(
        QueueUrl=outputs["Queue"], MaxNumberOfMessages=10
    )
    events = [json.loads(message["Body"]) for message in received["Messages"]]
    keys = [r["s3"]["object"]["key"] for event in events for r in event.get("Records", [])]
    assert keys == ["a/b.jpg"]
    cdk(world, root, tmp_path / "out", *approve, "-c", "name=again")
    assert world.outputs("Small")["Text"] == "hello again"
    cdk(world, root, tmp_path / "out", "destroy", "--force", "-c", "name=again")
    buckets = [b["Name"] for b in world.client("s3").list_buckets()["Buckets"]]
    assert outputs["Bucket"] not in buckets
