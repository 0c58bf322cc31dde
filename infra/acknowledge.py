"""Findings of cdk-nag that are meant, each with its reason."""

from __future__ import annotations

from aws_cdk import Acknowledgment, Validations
from constructs import IConstruct


def acknowledge(construct: IConstruct, reason: str, *findings: str) -> None:
    """Accepts these findings (`AwsSolutions-` is put before each) on the construct and below."""
    for finding in findings:
        rule = Acknowledgment(id=f"AwsSolutions-{finding}", reason=reason)
        Validations.of(construct).acknowledge(rule)
