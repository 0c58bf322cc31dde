"""Where the media of posts lie: a bucket of the stack, one that exists, or a store elsewhere."""

from __future__ import annotations

from aws_cdk import Aws
from aws_cdk import aws_iam as iam
from aws_cdk import aws_s3 as s3
from constructs import Construct

from infra.acknowledge import acknowledge
from infra.config import Config
from infra.named_secrets import allow_reading, find_secret
from infra.permissions import READ, WRITE, acknowledge_objects
from schedulerx.settings import ENV_PREFIX

MEDIA = "posts/*"


class PostMedia(Construct):
    """Tells functions and tasks where media lie, and lets them read and write there."""

    def __init__(
        self, scope: Construct, construct_id: str, config: Config, own: s3.Bucket | None
    ) -> None:
        super().__init__(scope, construct_id)
        self._config, self._own = config, own
        self._secret = find_secret(self, config.media_secret) if config.media_secret else None
        self.bucket_name = own.bucket_name if own else config.media_bucket

    @property
    def is_elsewhere(self) -> bool:
        """Whether the internet has to be reached for them."""
        return bool(self._config.media_endpoint_url)

    def environment(self) -> dict[str, str]:
        """As `schedulerx.compose.stack_media` expects it."""
        return {f"{ENV_PREFIX}{name}": value for name, value in self._places().items() if value}

    def outputs(self) -> dict[str, str]:
        """As an operator's machine reads it."""
        named = {
            "".join(word.capitalize() for word in name.split("_")): value
            for name, value in self._places().items()
        }
        return {name: value for name, value in named.items() if value}

    def _places(self) -> dict[str, str]:
        return {
            "MEDIA_BUCKET": self.bucket_name,
            "MEDIA_ENDPOINT_URL": self._config.media_endpoint_url,
            "MEDIA_PUBLIC_URL": self._config.media_public_url,
            "MEDIA_SECRET": self._config.media_secret,
        }

    def allow(self, role: iam.Role) -> None:
        """Media are read, and what is made of them stored."""
        if self._secret is not None:
            allow_reading(role, self._secret)
            return
        bucket = self._arn()
        statement = iam.PolicyStatement(actions=[*READ, *WRITE], resources=[f"{bucket}/{MEDIA}"])
        role.add_to_policy(statement)
        # Without it S3 answers 403 for a key that is not there.
        role.add_to_policy(iam.PolicyStatement(actions=["s3:ListBucket"], resources=[bucket]))
        self._acknowledge(role)

    def _arn(self) -> str:
        if self._own is not None:
            return self._own.bucket_arn
        return f"arn:{Aws.PARTITION}:s3:::{self.bucket_name}"

    def _acknowledge(self, role: iam.Role) -> None:
        if self._own is not None:
            acknowledge_objects(role, self._own, MEDIA)
            return
        acknowledge(
            role,
            "Object keys are made of ids; the actions are exact and the prefix is the narrowest.",
            f"IAM5[Resource::arn:<AWS::Partition>:s3:::{self.bucket_name}/{MEDIA}]",
        )
