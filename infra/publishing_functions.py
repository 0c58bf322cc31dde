"""The functions that publish: a post's targets, one phase of one, and the sweep."""

from __future__ import annotations

from dataclasses import dataclass, replace

from aws_cdk import ArnFormat, Duration, Size, Stack
from aws_cdk import aws_ec2 as ec2
from aws_cdk import aws_iam as iam
from aws_cdk import aws_logs as logs
from constructs import Construct

from infra.acknowledge import acknowledge
from infra.config import Config
from infra.database import Database, Placement
from infra.functions import Functions
from infra.packages import EVIDENCE, POSTS
from infra.post_media import PostMedia
from infra.python_function import PythonFunction, PythonFunctionProps
from infra.task_permissions import REGION
from schedulerx.settings import ACCOUNT_SECRETS, ENV_PREFIX

PHASE_MIB = 3008  # a picture of 300 megapixels decoded, or a video chunk by chunk
PHASE_SCRATCH = Size.gibibytes(4)
SWEEP_TIMEOUT = Duration.minutes(10)
_PHASES_A_POST = 5  # calls of publish_phase for one of publish_post


@dataclass(frozen=True, kw_only=True)
class PublishingFunctionsProps:
    """`functions` gives code and layers."""

    config: Config
    functions: Functions
    database: Database
    media: PostMedia
    log_retention: logs.RetentionDays


class PublishingFunctions(Construct):
    """One role a function, with what that function needs and no more."""

    def __init__(
        self, scope: Construct, construct_id: str, props: PublishingFunctionsProps
    ) -> None:
        super().__init__(scope, construct_id)
        self._props = props
        self.publish_post = self._define_publish_post()
        self.publish_phase = self._define_publisher(
            "publish_phase",
            memory_mib=PHASE_MIB,
            scratch=PHASE_SCRATCH,
            concurrency=props.config.publish_concurrency or None,
        )
        self.sweep_posts = self._define_publisher("sweep_posts", timeout=SWEEP_TIMEOUT)

    @property
    def all(self) -> tuple[PythonFunction, ...]:
        """Every function."""
        return (self.publish_post, self.publish_phase, self.sweep_posts)

    def _define_publish_post(self) -> PythonFunction:
        props = self._props
        defined = PythonFunction(
            self,
            "PublishPost",
            PythonFunctionProps(
                module="publish_post",
                code=props.functions.source,
                layers=props.functions.wheels(EVIDENCE),
                log_retention=props.log_retention,
                timeout=Duration.minutes(2),
                concurrency=_of_posts(props.config.publish_concurrency),
                placement=props.database.placement,
                variables=self._database_variable(),
            ),
        )
        props.database.allow(defined.role)
        return defined

    def _define_publisher(
        self,
        module: str,
        *,
        memory_mib: int = 1024,
        timeout: Duration | None = None,
        scratch: Size | None = None,
        concurrency: int | None = None,
    ) -> PythonFunction:
        """A function that talks to platforms, so it stands where the internet is reached."""
        props = self._props
        defined = PythonFunction(
            self,
            module.title().replace("_", ""),
            PythonFunctionProps(
                module=module,
                code=props.functions.source,
                layers=props.functions.wheels(POSTS),
                log_retention=props.log_retention,
                memory_mib=memory_mib,
                timeout=timeout or Duration.minutes(15),
                scratch=scratch,
                concurrency=concurrency,
                placement=_outward(props.database.placement),
                variables={**self._database_variable(), **props.media.environment()},
            ),
        )
        props.database.allow(defined.role)
        props.media.allow(defined.role)
        self._allow_credentials(defined.role)
        return defined

    def _database_variable(self) -> dict[str, str]:
        return {f"{ENV_PREFIX}DATABASE_SECRET": self._props.database.secret_id}

    def _allow_credentials(self, role: iam.Role) -> None:
        """Those of accounts: read, and stored when a platform rotates them."""
        secrets = Stack.of(self).format_arn(
            service="secretsmanager",
            resource="secret",
            resource_name=f"{ACCOUNT_SECRETS}*",
            arn_format=ArnFormat.COLON_RESOURCE_NAME,
        )
        role.add_to_policy(
            iam.PolicyStatement(
                actions=["secretsmanager:GetSecretValue", "secretsmanager:PutSecretValue"],
                resources=[secrets],
            )
        )
        acknowledge(
            role,
            "Accounts are connected after the deploy; their secrets lie under this prefix alone.",
            f"IAM5[Resource::arn:<AWS::Partition>:secretsmanager:{REGION}:secret:{ACCOUNT_SECRETS}*]",
        )


def _of_posts(phases: int) -> int | None:
    """How many posts are started at once beside so many phases: a post is one call, and its target
    five phases. Each holds a connection as well: without a limit a burst takes all there are.
    """
    return max(1, phases // _PHASES_A_POST) if phases else None


def _outward(placement: Placement | None) -> Placement | None:
    if placement is None:
        return None
    return replace(placement, subnets=ec2.SubnetType.PRIVATE_WITH_EGRESS)
