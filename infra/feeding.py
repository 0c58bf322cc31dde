"""What feeds another deployment: a function outside of the network, and the tokens it shows."""

from __future__ import annotations

from dataclasses import dataclass

from aws_cdk import SecretValue
from aws_cdk import aws_logs as logs
from aws_cdk import aws_secretsmanager as secretsmanager
from constructs import Construct

from infra.config import Config
from infra.functions import Functions
from infra.operators_secret import operators_secret
from infra.packages import EVIDENCE
from infra.permissions import Buckets
from infra.python_function import PythonFunction, PythonFunctionProps
from schedulerx.settings import ENV_PREFIX

NO_TOKENS = "{}"  # by address; the operator's command adds them


@dataclass(frozen=True, kw_only=True)
class FeedingProps:
    """`functions` gives code and layers."""

    config: Config
    functions: Functions
    buckets: Buckets
    log_retention: logs.RetentionDays


class Feeding(Construct):
    """The function reaches the internet, and neither the database nor its secret; the functions
    that know the database have no way out. So feeding costs no NAT gateway either.
    """

    def __init__(self, scope: Construct, construct_id: str, props: FeedingProps) -> None:
        super().__init__(scope, construct_id)
        self._props = props
        self._secret = self._define_secret()
        self.function = self._define_function()
        self._secret.grant_read(self.function.role)
        props.buckets.allow_feeding(self.function.role)

    @property
    def secret_arn(self) -> str:
        """Names the secret, and tells nothing of it."""
        return self._secret.secret_arn

    def _define_secret(self) -> secretsmanager.Secret:
        return operators_secret(
            self,
            "Tokens",
            description="Tokens of the events APIs that runs feed: a JSON object by address",
            unrotated="Other deployments gave them: they are changed there, and handed over with a "
            "run.",
            secret_string_value=SecretValue.unsafe_plain_text(NO_TOKENS),
        )

    def _define_function(self) -> PythonFunction:
        props = self._props
        return PythonFunction(
            self,
            "FeedGroup",
            PythonFunctionProps(
                module="feed_group",
                code=props.functions.source,
                layers=props.functions.wheels(EVIDENCE),
                log_retention=props.log_retention,
                concurrency=props.config.feed_concurrency or None,
                variables={
                    **props.buckets.environment(),
                    f"{ENV_PREFIX}UPLOAD_SECRET": self.secret_arn,
                },
            ),
        )
