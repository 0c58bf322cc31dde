"""What botocore raises, as the errors of this package: translated here and nowhere else."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from botocore import exceptions as boto

from schedulerx.errors import ConfigurationError, RetryableError, SchedulerXError

_CREDENTIALS = frozenset(
    {
        "AuthFailure",
        "ExpiredToken",
        "ExpiredTokenException",
        "IncompleteSignature",
        "InvalidAccessKeyId",
        "InvalidClientTokenId",
        "InvalidSignatureException",
        "InvalidToken",
        "SignatureDoesNotMatch",
        "TokenRefreshRequired",
        "UnrecognizedClientException",
    }
)
_DENIED = frozenset(
    {"403", "AccessDenied", "AccessDeniedException", "AllAccessDisabled", "UnauthorizedAccess"}
)
_REGION = frozenset(
    {"301", "AuthorizationHeaderMalformed", "IllegalLocationConstraintException"}
    | {"PermanentRedirect"}
)
_SIGN_IN = "set AWS_PROFILE, or AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY, or `aws sso login`"


@contextmanager
def aws_call(what: str) -> Iterator[None]:
    """Around calls on `what`, named as a person would ("bucket evidence").

    Raises:
        ConfigurationError: no such thing, no permission, no valid credentials, no way there.
        RetryableError: a throttle, a timeout, a lost connection; anything else AWS answers.
    """
    try:
        yield
    except boto.ClientError as error:
        raise from_answer(error, what) from error
    except boto.BotoCoreError as error:
        raise _from_client(error, what) from error


def code_of(error: boto.ClientError) -> str:
    """The answer's error code, as "NoSuchKey"; the HTTP status where there was no body."""
    return str(error.response.get("Error", {}).get("Code", ""))


def from_answer(error: boto.ClientError, what: str) -> SchedulerXError:
    """The error for what AWS answered."""
    code, message = code_of(error), str(error.response.get("Error", {}).get("Message", ""))
    if code in {"NoSuchBucket", "ResourceNotFoundException"}:
        return ConfigurationError(
            f"There is no {what}: check its name, and the account and region of the credentials"
        )
    if code in _CREDENTIALS:
        return ConfigurationError(
            f"AWS does not accept the credentials ({code}) for {what}: {_SIGN_IN}"
        )
    if code in _DENIED:
        return ConfigurationError(
            f"No permission for {error.operation_name} on {what}: "
            "give it to these credentials, or use others"
        )
    if code in _REGION:
        return ConfigurationError(f"{what} lies in another region: set AWS_REGION to it")
    return RetryableError(f"{error.operation_name} on {what}: AWS answered {code} {message}")


def _from_client(error: boto.BotoCoreError, what: str) -> SchedulerXError:
    match error:
        case boto.NoRegionError():
            return ConfigurationError(f"No AWS region for {what}: set AWS_REGION, as us-east-1")
        case boto.NoCredentialsError() | boto.PartialCredentialsError():
            return ConfigurationError(f"No AWS credentials for {what}: {_SIGN_IN}")
        case (
            boto.ProfileNotFound()
            | boto.CredentialRetrievalError()
            | boto.SSOError()
            | boto.TokenRetrievalError()
        ):
            return ConfigurationError(f"No AWS credentials for {what} ({error}): {_SIGN_IN}")
        case boto.EndpointConnectionError() | boto.InvalidEndpointConfigurationError():
            return ConfigurationError(
                f"Cannot reach {what} ({error}): check the network, AWS_REGION and AWS_ENDPOINT_URL"
            )
        case boto.ParamValidationError():
            return ConfigurationError(f"{what} is no name AWS allows: {error}")
        case _:
            return RetryableError(f"{what}: {error}")
