"""Findings of cdk-nag that are meant, each with its reason."""

from __future__ import annotations

from aws_cdk import Acknowledgment, CfnElement, Stack, Validations
from constructs import IConstruct


def acknowledge(construct: IConstruct, reason: str, *findings: str) -> None:
    """Accepts these findings (`AwsSolutions-` is put before each) on the construct and below."""
    for finding in findings:
        rule = Acknowledgment(id=f"AwsSolutions-{finding}", reason=reason)
        Validations.of(construct).acknowledge(rule)


def logical_id(construct: IConstruct) -> str:
    """The name of a construct's resource in the template, as findings spell it."""
    element = construct.node.default_child
    assert isinstance(element, CfnElement)
    return Stack.of(construct).get_logical_id(element)
