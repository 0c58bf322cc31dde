from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from contextlib import nullcontext
from pathlib import Path
from typing import Any

import boto3
import msgspec
import pytest
from moto import mock_aws

import schedule_pipeline
from schedulerx.compose import upload_url
from schedulerx.model import keys
from schedulerx.pipeline.artifacts import fingerprint
from schedulerx.pipeline.definition import BY_NAME, NAMES, steps_of
from schedulerx.pipeline.inventory import load_run, read_groups, read_members
from schedulerx.pipeline.step import Scope
from schedulerx.posts.http import Request, Response
from schedulerx.settings import ProcessingSettings
from schedulerx.stores.s3 import S3Artifacts

BUCKETS = ("source", "inventory", "artifact", "report")
ROLE = "arn:aws:iam::123456789012:role/machine"
MACHINE = {"StartAt": "Wait", "States": {"Wait": {"Type": "Wait", "Seconds": 600, "End": True}}}
EXECUTE = "--execute_step_functions"


@pytest.fixture
def cloud(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Iterator[Any]:
    """A stack's buckets and state machine; three objects in the source."""
    for name, value in {
        "AWS_ACCESS_KEY_ID": "testing",
        "AWS_SECRET_ACCESS_KEY": "testing",
        "AWS_DEFAULT_REGION": "us-east-1",
        "AWS_CONFIG_FILE": str(tmp_path / "config"),
        "AWS_SHARED_CREDENTIALS_FILE": str(tmp_path / "credentials"),
        "AWS_EC2_METADATA_DISABLED": "true",
    }.items():
        monkeypatch.setenv(name, value)
    for name in ("AWS_ENDPOINT_URL", "AWS_REGION", "AWS_PROFILE"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.chdir(tmp_path)
    with mock_aws():
        client = boto3.client("s3")
        for name in BUCKETS:
            client.create_bucket(Bucket=f"the-{name}")
        for key in ("case/a.jpg", "case/a.mov", "other/b.pdf"):
            client.put_object(Bucket="the-source", Key=key, Body=b"12345")
        deploy_stack()
        yield client


def deploy_stack(stack: str = "SchedulerX", **more: str) -> None:
    machine = boto3.client("stepfunctions").create_state_machine(
        name="Pipeline", definition=json.dumps(MACHINE), roleArn=ROLE
    )
    outputs = {f"{name.capitalize()}Bucket": f"the-{name}" for name in BUCKETS}
    outputs |= more
    outputs["StateMachineArn"] = machine["stateMachineArn"]
    template = {
        "Resources": {"Topic": {"Type": "AWS::SNS::Topic"}},
        "Outputs": {name: {"Value": value} for name, value in outputs.items()},
    }
    boto3.client("cloudformation").create_stack(StackName=stack, TemplateBody=json.dumps(template))


Told = Callable[..., tuple[int, str, str]]


@pytest.fixture
def typed(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> Told:
    """Types `schedule_pipeline.py`; gives the exit code, standard output and standard error."""

    def run(*words: str) -> tuple[int, str, str]:
        capsys.readouterr()
        monkeypatch.setattr("sys.argv", ["schedule_pipeline.py", *words])
        try:
            code = schedule_pipeline.main(words)
        except SystemExit as end:
            code = int(str(end.code))
        out, err = capsys.readouterr()
        return code, out, err

    return run


def executions() -> list[str]:
    client = boto3.client("stepfunctions")
    (machine,) = client.list_state_machines()["stateMachines"]
    found = client.list_executions(stateMachineArn=machine["stateMachineArn"])["executions"]
    return sorted(one["name"] for one in found)


def stop(name: str) -> None:
    client = boto3.client("stepfunctions")
    (machine,) = client.list_state_machines()["stateMachines"]
    arn = machine["stateMachineArn"].replace(":stateMachine:", ":execution:")
    client.stop_execution(executionArn=f"{arn}:{name}")


def complete_all(client: Any) -> None:
    """Records, upload markers and markers of the run's steps for everything in the source."""
    found, ids = fingerprint(NAMES, ProcessingSettings()), b""
    artifacts = S3Artifacts("the-artifact", client)
    artifacts.put(keys.INSTANCE_KEY, b'{"instance_id": "db"}')
    inventory = S3Artifacts("the-inventory", client)
    (run_id,) = executions()
    for group in read_groups(inventory, run_id):
        for member in read_members(inventory, run_id, group):
            artifacts.put(keys.record_key(member.object_id(), found), b"{}")
            ids += bytes.fromhex(member.object_id())
    artifacts.put(keys.uploaded_key("db", found, "x"), ids)


def resolve_all(client: Any) -> None:
    artifacts = S3Artifacts("the-artifact", client)
    for step in steps_of(Scope.RUN):
        artifacts.put(keys.resolved_key("db", step.name, BY_NAME[step.name].version), b"{}")


def test_without_execution_the_plan_is_written_and_the_next_command_told(
    cloud: Any, typed: Told
) -> None:
    code, out, err = typed("--mode", "aws", "--json")
    told = json.loads(out)
    assert (code, told["state"], told["plan"]["inputs"]) == (0, "written", 3)
    assert f"s3://the-inventory/runs/{told['run_id']}/groups.ndjson" in err
    assert "python schedule_pipeline.py --mode aws --execute_step_functions" in err
    run = load_run(S3Artifacts("the-inventory", cloud), told["run_id"])
    assert (run.source, run.inputs.count, run.groups) == ("s3://the-source/", 3, 1)
    assert executions() == []


def test_prefixes_choose_and_families_stay_together(cloud: Any, typed: Told) -> None:
    words = ("--prefix", "case/", "other/", "--minimum_batch_size", "1", "--json")
    told = json.loads(typed("--mode", "aws", *words)[1])
    groups = read_groups(S3Artifacts("the-inventory", cloud), told["run_id"])
    assert [group.count for group in groups] == [2, 1]
    told = json.loads(typed("--mode", "aws", "--prefix", "other", "--json")[1])
    assert told["plan"]["inputs"] == 1


def test_plan_only_shows_quotas_and_dollars_and_writes_nothing(cloud: Any, typed: Told) -> None:
    code, out, _ = typed("--mode", "aws", "--plan_only", "--minimum_batch_size", "1")
    assert code == 0
    for word in ("files", "skipped", "groups", "launch time", "Fargate", "S3 requests", "together"):
        assert word in out
    assert "Contents" not in cloud.list_objects_v2(Bucket="the-inventory")


def test_an_execution_is_started_with_a_pointer_to_the_groups(cloud: Any, typed: Told) -> None:
    code, _, err = typed("--mode", "aws", EXECUTE, "--max_concurrency", "7")
    (name,) = executions()
    client = boto3.client("stepfunctions")
    arn = err.split("Started ")[1].split()[0]
    given = json.loads(client.describe_execution(executionArn=arn)["input"])
    assert code == 0
    assert given == {
        "run_id": name,
        "groups": {"bucket": "the-inventory", "key": f"runs/{name}/groups.ndjson", "count": 1},
        "max_concurrency": 7,
        "steps": list(NAMES),
    }
    assert "To follow it: python schedule_pipeline.py" in err


def test_starting_twice_starts_once(cloud: Any, typed: Told) -> None:
    typed("--mode", "aws", EXECUTE)
    code, _, err = typed("--mode", "aws", EXECUTE)
    assert code == 0
    assert "is already running" in err
    assert len(executions()) == 1


def test_the_command_is_kept_for_the_report(cloud: Any, typed: Told) -> None:
    words = ("--mode", "aws", "--prefix", "case/", "--steps", "read", "--overwrite_existing")
    told = json.loads(typed(*words, "--json")[1])
    kept = S3Artifacts("the-inventory", cloud).get(keys.command_key(told["run_id"])).decode()
    assert kept == (
        "python schedule_pipeline.py --mode aws --prefix case/ --steps read "
        "--execute_step_functions"
    )


def test_the_hint_to_follow_does_not_overwrite_again(cloud: Any, typed: Told) -> None:
    err = typed("--mode", "aws", EXECUTE, "--overwrite_existing")[2]
    hint = "python schedule_pipeline.py --mode aws --execute_step_functions --watch"
    assert err.rstrip().endswith(f"To follow it: {hint}")


def test_ctrl_c_stops_following_and_not_the_run(
    cloud: Any, typed: Told, monkeypatch: pytest.MonkeyPatch
) -> None:
    def interrupted(*_: object, **__: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr("schedulerx.commands.schedule_aws.watch", interrupted)
    code, out, err = typed("--mode", "aws", EXECUTE, "--watch", "--json")
    assert (code, json.loads(out)["state"]) == (130, "started")
    assert "The run goes on. To follow it again: python schedule_pipeline.py" in err
    assert len(executions()) == 1


def test_another_plan_over_a_source_in_work_is_not_started(cloud: Any, typed: Told) -> None:
    typed("--mode", "aws", EXECUTE)
    assert "already running" in typed("--mode", "aws", EXECUTE, "--minimum_batch_size", "5")[2]
    assert "Started" in typed("--mode", "aws", EXECUTE, "--prefix", "case/")[2]


def test_after_a_failed_execution_the_next_attempt_starts(cloud: Any, typed: Told) -> None:
    typed("--mode", "aws", EXECUTE)
    (first,) = executions()
    stop(first)
    typed("--mode", "aws", EXECUTE)
    assert executions() == [first, first.removesuffix("1") + "2"]


def test_when_all_is_complete_nothing_is_started(cloud: Any, typed: Told) -> None:
    typed("--mode", "aws", EXECUTE)
    complete_all(cloud)
    resolve_all(cloud)
    stop(executions()[0])
    code, out, err = typed("--mode", "aws", EXECUTE, "--json")
    assert (code, json.loads(out)["state"]) == (0, "nothing_to_do")
    assert "Nothing to do: every object is already done" in err
    assert len(executions()) == 1


def test_a_run_that_ended_before_its_last_steps_is_resumed(cloud: Any, typed: Told) -> None:
    typed("--mode", "aws", EXECUTE)
    complete_all(cloud)
    stop(executions()[0])
    told = json.loads(typed("--mode", "aws", EXECUTE, "--json")[1])
    assert (told["state"], told["plan"]["planned"]) == ("started", 0)


def test_a_budget_below_the_estimate_starts_nothing(cloud: Any, typed: Told) -> None:
    code, _, err = typed("--mode", "aws", EXECUTE, "--budget", "0.0001")
    assert code == 2
    assert "is above --budget 0.00010; nothing was started" in err
    assert executions() == []


@pytest.mark.parametrize(
    ("words", "says"),
    [
        (("--source_bucket", "nowhere"), "There is no bucket nowhere: check its name"),
        (("--inventory_bucket", "nowhere", "--json"), "There is no bucket nowhere: check its name"),
        (("--artifact_bucket", "nowhere"), "There is no bucket nowhere: check its name"),
        (("--prefix", "case/", "cas3/"), "No object under the prefix cas3/ in bucket the-source"),
        (("--stack", "Other"), "There is no stack Other in us-east-1: deploy it"),
        (("--steps", "validate", "ocr"), "There is no step 'ocr'; the steps are validate describe"),
        (("--minimum_batch_size", "0"), "--minimum_batch_size is 0"),
        (("--max_concurrency", "10001"), "--max_concurrency is 10001; it takes 1 to 10,000"),
        (("--watch",), "--watch follows an execution: add --execute_step_functions"),
        (("--password_file", "p.txt"), "--password_file p.txt is not a file"),
        (("--source_dir", "x"), "--source_dir does not go with --mode aws"),
    ],
)
def test_what_is_wrong_is_one_sentence(
    cloud: Any, typed: Told, words: tuple[str, ...], says: str
) -> None:
    code, out, err = typed("--mode", "aws", *words)
    assert (code, out, len(err.splitlines())) == (2, "", 1)
    assert err.startswith(f"error: {says}")


def test_passwords_are_in_no_plan(cloud: Any, typed: Told, tmp_path: Path) -> None:
    file = tmp_path / "passwords.txt"
    file.write_text("open sesame\n")
    code, out, err = typed("--mode", "aws", "--password_file", str(file))
    assert code == 0
    listed = cloud.list_objects_v2(Bucket="the-inventory")["Contents"]
    written = [
        cloud.get_object(Bucket="the-inventory", Key=entry["Key"])["Body"].read()
        for entry in listed
    ]
    assert written
    assert all(b"sesame" not in data for data in (*written, out.encode(), err.encode()))


def test_a_stack_without_a_secret_for_passwords_says_how_to_deploy_one(
    cloud: Any, typed: Told, tmp_path: Path
) -> None:
    file = tmp_path / "passwords.txt"
    file.write_text("open sesame\n")
    code, out, err = typed("--mode", "aws", EXECUTE, "--password_file", str(file))
    assert (code, out) == (2, "")
    assert "deploy it with -c passwords=true" in err
    assert executions() == []


def test_a_stack_without_a_secret_for_tokens_says_how_to_deploy_one(
    cloud: Any, typed: Told
) -> None:
    code, out, err = typed("--mode", "aws", EXECUTE, "--upload_url", "https://x.example/v1/events")
    assert (code, out) == (2, "")
    assert "deploy it with -c feeds=true" in err
    assert executions() == []


def test_an_address_without_a_token_plans_nothing(
    cloud: Any, typed: Told, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("SCHEDULERX_UPLOAD_TOKEN", raising=False)
    code, out, err = typed("--mode", "aws", "--upload_url", "https://x.example/v1/events")
    assert (code, out, len(err.splitlines())) == (2, "", 1)
    assert "set SCHEDULERX_UPLOAD_TOKEN" in err
    assert "Contents" not in cloud.list_objects_v2(Bucket="the-inventory")


def test_a_run_that_feeds_hands_the_token_over_and_keeps_it_out_of_the_plan(
    cloud: Any, typed: Told, monkeypatch: pytest.MonkeyPatch
) -> None:
    secret = boto3.client("secretsmanager").create_secret(Name="tokens", SecretString="{}")["ARN"]
    deploy_stack("Feeding", UploadSecretArn=secret)
    monkeypatch.setenv("SCHEDULERX_UPLOAD_TOKEN", "hush")
    monkeypatch.setattr(upload_url, "HttpxClient", lambda: nullcontext(Taking()))
    url = "https://x.example/v1/events"
    code, out, err = typed("--mode", "aws", "--stack", "Feeding", EXECUTE, "--upload_url", url)
    assert code == 0, err
    assert "hush" not in out + err
    held = boto3.client("secretsmanager").get_secret_value(SecretId=secret)["SecretString"]
    assert json.loads(held) == {url: "hush"}
    (run_id,) = executions()
    run = load_run(S3Artifacts("the-inventory", cloud), run_id)
    assert (run.upload_url, bool(run.fed_to)) == (url, True)
    for entry in cloud.list_objects_v2(Bucket="the-inventory")["Contents"]:
        data = cloud.get_object(Bucket="the-inventory", Key=entry["Key"])["Body"].read()
        assert b"hush" not in data


class Taking:
    """An events API that takes everything."""

    def send(self, _request: Request) -> Response:
        return Response(status=200, body=b'{"instance_id": "there"}')


@pytest.mark.parametrize("name", BUCKETS)
def test_the_stack_executes_over_no_bucket_but_its_own(cloud: Any, typed: Told, name: str) -> None:
    cloud.create_bucket(Bucket="another")
    code, out, err = typed("--mode", "aws", EXECUTE, f"--{name}_bucket", "another")
    assert (code, out, len(err.splitlines())) == (2, "", 1)
    for word in (f"--{name}_bucket another", f"the-{name}", "SchedulerX", "--stack"):
        assert word in err
    assert executions() == []


def test_the_stacks_own_buckets_may_be_named_with_its_name_or_without(
    cloud: Any, typed: Told
) -> None:
    words = [word for name in BUCKETS for word in (f"--{name}_bucket", f"the-{name}")]
    assert typed("--mode", "aws", EXECUTE, *words)[0] == 0
    code, _, err = typed("--mode", "aws", EXECUTE, *words, "--stack", "SchedulerX")
    assert (code, len(executions())) == (0, 1)
    assert "is already running" in err


def test_an_output_the_stack_lacks_is_named(cloud: Any, typed: Told) -> None:
    template = {"Resources": {"Topic": {"Type": "AWS::SNS::Topic"}}}
    body = json.dumps(template)
    boto3.client("cloudformation").create_stack(StackName="Other", TemplateBody=body)
    code, _, err = typed("--mode", "aws", "--stack", "Other")
    assert code == 2
    assert err == "error: The stack Other names no source_bucket: give --source_bucket\n"


def test_absent_credentials_are_one_sentence(
    cloud: Any, typed: Told, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("AWS_ACCESS_KEY_ID")
    monkeypatch.delenv("AWS_SECRET_ACCESS_KEY")
    code, _, err = typed("--mode", "aws")
    assert code == 2
    assert err.startswith("error: No AWS credentials for the stack SchedulerX: set AWS_PROFILE")


def test_an_absent_region_is_one_sentence(
    cloud: Any, typed: Told, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("AWS_DEFAULT_REGION")
    code, _, err = typed("--mode", "aws")
    assert code == 2
    assert err.startswith("error: No AWS region")


def test_named_buckets_need_no_stack(cloud: Any, typed: Told) -> None:
    boto3.client("cloudformation").delete_stack(StackName="SchedulerX")
    words = [word for name in BUCKETS for word in (f"--{name}_bucket", f"the-{name}")]
    assert typed("--mode", "aws", *words)[0] == 0


@pytest.mark.parametrize(
    ("words", "says"),
    [
        ((), "--mode local needs --source_dir"),
        (("--source_dir", "."), "--mode local needs --artifact_dir"),
        (("--source_dir", "absent", "--artifact_dir", "a"), "absent is not a folder"),
        (("--source_bucket", "b"), "--source_bucket does not go with --mode local"),
        ((EXECUTE,), "--execute_step_functions does not go with --mode local"),
    ],
)
def test_local_mode_says_what_it_needs(typed: Told, words: tuple[str, ...], says: str) -> None:
    code, _, err = typed("--mode", "local", *words)
    assert code == 2
    assert err.startswith(f"error: {says}")


def test_local_mode_calls_the_folder_run(
    typed: Told, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[Any] = []

    def run_folder(run: Any) -> int:
        asked.append(run)
        return 0

    monkeypatch.setattr("schedulerx.commands.schedule_local.run_folder", run_folder)
    words = ("--source_dir", str(tmp_path), "--artifact_dir", "art", "--steps", "describe")
    code, _, _ = typed("--mode", "local", *words, "--prefix", "a", "--overwrite_existing")
    (run,) = asked
    assert code == 0
    assert (run.source, run.steps, run.prefixes) == (tmp_path, ("describe",), ("a",))
    assert run.overwrite_existing


def test_help_names_every_flag_and_step(typed: Told) -> None:
    code, out, _ = typed("--help")
    assert code == 0
    for word in (*NAMES, EXECUTE, "--inventory_bucket", "--password_file", "Examples:"):
        assert word in out


def test_the_json_of_a_plan_holds_the_estimate(cloud: Any, typed: Told) -> None:
    told = json.loads(typed("--mode", "aws", "--plan_only", "--json")[1])
    assert told["state"] == "planned"
    services = [charge["service"] for charge in told["plan"]["estimate"]["charges"]]
    assert services == ["Fargate", "Lambda", "S3 requests", "Step Functions"]
    assert told["plan"]["dollars"] > 0
    assert msgspec.json.encode(told)
