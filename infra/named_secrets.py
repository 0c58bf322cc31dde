"""Secrets that the operator made: found by name or ARN, read by who needs them."""

from __future__ import annotations

from aws_cdk import aws_iam as iam
from aws_cdk import aws_secretsmanager as secretsmanager
from constructs import Construct


def find_secret(scope: Construct, name: str) -> secretsmanager.ISecret:
    """A secret that exists, by its name or its whole ARN."""
    if name.startswith("arn:"):
        return secretsmanager.Secret.from_secret_complete_arn(scope, "Secret", name)
    return secretsmanager.Secret.from_secret_name_v2(scope, "Secret", name)


def allow_reading(role: iam.IRole, secret: secretsmanager.ISecret) -> None:
    """Its value, and nothing about it."""
    # An ARN ends with six characters that only a whole one tells.
    arn = secret.secret_full_arn or f"{secret.secret_arn}-??????"
    role.add_to_principal_policy(
        iam.PolicyStatement(actions=["secretsmanager:GetSecretValue"], resources=[arn])
    )
