from __future__ import annotations

import argparse
import json
import os
import signal
import socket
import subprocess
import sys
from pathlib import Path

import boto3
import psycopg
import pytest

from schedulerx.cloud.server import RehearsalCloud
from schedulerx.commands import cloud as command
from schedulerx.errors import ConfigurationError, ExitCode
from tests.cloud.world import World, until

PROGRAM = """
import argparse, sys
from schedulerx.commands import cloud
parser = argparse.ArgumentParser()
cloud.add_to(parser.add_subparsers())
args = parser.parse_args(sys.argv[1:])
sys.exit(args.func(args))
"""


def arguments(*words: str) -> argparse.Namespace:
    parser = argparse.ArgumentParser()
    command.add_to(parser.add_subparsers())
    return parser.parse_args(["cloud", *words])


def test_a_taken_port_is_one_sentence_with_what_to_do(tmp_path: Path) -> None:
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        port = other.getsockname()[1]
        program = [sys.executable, "-c", PROGRAM, "cloud", "--state", str(tmp_path)]
        ended = subprocess.run(
            [*program, "--port", str(port)], capture_output=True, text=True, check=False
        )
    assert f"Port {port} is taken" in ended.stderr
    assert "--port 0" in ended.stderr


def test_a_missing_extra_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(command, "find_spec", {}.get)
    with pytest.raises(ConfigurationError, match="extra 'cloud'") as error:
        command.run(arguments())
    assert error.value.exit_code is ExitCode.USAGE


def test_a_second_cloud_in_the_process_is_refused(world: World, tmp_path: Path) -> None:
    with pytest.raises(ConfigurationError, match="already runs"):
        RehearsalCloud(tmp_path).__enter__()


def test_the_command_serves_a_database_and_sigterm_ends_everything(tmp_path: Path) -> None:
    process = subprocess.Popen(
        [sys.executable, "-c", PROGRAM, "cloud", "--port", "0", "--state", str(tmp_path)],
        stdout=subprocess.PIPE,
        text=True,
    )
    try:
        environment = tmp_path / "environment"
        until(lambda: environment.exists() or process.poll(), "the environment file")
        exported = dict(
            line.removeprefix("export ").split("=", 1)
            for line in environment.read_text().splitlines()
            if line.startswith("export ")
        )
        client = boto3.session.Session().client(
            "secretsmanager",
            endpoint_url=exported["AWS_ENDPOINT_URL"],
            region_name=exported["AWS_REGION"],
            aws_access_key_id="a",
            aws_secret_access_key="b",
        )
        secret = client.get_secret_value(SecretId="schedulerx/rehearsal-database")
        fields = json.loads(secret["SecretString"])
        with psycopg.connect(
            host=fields["host"],
            port=fields["port"],
            user=fields["username"],
            password=fields["password"],
            dbname=fields["dbname"],
        ) as connection:
            assert connection.execute("SELECT 1").fetchone() == (1,)
        server = int((next(tmp_path.rglob("postmaster.pid"))).read_text().split()[0])
        process.send_signal(signal.SIGTERM)
        output, _ = process.communicate()
        assert process.returncode == 0
        assert "source " in output
        until(lambda: not _alive(server), "the end of the database")
    finally:
        process.kill()


def _alive(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    return True


def test_the_bootstrap_the_cdk_looks_for_is_there(world: World) -> None:
    version = world.client("ssm").get_parameter(Name="/cdk-bootstrap/hnb659fds/version")
    assert int(version["Parameter"]["Value"]) >= 30
    world.client("s3").head_bucket(Bucket="cdk-hnb659fds-assets-123456789012-us-east-1")
