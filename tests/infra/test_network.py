from __future__ import annotations

import json

import pytest

from tests.infra.conftest import Synthesized


@pytest.mark.parametrize("kind", ["AWS::EC2::NatGateway", "AWS::EC2::InternetGateway"])
def test_there_is_no_way_to_the_internet(
    aurora: Synthesized, external: Synthesized, kind: str
) -> None:
    assert aurora.resources(kind) == external.resources(kind) == {}


def test_what_publishes_beside_aurora_has_one_and_workers_do_not(ephemeral: Synthesized) -> None:
    assert len(ephemeral.resources("AWS::EC2::NatGateway")) == 1
    phase = ephemeral.named("AWS::Lambda::Function", "PublishPhase")
    assert all("Outward" in str(subnet) for subnet in phase["VpcConfig"]["SubnetIds"])
    (task,) = [
        state for state in ephemeral.publishing["States"].values() if "Cluster" in str(state)
    ]
    subnets = task["Parameters"]["NetworkConfiguration"]["AwsvpcConfiguration"]["Subnets"]
    assert all("Isolated" in subnet for subnet in subnets)


def _services(stack: Synthesized) -> set[str]:
    names = [
        json.dumps(e["ServiceName"]) for e in stack.resources("AWS::EC2::VPCEndpoint").values()
    ]
    known = ("ecr.api", "ecr.dkr", "logs", "secretsmanager", "s3")
    return {service for service in known if any(f'.{service}"' in name for name in names)}


def test_tasks_reach_s3_images_and_logs_by_endpoints(external: Synthesized) -> None:
    assert _services(external) == {"s3", "ecr.api", "ecr.dkr", "logs"}


def test_functions_beside_aurora_reach_its_secret_too(aurora: Synthesized) -> None:
    assert _services(aurora) == {"s3", "ecr.api", "ecr.dkr", "logs", "secretsmanager"}


def test_workers_open_https_and_nothing_opens_to_them(external: Synthesized) -> None:
    group = external.named("AWS::EC2::SecurityGroup", "NetworkWorkers")

    assert [(rule["FromPort"], rule["ToPort"]) for rule in group["SecurityGroupEgress"]] == [
        (443, 443)
    ]
    assert "SecurityGroupIngress" not in group
