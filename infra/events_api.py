"""An HTTP API that takes events from other deployments: one route, one token, a limited rate."""

from __future__ import annotations

import json
from dataclasses import dataclass

from aws_cdk import RemovalPolicy
from aws_cdk import aws_apigatewayv2 as apigateway
from aws_cdk import aws_apigatewayv2_integrations as integrations
from aws_cdk import aws_logs as logs
from aws_cdk import aws_secretsmanager as secretsmanager
from constructs import Construct

from infra.acknowledge import acknowledge
from infra.operators_secret import operators_secret
from infra.python_function import PythonFunction
from schedulerx.settings import ENV_PREFIX

ROUTE = "/v1/events"
TOKEN_LENGTH = 48
RATE, BURST = 20, 40  # requests a second; more are answered 429, and tried again by their senders
# Who sent how much, and what it was answered; never a header.
_LOGGED = json.dumps(
    {
        "time": "$context.requestTime",
        "request": "$context.requestId",
        "address": "$context.identity.sourceIp",
        "route": "$context.routeKey",
        "status": "$context.status",
        "bytes": "$context.responseLength",
    }
)


@dataclass(frozen=True, kw_only=True)
class EventsApiProps:
    """`function` takes the batches."""

    function: PythonFunction
    log_retention: logs.RetentionDays


class EventsApi(Construct):
    """The function alone reads the token; whoever is to send gets it from its secret."""

    def __init__(self, scope: Construct, construct_id: str, props: EventsApiProps) -> None:
        super().__init__(scope, construct_id)
        self._props = props
        self._secret = self._define_secret()
        self._api = self._define_api()
        self._define_stage()
        self._allow_token()

    @property
    def url(self) -> str:
        """What senders give as --upload_url."""
        return f"{self._api.api_endpoint}{ROUTE}"

    @property
    def secret_arn(self) -> str:
        """Names the secret that holds the token."""
        return self._secret.secret_arn

    def _define_secret(self) -> secretsmanager.Secret:
        return operators_secret(
            self,
            "Token",
            description="What senders of events show: SCHEDULERX_UPLOAD_TOKEN",
            unrotated="Its senders are other deployments: the operator changes it here and there "
            "together.",
            generate_secret_string=secretsmanager.SecretStringGenerator(
                password_length=TOKEN_LENGTH, exclude_punctuation=True
            ),
        )

    def _define_api(self) -> apigateway.HttpApi:
        api = apigateway.HttpApi(self, "Api", create_default_stage=False)
        integration = integrations.HttpLambdaIntegration("Feed", self._props.function.function)
        api.add_routes(path=ROUTE, methods=[apigateway.HttpMethod.POST], integration=integration)
        acknowledge(
            api, "The function compares the token, in constant time, before anything else.", "APIG4"
        )
        return api

    def _define_stage(self) -> None:
        log = logs.LogGroup(
            self, "Log", retention=self._props.log_retention, removal_policy=RemovalPolicy.DESTROY
        )
        stage = apigateway.CfnStage(
            self,
            "Stage",
            api_id=self._api.api_id,
            stage_name="$default",
            auto_deploy=True,
            default_route_settings=apigateway.CfnStage.RouteSettingsProperty(
                throttling_rate_limit=RATE, throttling_burst_limit=BURST
            ),
            access_log_settings=apigateway.CfnStage.AccessLogSettingsProperty(
                destination_arn=log.log_group_arn, format=_LOGGED
            ),
        )
        stage.node.add_dependency(log)

    def _allow_token(self) -> None:
        self._secret.grant_read(self._props.function.role)
        self._props.function.function.add_environment(
            f"{ENV_PREFIX}EVENTS_API_SECRET", self.secret_arn
        )
