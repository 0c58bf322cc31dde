from __future__ import annotations

import pytest

from tests.infra.conftest import Synthesized

BUCKETS = ("Source", "Inventory", "Artifacts", "Reports", "AccessLogs")


@pytest.mark.parametrize("name", BUCKETS)
def test_a_bucket_is_private(any_stack: Synthesized, name: str) -> None:
    bucket = any_stack.named("AWS::S3::Bucket", f"Storage{name}")

    assert set(bucket["PublicAccessBlockConfiguration"].values()) == {True}
    assert bucket["OwnershipControls"]["Rules"] == [{"ObjectOwnership": "BucketOwnerEnforced"}]


@pytest.mark.parametrize("name", BUCKETS)
def test_a_bucket_is_encrypted_with_s3_keys_so_that_etags_stay_md5(
    any_stack: Synthesized, name: str
) -> None:
    bucket = any_stack.named("AWS::S3::Bucket", f"Storage{name}")

    (rule,) = bucket["BucketEncryption"]["ServerSideEncryptionConfiguration"]
    assert rule == {"ServerSideEncryptionByDefault": {"SSEAlgorithm": "AES256"}}


@pytest.mark.parametrize("name", BUCKETS)
def test_a_bucket_refuses_plain_http(any_stack: Synthesized, name: str) -> None:
    policy = any_stack.named("AWS::S3::BucketPolicy", f"Storage{name}")

    refusals = [s for s in policy["PolicyDocument"]["Statement"] if s["Effect"] == "Deny"]
    assert [s["Condition"] for s in refusals] == [{"Bool": {"aws:SecureTransport": "false"}}]
    assert refusals[0]["Action"] == "s3:*"


@pytest.mark.parametrize("name", BUCKETS[:-1])
def test_unfinished_uploads_are_dropped_after_a_week(any_stack: Synthesized, name: str) -> None:
    bucket = any_stack.named("AWS::S3::Bucket", f"Storage{name}")

    days = [
        rule["AbortIncompleteMultipartUpload"]["DaysAfterInitiation"]
        for rule in bucket["LifecycleConfiguration"]["Rules"]
        if "AbortIncompleteMultipartUpload" in rule
    ]
    assert days == [7]


def test_sources_and_reports_keep_their_versions(aurora: Synthesized) -> None:
    versioned = {
        name
        for name in BUCKETS
        if "VersioningConfiguration" in aurora.named("AWS::S3::Bucket", f"Storage{name}")
    }
    assert versioned == {"Source", "Reports"}


def test_buckets_outlive_the_stack_unless_it_is_ephemeral(
    aurora: Synthesized, ephemeral: Synthesized
) -> None:
    def policies(stack: Synthesized) -> set[str]:
        resources = stack.template["Resources"].values()
        return {r["DeletionPolicy"] for r in resources if r["Type"] == "AWS::S3::Bucket"}

    assert policies(aurora) == {"Retain"}
    assert policies(ephemeral) == {"Delete"}


def test_objects_created_in_the_source_are_sent_to_the_arrivals(aurora: Synthesized) -> None:
    source = aurora.named("AWS::S3::Bucket", "StorageSource")
    (queue,) = [n for n in aurora.resources("AWS::SQS::Queue") if "ArrivalsQueue" in n]

    assert source["NotificationConfiguration"] == {
        "QueueConfigurations": [
            {"Event": "s3:ObjectCreated:*", "Queue": {"Fn::GetAtt": [queue, "Arn"]}}
        ]
    }


def test_the_queue_accepts_the_bucket_before_the_bucket_is_made(aurora: Synthesized) -> None:
    resources = aurora.template["Resources"]
    (source,) = [n for n in aurora.resources("AWS::S3::Bucket") if "StorageSource" in n]
    (policy,) = [n for n in aurora.resources("AWS::SQS::QueuePolicy") if "ArrivalsQueue" in n]

    assert policy in resources[source]["DependsOn"]
