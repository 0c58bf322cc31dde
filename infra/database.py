"""The database of events, persons and devices: made here, or one that exists."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol

from aws_cdk import Duration, RemovalPolicy
from aws_cdk import aws_ec2 as ec2
from aws_cdk import aws_iam as iam
from aws_cdk import aws_rds as rds
from constructs import Construct

from infra.acknowledge import acknowledge
from infra.config import Config, DatabaseKind
from infra.named_secrets import allow_reading, find_secret
from infra.network import Network

BACKUP_DAYS = 14
DATABASE_NAME = "schedulerx"


@dataclass(frozen=True)
class Placement:
    """Where a function must stand to reach the database."""

    vpc: ec2.IVpc
    security_group: ec2.ISecurityGroup
    subnets: ec2.SubnetType = ec2.SubnetType.PRIVATE_ISOLATED


class Database(Protocol):
    """What the functions need to know of either kind."""

    secret_id: str
    placement: Placement | None

    def allow(self, role: iam.IRole) -> None:
        """Lets a function read the secret."""

    def precede(self, construct: Construct) -> None:
        """The construct needs a database that answers."""


def define_database(scope: Construct, config: Config, network: Network) -> Database:
    """The kind of database the operator chose."""
    if config.database is DatabaseKind.EXTERNAL:
        return ExternalDatabase(scope, "Database", config.database_secret)
    return AuroraDatabase(scope, "Database", AuroraProps(config=config, network=network))


class ExternalDatabase(Construct):
    """A PostgreSQL that exists, as Supabase. Functions reach it over the internet: from outside
    of the network, which has no way there.
    """

    def __init__(self, scope: Construct, construct_id: str, secret: str) -> None:
        super().__init__(scope, construct_id)
        self.secret_id = secret
        self.placement: Placement | None = None
        self._secret = find_secret(self, secret)

    def allow(self, role: iam.IRole) -> None:
        """Lets a function read the secret."""
        allow_reading(role, self._secret)

    def precede(self, construct: Construct) -> None:
        """It answers already."""


@dataclass(frozen=True, kw_only=True)
class AuroraProps:
    """Capacities and lifetime come from the operator's choices."""

    config: Config
    network: Network


class AuroraDatabase(Construct):
    """Aurora Serverless v2 PostgreSQL in isolated subnets; sleeps when idle unless told not to."""

    def __init__(self, scope: Construct, construct_id: str, props: AuroraProps) -> None:
        super().__init__(scope, construct_id)
        self._props = props
        self._cluster = self._define_cluster()
        self._functions = self._define_functions_group()
        self._acknowledge_findings()
        assert self._cluster.secret is not None
        self._secret = self._cluster.secret
        self.secret_id = self._secret.secret_arn
        self.placement: Placement | None = Placement(props.network.vpc, self._functions)

    def allow(self, role: iam.IRole) -> None:
        """Lets a function read the secret."""
        allow_reading(role, self._secret)

    def precede(self, construct: Construct) -> None:
        """The construct is made once the cluster answers, and the way to it and to its secret."""
        construct.node.add_dependency(self, self._props.network)

    def _define_cluster(self) -> rds.DatabaseCluster:
        config = self._props.config
        return rds.DatabaseCluster(
            self,
            "Cluster",
            engine=rds.DatabaseClusterEngine.aurora_postgres(
                version=rds.AuroraPostgresEngineVersion.VER_17_5
            ),
            writer=rds.ClusterInstance.serverless_v2("Writer", publicly_accessible=False),
            serverless_v2_min_capacity=config.database_min_acu,
            serverless_v2_max_capacity=config.database_max_acu,
            credentials=rds.Credentials.from_generated_secret("schedulerx"),
            default_database_name=DATABASE_NAME,
            iam_authentication=True,
            storage_encrypted=True,
            backup=rds.BackupProps(retention=Duration.days(BACKUP_DAYS)),
            vpc=self._props.network.vpc,
            vpc_subnets=ec2.SubnetSelection(subnet_type=ec2.SubnetType.PRIVATE_ISOLATED),
            deletion_protection=not config.ephemeral,
            removal_policy=RemovalPolicy.DESTROY if config.ephemeral else RemovalPolicy.SNAPSHOT,
        )

    def _define_functions_group(self) -> ec2.SecurityGroup:
        """Functions reach the cluster; tasks do not."""
        group = self._props.network.define_group(self, "Functions")
        self._cluster.connections.allow_default_port_from(group, "Functions")
        return group

    def _acknowledge_findings(self) -> None:
        acknowledge(
            self._cluster,
            "The password is generated, known only to the functions that open the database, and "
            "rotated by hand (Deploying.md): rotation would deploy a function of a third party "
            "into the network.",
            "SMG4",
        )
        acknowledge(
            self._cluster,
            "The port is reachable from one security group inside isolated subnets only; another "
            "port hides nothing there.",
            "RDS11",
        )
        if self._props.config.ephemeral:
            acknowledge(self._cluster, "An ephemeral stack is made to be deleted.", "RDS10")
