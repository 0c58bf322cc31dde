from __future__ import annotations

import json
from typing import Any

import pytest

from schedulerx.cloud.bucket_events import notification_configuration
from schedulerx.cloud.cloudformation_change_sets import in_dependency_order
from schedulerx.cloud.cloudformation_custom import as_text
from schedulerx.cloud.cloudformation_types import secret_text
from tests.cloud.world import World, unique, until


def custom(world: World, function: str, **properties: str) -> dict[str, Any]:
    answer = world.client("lambda").get_function(FunctionName=function)
    arn = answer["Configuration"]["FunctionArn"]
    return {"Type": "Custom::Probe", "Properties": {"ServiceToken": arn, **properties}}


def stack_of(world: World, name: str) -> dict[str, Any]:
    described: dict[str, Any] = world.client("cloudformation").describe_stacks(StackName=name)
    return dict(described["Stacks"][0])


def test_a_custom_resource_s_function_runs_and_its_data_can_be_referred_to(world: World) -> None:
    resource = custom(world, world.function(), Name="stack")
    outputs = {"Text": {"Fn::GetAtt": ["Probe", "Greeting"]}, "Id": {"Ref": "Probe"}}
    stack = world.stack({"Probe": resource}, outputs)
    assert world.outputs(stack) == {"Text": "hello stack", "Id": "probe-Create"}


def test_the_generic_custom_resource_type_runs_too(world: World) -> None:
    resource = custom(world, world.function()) | {"Type": "AWS::CloudFormation::CustomResource"}
    stack = world.stack({"Probe": resource}, {"Id": {"Ref": "Probe"}})
    assert world.outputs(stack) == {"Id": "probe-Create"}


def test_deleting_the_stack_asks_the_custom_resource_to_delete(world: World) -> None:
    function = world.function()
    stack = world.stack({"Probe": custom(world, function)})
    log = world.cloud.state / "logs" / "lambda" / f"{function}.log"
    asked = log.read_text().count("START")
    world.client("cloudformation").delete_stack(StackName=stack)
    assert until(lambda: log.read_text().count("START") == asked + 1, "the deletion's call")


def test_a_failed_custom_resource_rolls_the_stack_back_with_its_reason(world: World) -> None:
    stack = world.stack({"Probe": custom(world, world.function(), Fail="true")})
    assert stack_of(world, stack)["StackStatus"] == "ROLLBACK_COMPLETE"
    events = world.client("cloudformation").describe_stack_events(StackName=stack)["StackEvents"]
    reasons = [e.get("ResourceStatusReason", "") for e in events]
    assert any("asked to fail" in reason for reason in reasons)


def test_types_moto_does_not_know_are_accepted_and_can_be_referred_to(world: World) -> None:
    alarm = {"Type": "AWS::CloudWatch::Alarm", "Properties": {"MetricName": "x"}}
    outputs = {"Name": {"Ref": "Alarm"}, "Arn": {"Fn::GetAtt": ["Alarm", "Arn"]}}
    stack = world.stack({"Alarm": alarm}, outputs)
    assert stack_of(world, stack)["StackStatus"] == "CREATE_COMPLETE"
    assert world.outputs(stack)["Arn"].endswith(world.outputs(stack)["Name"])


def test_a_stack_s_secret_holds_its_generated_value(world: World) -> None:
    generate = {"SecretStringTemplate": '{"username": "u"}', "GenerateStringKey": "password"}
    properties = {"GenerateSecretString": {**generate, "PasswordLength": 20}}
    secret = {"Type": "AWS::SecretsManager::Secret", "Properties": properties}
    stack = world.stack({"Secret": secret}, {"Arn": {"Ref": "Secret"}})
    arn = world.outputs(stack)["Arn"]
    text = world.client("secretsmanager").get_secret_value(SecretId=arn)["SecretString"]
    assert json.loads(text)["username"] == "u"
    assert len(json.loads(text)["password"]) == 20


@pytest.mark.parametrize(
    ("properties", "expected"),
    [({"SecretString": "plain"}, "plain"), ({}, "")],
)
def test_a_given_secret_is_kept_as_it_is(properties: dict[str, str], expected: str) -> None:
    assert secret_text(properties) == expected


def test_notifications_are_put_in_the_words_of_the_api() -> None:
    given = {
        "LambdaConfigurations": [{"Event": "s3:ObjectCreated:*", "Function": "f"}],
        "EventBridgeConfiguration": {"EventBridgeEnabled": True},
    }
    assert notification_configuration(given) == {
        "LambdaFunctionConfigurations": [
            {"LambdaFunctionArn": "f", "Events": ["s3:ObjectCreated:*"]}
        ],
        "EventBridgeConfiguration": {},
    }


def test_resources_follow_what_they_depend_on() -> None:
    resources: dict[str, Any] = {
        "A": {"DependsOn": ["C", "Absent"]},
        "B": {"DependsOn": "A"},
        "C": {},
    }
    assert list(in_dependency_order(resources)) == ["C", "A", "B"]


def test_a_missing_change_set_has_the_api_s_own_error(world: World) -> None:
    client = world.client("cloudformation")
    with pytest.raises(client.exceptions.ChangeSetNotFoundException):
        client.describe_change_set(ChangeSetName="absent", StackName="absent")
    client.delete_change_set(ChangeSetName="absent", StackName="absent")


def test_two_stacks_may_call_their_change_sets_alike(world: World) -> None:
    client = world.client("cloudformation")
    names = [unique("changed"), unique("changed")]
    for name in names:
        topic = {"Type": "AWS::SNS::Topic", "Properties": {"TopicName": f"{name}-topic"}}
        template = {"Resources": {"T": topic}, "Outputs": {"Arn": {"Value": {"Ref": "T"}}}}
        client.create_change_set(
            StackName=name,
            ChangeSetName="same",
            ChangeSetType="CREATE",
            TemplateBody=json.dumps(template),
        )
    for name in names:
        client.execute_change_set(ChangeSetName="same", StackName=name)
        assert world.outputs(name)["Arn"].endswith(f":{name}-topic")


def test_a_failed_change_set_rolls_back_with_its_reason(world: World) -> None:
    client = world.client("cloudformation")
    name = unique("failing")
    template = {"Resources": {"Probe": custom(world, world.function(), Mute="true")}}
    client.create_change_set(
        StackName=name,
        ChangeSetName="first",
        ChangeSetType="CREATE",
        TemplateBody=json.dumps(template),
    )
    client.execute_change_set(ChangeSetName="first", StackName=name)
    assert stack_of(world, name)["StackStatus"] == "ROLLBACK_COMPLETE"
    events = client.describe_stack_events(StackName=name)["StackEvents"]
    assert any("put no answer" in e.get("ResourceStatusReason", "") for e in events)


def test_a_custom_resource_is_given_text_alone() -> None:
    given = {"Flag": True, "Count": 5, "Names": ["a", 1], "Deep": {"Off": False}}
    expected = {"Flag": "true", "Count": "5", "Names": ["a", "1"], "Deep": {"Off": "false"}}
    assert as_text(given) == expected
