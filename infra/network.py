"""A network without a way to the internet: S3 by a free gateway, the rest by endpoints."""

from __future__ import annotations

from dataclasses import dataclass

from aws_cdk import RemovalPolicy
from aws_cdk import aws_ec2 as ec2
from aws_cdk import aws_logs as logs
from constructs import Construct

HTTPS = 443
ZONES = 2  # Aurora's least; each more costs four endpoint-hours
_PUBLIC = ec2.SubnetConfiguration(
    name="Public",
    subnet_type=ec2.SubnetType.PUBLIC,
    cidr_mask=28,
    map_public_ip_on_launch=False,
)
_OUTWARD = ec2.SubnetConfiguration(
    name="Outward", subnet_type=ec2.SubnetType.PRIVATE_WITH_EGRESS, cidr_mask=22
)


@dataclass(frozen=True)
class WayOut:
    """How what needs the internet reaches it: subnets beside the isolated ones, and which of them
    it stands in.
    """

    subnets: tuple[ec2.SubnetConfiguration, ...] = ()
    kind: ec2.SubnetType | None = None


NO_WAY = WayOut()
# Of tasks, each with a public address for its time: costs nothing while none runs.
BY_ADDRESS = WayOut((_PUBLIC,), ec2.SubnetType.PUBLIC)
# Functions cannot have one, so there is a NAT gateway.
BY_GATEWAY = WayOut((_PUBLIC, _OUTWARD), ec2.SubnetType.PRIVATE_WITH_EGRESS)


@dataclass(frozen=True, kw_only=True)
class NetworkProps:
    """`secrets_endpoint`: functions inside the network read the database's secret, or workers that
    of passwords. `textract_endpoint`: workers ask Amazon Textract. `way_out`: of what publishes.
    """

    log_retention: logs.RetentionDays
    secrets_endpoint: bool
    textract_endpoint: bool = False
    way_out: WayOut = NO_WAY


class Network(Construct):
    """Isolated subnets. No NAT gateway: it costs more than all endpoints once data flows. But what
    publishes beside Aurora has subnets of its own, with one; workers stay where they are.
    """

    def __init__(self, scope: Construct, construct_id: str, props: NetworkProps) -> None:
        super().__init__(scope, construct_id)
        self.vpc = self._define_vpc(props.way_out)
        self.outward = props.way_out.kind
        self._define_flow_log(props.log_retention)
        self._endpoints = self._define_endpoints(
            secrets=props.secrets_endpoint, textract=props.textract_endpoint
        )
        self.workers = self.define_group(self, "Workers")

    def _define_vpc(self, way_out: WayOut) -> ec2.Vpc:
        return ec2.Vpc(
            self,
            "Vpc",
            max_azs=ZONES,
            nat_gateways=1 if way_out is BY_GATEWAY else 0,
            # Restricting it would deploy a function of CDK's own; nothing here uses that group.
            restrict_default_security_group=False,
            subnet_configuration=[
                ec2.SubnetConfiguration(
                    name="Isolated", subnet_type=ec2.SubnetType.PRIVATE_ISOLATED, cidr_mask=20
                ),
                *way_out.subnets,
            ],
            gateway_endpoints={
                "S3": ec2.GatewayVpcEndpointOptions(service=ec2.GatewayVpcEndpointAwsService.S3)
            },
        )

    def _define_flow_log(self, retention: logs.RetentionDays) -> None:
        group = logs.LogGroup(
            self, "FlowLogs", retention=retention, removal_policy=RemovalPolicy.DESTROY
        )
        self.vpc.add_flow_log(
            "FlowLog",
            destination=ec2.FlowLogDestination.to_cloud_watch_logs(group),
            traffic_type=ec2.FlowLogTrafficType.REJECT,
        )

    def define_group(self, scope: Construct, name: str) -> ec2.SecurityGroup:
        """A security group that reaches S3 and the endpoints; nothing reaches into it."""
        group = ec2.SecurityGroup(
            scope,
            name,
            vpc=self.vpc,
            description=f"{name}: outbound HTTPS, nothing inbound",
            allow_all_outbound=False,
        )
        group.add_egress_rule(ec2.Peer.any_ipv4(), ec2.Port.tcp(HTTPS), "S3 and the endpoints")
        for endpoint in self._endpoints:
            endpoint.connections.allow_default_port_from(group)
        return group

    def _define_endpoints(self, *, secrets: bool, textract: bool) -> list[ec2.InterfaceVpcEndpoint]:
        services = {
            "EcrApi": ec2.InterfaceVpcEndpointAwsService.ECR,
            "EcrDocker": ec2.InterfaceVpcEndpointAwsService.ECR_DOCKER,
            "Logs": ec2.InterfaceVpcEndpointAwsService.CLOUDWATCH_LOGS,
        }
        if secrets:
            services["Secrets"] = ec2.InterfaceVpcEndpointAwsService.SECRETS_MANAGER
        if textract:
            services["Textract"] = ec2.InterfaceVpcEndpointAwsService.TEXTRACT
        return [
            self.vpc.add_interface_endpoint(name, service=service, open=False)
            for name, service in services.items()
        ]
