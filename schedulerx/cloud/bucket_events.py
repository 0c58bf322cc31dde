"""Gaps: a bucket made by CloudFormation loses its notifications and versioning; events differ.

What the template says of them is put as a client would. In events S3 leaves the slashes of a key
unescaped and names the object's version; moto does neither.
"""

from __future__ import annotations

from typing import Any
from urllib.parse import quote_plus

from moto.s3 import notifications
from moto.s3.models import FakeBucket

from schedulerx.cloud.host import Host


def install(host: Host) -> None:
    """Keeps the configuration; shapes the events."""
    original = notifications._get_s3_event  # noqa: SLF001  (moto's own hook)

    def event(event_name: str, bucket: Any, key: Any, notification_id: str) -> dict[str, Any]:
        body: dict[str, Any] = original(event_name, bucket, key, notification_id)
        thing = body["Records"][0]["s3"]["object"]
        thing["key"] = quote_plus(key.name, safe="/")
        thing["sequencer"] = f"{int(key.last_modified.timestamp() * 1e6):018X}"
        if bucket.versioning_status:
            thing["versionId"] = key.version_id
        return body

    host.patch(notifications, "_get_s3_event", event)
    _keep_configuration(host)


def _keep_configuration(host: Host) -> None:
    create = FakeBucket.create_from_cloudformation_json
    update = FakeBucket.update_from_cloudformation_json

    def created(resource_name: str, cloudformation_json: Any, *rest: Any, **named: Any) -> Any:
        bucket = create(resource_name, cloudformation_json, *rest, **named)
        _notify(host, bucket.name, cloudformation_json)
        return bucket

    def updated(*arguments: Any, **named: Any) -> Any:
        bucket = update(*arguments, **named)
        _notify(host, bucket.name, named["cloudformation_json"])
        return bucket

    host.patch(FakeBucket, "create_from_cloudformation_json", staticmethod(created))
    host.patch(FakeBucket, "update_from_cloudformation_json", staticmethod(updated))


def _notify(host: Host, bucket: str, cloudformation_json: dict[str, Any]) -> None:
    properties = cloudformation_json.get("Properties", {})
    configuration = notification_configuration(properties.get("NotificationConfiguration") or {})
    if configuration:
        host.client("s3").put_bucket_notification_configuration(
            Bucket=bucket, NotificationConfiguration=configuration
        )
    if (properties.get("VersioningConfiguration") or {}).get("Status") == "Enabled":
        host.client("s3").put_bucket_versioning(
            Bucket=bucket, VersioningConfiguration={"Status": "Enabled"}
        )


def notification_configuration(configuration: dict[str, Any]) -> dict[str, Any]:
    """CloudFormation's notification properties in the words of S3's API."""
    kinds = {
        "QueueConfigurations": ("Queue", "QueueArn"),
        "LambdaConfigurations": ("Function", "LambdaFunctionArn"),
        "TopicConfigurations": ("Topic", "TopicArn"),
    }
    api_names = {"LambdaConfigurations": "LambdaFunctionConfigurations"}
    result: dict[str, Any] = {}
    for kind, (given, wanted) in kinds.items():
        entries = [_notification(entry, given, wanted) for entry in configuration.get(kind) or []]
        if entries:
            result[api_names.get(kind, kind)] = entries
    if "EventBridgeConfiguration" in configuration:
        result["EventBridgeConfiguration"] = {}
    return result


def _notification(entry: dict[str, Any], given: str, wanted: str) -> dict[str, Any]:
    notification = {wanted: entry[given], "Events": [entry["Event"]]}
    rules = ((entry.get("Filter") or {}).get("S3Key") or {}).get("Rules")
    if rules:
        notification["Filter"] = {"Key": {"FilterRules": rules}}
    return notification
