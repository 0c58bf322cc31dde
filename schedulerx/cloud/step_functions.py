"""Gap: moto's Step Functions executes only when told, and looks for machines in another place.

CloudFormation creates machines in one backend, execution reads another: both become the same.
Each service call built a boto3 client anew (20 ms): they are kept. Service parameters pass
untranslated between Step Functions' PascalCase and the API's own names: botocore's service model
translates them, both ways, for every integration.
"""

from __future__ import annotations

import functools
import sys
from typing import Any

import boto3
import botocore.session
import moto.stepfunctions.models as definitions
from botocore import xform_name
from botocore.config import Config
from botocore.exceptions import UnknownServiceError
from moto.stepfunctions import responses
from moto.stepfunctions.parser.asl.component.state.exec.state_task.service import (
    state_task_service,
    state_task_service_callback,
)
from moto.stepfunctions.parser.asl.utils import boto_client
from moto.stepfunctions.parser.models import stepfunctions_parser_backends

from schedulerx.cloud.host import Host

SYNC_POLL_SECONDS = 0.05  # moto: 0.5


def install(host: Host) -> None:
    """One backend, cached clients, translated parameters, prompt polling."""
    host.patch(definitions, "stepfunctions_backends", stepfunctions_parser_backends)
    host.patch(responses, "stepfunctions_backends", stepfunctions_parser_backends)
    host.patch(
        state_task_service_callback, "_DELAY_SECONDS_SYNC_CONDITION_CHECK", SYNC_POLL_SECONDS
    )
    service = state_task_service.StateTaskService
    host.patch(service, "_normalise_parameters", normalise_parameters)
    host.patch(service, "_normalise_response", normalise_response)
    _keep_clients(host)


def normalise_parameters(
    task: Any,
    parameters: dict[str, Any],
    boto_service_name: str | None = None,
    service_action_name: str | None = None,
) -> None:
    """Renames parameters in place to the API's members: `Overrides` becomes `overrides`."""
    operation = _operation_of(task, boto_service_name, service_action_name)
    if operation is not None and operation.input_shape is not None:
        task._to_boto_request(parameters, operation.input_shape)  # noqa: SLF001 (moto's own helper)


def normalise_response(
    task: Any,
    response: Any,
    boto_service_name: str | None = None,
    service_action_name: str | None = None,
) -> None:
    """Renames an answer's members in place to Step Functions' PascalCase."""
    operation = _operation_of(task, boto_service_name, service_action_name)
    if operation is not None and operation.output_shape is not None:
        task._from_boto_response(response, operation.output_shape)  # noqa: SLF001 (moto's own helper)


def _operation_of(task: Any, service: str | None, action: str | None) -> Any:
    name = task._get_boto_service_name(service)  # noqa: SLF001  (moto's own helper)
    return _operation(name, task._get_boto_service_action(action))  # noqa: SLF001


@functools.cache
def _operation(service: str, action: str) -> Any:
    """Botocore's model of one operation (`action` in snake case), or None."""
    try:
        model = botocore.session.get_session().get_service_model(service)
    except UnknownServiceError:
        return None
    matching = (name for name in model.operation_names if xform_name(name) == action)
    name = next(matching, None)
    return model.operation_model(name) if name else None


def _keep_clients(host: Host) -> None:
    original = boto_client.boto_client_for
    config = Config(
        parameter_validation=False,
        retries={"total_max_attempts": 1},
        read_timeout=15 * 60 + 30,  # a Lambda's longest run
        max_pool_connections=64,
    )

    @functools.cache
    def kept(region: str, service: str) -> Any:
        return boto3.session.Session().client(
            service,
            region_name=region,
            endpoint_url=host.endpoint_url,
            aws_access_key_id="ak",
            aws_secret_access_key="sk",  # noqa: S106  (moto accepts any)
            config=config,
        )

    def client_for(region: str, service: str, state_credentials: Any = None) -> Any:  # noqa: ARG001
        return kept(region, service)

    for module in list(sys.modules.values()):
        if getattr(module, "boto_client_for", None) is original:
            host.patch(module, "boto_client_for", client_for)
