from __future__ import annotations

from pathlib import Path
from typing import Any

from tests.infra.conftest import EXTERNAL, Synthesized, synthesize


def _container(stack: Synthesized) -> dict[str, Any]:
    task = stack.named("AWS::ECS::TaskDefinition", "WorkersTask")
    (container,) = task["ContainerDefinitions"]
    found: dict[str, Any] = container
    return found


def test_a_task_has_two_cores_eight_gibibytes_and_room_for_a_group(aurora: Synthesized) -> None:
    (task,) = aurora.resources("AWS::ECS::TaskDefinition").values()

    assert (task["Cpu"], task["Memory"]) == ("2048", "8192")
    assert task["EphemeralStorage"] == {"SizeInGiB": 50}


def test_a_deploy_leaves_older_revisions_to_the_runs_under_way(aurora: Synthesized) -> None:
    resources = aurora.template["Resources"].values()
    (task,) = [one for one in resources if one["Type"] == "AWS::ECS::TaskDefinition"]

    assert task["UpdateReplacePolicy"] == "Retain"
    assert task["DeletionPolicy"] == "Delete"


def test_a_worker_writes_to_its_scratch_volume_only(aurora: Synthesized) -> None:
    container = _container(aurora)

    assert container["ReadonlyRootFilesystem"] is True
    assert container["MountPoints"] == [
        {"ContainerPath": "/scratch", "ReadOnly": False, "SourceVolume": "scratch"}
    ]
    assert {"Name": "TMPDIR", "Value": "/scratch"} in container["Environment"]


def test_a_worker_has_two_minutes_to_stop(aurora: Synthesized) -> None:
    assert _container(aurora)["StopTimeout"] == 120


def test_a_worker_runs_the_module_of_the_repository(aurora: Synthesized) -> None:
    assert _container(aurora)["Command"] == ["python", "-m", "containers.worker.worker"]


def test_an_image_that_exists_is_taken_as_it_is(aurora: Synthesized) -> None:
    assert _container(aurora)["Image"] == "rehearsal"


def test_without_one_the_image_is_built_from_the_repository(ephemeral: Synthesized) -> None:
    assert "cdk-hnb659fds-container-assets" in str(_container(ephemeral)["Image"])


def test_a_worker_reads_the_one_secret_of_passwords_where_there_is_one(
    tmp_path: Path, root: Path
) -> None:
    stack = synthesize(tmp_path, root, **EXTERNAL, passwords="true")
    assert stack.findings == []
    (secret,) = [
        name
        for name, one in stack.template["Resources"].items()
        if one["Type"] == "AWS::SecretsManager::Secret"
    ]
    found = [s for s in stack.statements("WorkersTaskTaskRole") if "secretsmanager" in str(s)]

    assert [statement["Resource"] for statement in found] == [{"Ref": secret}]
    named = {one["Name"]: one["Value"] for one in _container(stack)["Environment"]}
    assert named["SCHEDULERX_PASSWORD_SECRET"] == {"Ref": secret}
    assert stack.template["Outputs"]["PasswordSecretArn"]["Value"] == {"Ref": secret}


def test_a_worker_names_every_action_and_reads_no_secret(any_stack: Synthesized) -> None:
    for statement in any_stack.statements("WorkersTaskTaskRole"):
        actions = str(statement["Action"])
        assert "*" not in actions
        assert "secretsmanager" not in actions


def _textract(stack: Synthesized) -> set[str]:
    statements = (
        statement
        for policy in stack.resources("AWS::IAM::Policy").values()
        for statement in policy["PolicyDocument"]["Statement"]
    )
    allowed = [statement["Action"] for statement in statements]
    listed = (each if isinstance(each, list) else [each] for each in allowed)
    return {action for each in listed for action in each if action.startswith("textract:")}


def test_workers_ask_textract_only_where_it_is_chosen(
    tmp_path: Path, root: Path, external: Synthesized
) -> None:
    chosen = synthesize(tmp_path, root, **EXTERNAL, textract="true")
    endpoints = str(chosen.resources("AWS::EC2::VPCEndpoint"))
    assert _textract(chosen) == {
        "textract:DetectDocumentText",
        "textract:GetDocumentTextDetection",
        "textract:StartDocumentTextDetection",
    }
    assert ".textract" in endpoints
    assert _textract(external) == set()
    assert ".textract" not in str(external.resources("AWS::EC2::VPCEndpoint"))
