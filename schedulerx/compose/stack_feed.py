"""A stack that feeds an events API: the operator hands a token over, a function sends with it."""

from __future__ import annotations

from collections.abc import Callable, Mapping

import msgspec

from schedulerx.compose.cloud import required
from schedulerx.compose.upload_url import upload_feed
from schedulerx.errors import ConfigurationError
from schedulerx.model.run import Group, Run, StepResult
from schedulerx.pipeline.feeding import feed_group, feeds
from schedulerx.pipeline.inventory import load_run
from schedulerx.pipeline.services import Services
from schedulerx.settings import UPLOAD_TOKEN
from schedulerx.stores.aws_clients import aws_client
from schedulerx.stores.events_api import EventsApi
from schedulerx.stores.secrets import read_secret, write_secret

SECRET = "UPLOAD_SECRET"  # noqa: S105  (the name of a variable)
Tokens = dict[str, str]  # by the address each was given for: no other address is shown it


def operators_token(url: str, secret_arn: str, env: Mapping[str, str]) -> str:
    """That of the environment; else the one the stack was given for this address before."""
    token = env.get(UPLOAD_TOKEN, "")
    return token or (_tokens(secret_arn, env).get(url, "") if secret_arn else "")


def hand_over_token(url: str, token: str, secret_arn: str, env: Mapping[str, str]) -> None:
    """To the one place where the stack reads it, beside those for other addresses."""
    tokens = _tokens(secret_arn, env)
    if tokens.get(url) != token:
        text = msgspec.json.encode({**tokens, url: token}).decode()
        write_secret(secret_arn, text, aws_client("secretsmanager", env))


def feed_from_stack(
    services: Services,
    env: Mapping[str, str],
    run_id: str,
    group: Group,
    left_s: Callable[[], float],
) -> StepResult | None:
    """One group of a run of the stack, sent on; None where the run feeds nothing.

    Raises:
        ConfigurationError: the API refuses the token, or another database answers than did when
            the run was planned.
        RetryableError: it does not answer, or the time is up; what it took is remembered.
    """
    run = load_run(services.inventory, run_id)
    if not feeds(run):
        return None
    token = _tokens(required(env, SECRET), env).get(run.upload_url, "")
    with upload_feed(run.upload_url, token, services.artifacts, left_s) as api:
        _must_be_as_planned(run, api)
        return feed_group(services, run, group, api)


def _must_be_as_planned(run: Run, api: EventsApi) -> None:
    """The plan left out what the database that answered then holds."""
    if api.target != run.fed_to:
        raise ConfigurationError(
            f"Behind {run.upload_url} is another database than when the run was planned: plan "
            "again, and it is fed everything"
        )


def _tokens(secret_arn: str, env: Mapping[str, str]) -> Tokens:
    text = read_secret(secret_arn, aws_client("secretsmanager", env))
    try:
        return msgspec.json.decode(text, type=Tokens)
    except msgspec.DecodeError as error:
        raise ConfigurationError(
            f"The secret {secret_arn} holds no JSON object of tokens by their addresses: write "
            f"{{}} into it, and run with {UPLOAD_TOKEN} set"
        ) from error
