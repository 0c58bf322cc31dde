"""Where the passwords of encrypted files lie while runs try them: a secret that workers read."""

from __future__ import annotations

from aws_cdk import aws_iam as iam
from constructs import Construct

from infra.operators_secret import operators_secret


class PasswordSecret(Construct):
    """Made with a text nobody knows; `schedule_pipeline.py --password_file` replaces it."""

    def __init__(self, scope: Construct, construct_id: str) -> None:
        super().__init__(scope, construct_id)
        self._secret = operators_secret(
            self,
            "Secret",
            description="Passwords to try on encrypted files, one a line",
            unrotated="They are the passwords of files that exist: there is nothing to rotate.",
        )

    @property
    def arn(self) -> str:
        """Names the secret, and tells nothing of it."""
        return self._secret.secret_arn

    def allow(self, role: iam.IRole) -> None:
        """Lets a worker read this secret, and no other."""
        self._secret.grant_read(role)
