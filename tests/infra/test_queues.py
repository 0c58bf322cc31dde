from __future__ import annotations

from tests.infra.conftest import Synthesized


def test_a_message_that_failed_three_times_goes_to_the_dead_letters(aurora: Synthesized) -> None:
    queue = aurora.named("AWS::SQS::Queue", "ArrivalsQueue")
    (dead_letters,) = [n for n in aurora.resources("AWS::SQS::Queue") if "DeadLetters" in n]

    assert queue["RedrivePolicy"] == {
        "deadLetterTargetArn": {"Fn::GetAtt": [dead_letters, "Arn"]},
        "maxReceiveCount": 3,
    }


def test_a_message_stays_hidden_for_six_times_the_functions_timeout(aurora: Synthesized) -> None:
    queue = aurora.named("AWS::SQS::Queue", "ArrivalsQueue")
    validate = aurora.named("AWS::Lambda::Function", "Validate")

    assert queue["VisibilityTimeout"] == 6 * validate["Timeout"]


def test_waiting_messages_and_dead_letters_raise_alarms(aurora: Synthesized) -> None:
    metrics = {
        alarm.get("MetricName")
        for name, alarm in aurora.resources("AWS::CloudWatch::Alarm").items()
        if "Arrivals" in name
    }
    assert metrics == {"ApproximateAgeOfOldestMessage", "ApproximateNumberOfMessagesVisible"}


def test_only_buckets_of_this_account_may_send(aurora: Synthesized) -> None:
    policy = aurora.named("AWS::SQS::QueuePolicy", "ArrivalsQueue")

    (allowed,) = [s for s in policy["PolicyDocument"]["Statement"] if s["Effect"] == "Allow"]
    assert allowed["Principal"] == {"Service": "s3.amazonaws.com"}
    assert allowed["Condition"] == {
        "StringEquals": {"aws:SourceAccount": {"Ref": "AWS::AccountId"}}
    }


def test_queues_are_encrypted_and_refuse_plain_http(aurora: Synthesized) -> None:
    assert all(q["SqsManagedSseEnabled"] for q in aurora.resources("AWS::SQS::Queue").values())
    for policy in aurora.resources("AWS::SQS::QueuePolicy").values():
        effects = [s["Effect"] for s in policy["PolicyDocument"]["Statement"]]
        assert "Deny" in effects
