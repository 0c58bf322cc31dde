"""A secret that an operator fills, hands over or changes: none that rotates by itself."""

from __future__ import annotations

from typing import Any

from aws_cdk import RemovalPolicy
from aws_cdk import aws_secretsmanager as secretsmanager
from constructs import Construct

from infra.acknowledge import acknowledge


def operators_secret(
    scope: Construct, construct_id: str, *, description: str, unrotated: str, **first: Any
) -> secretsmanager.Secret:
    """`unrotated` is why it does not rotate; `first` is what it is made with, else a text that
    nobody knows.
    """
    secret = secretsmanager.Secret(
        scope,
        construct_id,
        description=description,
        removal_policy=RemovalPolicy.DESTROY,
        **first,
    )
    acknowledge(secret, unrotated, "SMG4")
    return secret
