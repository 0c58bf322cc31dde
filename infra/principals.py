"""Services of AWS that act for this account alone, whoever else may ask them to (the confused
deputy).
"""

from __future__ import annotations

from aws_cdk import Aws
from aws_cdk import aws_iam as iam

_HERE = {"StringEquals": {"aws:SourceAccount": Aws.ACCOUNT_ID}}


def of_this_account(service: str) -> iam.ServicePrincipal:
    """The service, where what it works for lies in the stack's own account."""
    return iam.ServicePrincipal(service, conditions=_HERE)


def only_of_this_account(role: iam.IRole) -> None:
    """The same for a role that the CDK made for a service."""
    resource = role.node.default_child
    assert isinstance(resource, iam.CfnRole)
    resource.add_property_override("AssumeRolePolicyDocument.Statement.0.Condition", _HERE)
