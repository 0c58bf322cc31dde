from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from infra.config import Config, ContextError
from infra.publishing_states import TASK
from tests.infra.conftest import EXTERNAL, Synthesized, synthesize

STORE = {
    "media_endpoint_url": "https://account.r2.cloudflarestorage.com",
    "media_bucket": "posts-of-ours",
    "media_secret": "schedulerx/media",
}
PUBLISHERS = (
    "PublishingFunctionsPublishPhaseRole",
    "PublishingFunctionsSweepPostsRole",
    "ConversionTaskTaskRole",
)


@pytest.fixture(scope="session")
def elsewhere(tmp_path_factory: pytest.TempPathFactory, root: Path) -> Synthesized:
    """Media in a store that is not AWS's, at an address of their own."""
    folder = tmp_path_factory.mktemp("elsewhere")
    return synthesize(folder, root, **EXTERNAL, **STORE, media_public_url="https://m.example.org")


@pytest.fixture(scope="session")
def named(tmp_path_factory: pytest.TempPathFactory, root: Path) -> Synthesized:
    """Media in a bucket of S3 that exists."""
    return synthesize(tmp_path_factory.mktemp("named"), root, **EXTERNAL, media_bucket="ours")


def variables(stack: Synthesized) -> list[dict[str, Any]]:
    """Of who reads media: two functions and a task."""
    functions = [
        stack.named("AWS::Lambda::Function", name)["Environment"]["Variables"]
        for name in ("FunctionsPublishPhaseFunction", "FunctionsSweepPostsFunction")
    ]
    (container,) = stack.named("AWS::ECS::TaskDefinition", "ConversionTask")["ContainerDefinitions"]
    return [*functions, {pair["Name"]: pair["Value"] for pair in container["Environment"]}]


def actions(stack: Synthesized, role: str, service: str) -> set[str]:
    found = set()
    for statement in stack.statements(role):
        named = statement["Action"]
        found |= {named} if isinstance(named, str) else set(named)
    return {action for action in found if action.startswith(f"{service}:")}


def test_nothing_is_found_in_stacks_with_media_of_other_places(
    elsewhere: Synthesized, named: Synthesized
) -> None:
    assert elsewhere.findings == named.findings == []


def test_everyone_who_needs_media_is_told_where_they_lie(elsewhere: Synthesized) -> None:
    for told in variables(elsewhere):
        assert told["SCHEDULERX_MEDIA_BUCKET"] == "posts-of-ours"
        assert told["SCHEDULERX_MEDIA_ENDPOINT_URL"] == STORE["media_endpoint_url"]
        assert told["SCHEDULERX_MEDIA_PUBLIC_URL"] == "https://m.example.org"
        assert told["SCHEDULERX_MEDIA_SECRET"] == "schedulerx/media"
    outputs = elsewhere.template["Outputs"]
    assert outputs["MediaEndpointUrl"]["Value"] == STORE["media_endpoint_url"]
    assert outputs["MediaSecret"]["Value"] == "schedulerx/media"


def test_the_credentials_of_a_store_are_read_by_who_needs_them_alone(
    elsewhere: Synthesized,
) -> None:
    readers = {
        name
        for name, policy in elsewhere.resources("AWS::IAM::Policy").items()
        if "secret:schedulerx/media" in str(policy["PolicyDocument"])
    }

    assert {next(each for each in PUBLISHERS if each in name) for name in readers} == {*PUBLISHERS}
    assert all(not actions(elsewhere, role, "s3") for role in PUBLISHERS)


def test_a_bucket_that_exists_is_used_and_none_is_made(named: Synthesized) -> None:
    assert not [name for name in named.resources("AWS::S3::Bucket") if "Media" in name]
    for role in PUBLISHERS:
        text = str(named.statements(role))
        assert ":s3:::ours/posts/*" in text
        assert "s3:PutObject" in text


def test_who_converts_posts_reads_no_evidence_and_workers_no_posts(named: Synthesized) -> None:
    assert "Storage" not in str(named.statements("ConversionTaskTaskRole"))
    assert "ours" not in str(named.statements("WorkersTaskTaskRole"))


def test_a_conversion_reaches_a_store_elsewhere_without_a_gateway(elsewhere: Synthesized) -> None:
    network = elsewhere.publishing["States"][TASK]["Parameters"]["NetworkConfiguration"]
    placed = network["AwsvpcConfiguration"]

    assert placed["AssignPublicIp"] == "ENABLED"
    assert all("Public" in subnet for subnet in placed["Subnets"])
    assert elsewhere.resources("AWS::EC2::NatGateway") == {}
    pipeline = elsewhere.definition["States"]["Process groups"]
    assert "ENABLED" not in str(pipeline)


def test_a_conversion_of_media_in_s3_stays_inside(named: Synthesized) -> None:
    network = named.publishing["States"][TASK]["Parameters"]["NetworkConfiguration"]

    assert network["AwsvpcConfiguration"]["AssignPublicIp"] == "DISABLED"
    assert named.resources("AWS::EC2::InternetGateway") == {}


@pytest.mark.parametrize("left_out", STORE)
def test_a_store_that_is_told_in_part_says_what_is_missing(left_out: str) -> None:
    given = {name: value for name, value in STORE.items() if name != left_out}

    with pytest.raises(ContextError, match=f"-c {left_out}=…"):
        Config.parse({**EXTERNAL, **given})


@pytest.mark.parametrize("name", ["media_endpoint_url", "media_public_url"])
def test_an_address_that_is_not_encrypted_is_refused(name: str) -> None:
    with pytest.raises(ContextError, match=f"-c {name}=http://store.example cannot be used"):
        Config.parse({**EXTERNAL, **STORE, name: "http://store.example"})


def test_a_bucket_or_a_public_address_may_be_named_alone() -> None:
    assert Config.parse({**EXTERNAL, "media_bucket": "ours"}).media_bucket == "ours"
    assert Config.parse({**EXTERNAL, "media_public_url": "https://m.example"}).media_public_url
