"""What `cdk bootstrap` leaves behind, and the secret of the database: there from the start."""

from __future__ import annotations

import json
from dataclasses import asdict

from schedulerx.cloud.database import Database
from schedulerx.cloud.host import ACCOUNT, REGION, Host

QUALIFIER = "hnb659fds"  # the CDK's own default
BOOTSTRAP_VERSION = "30"
DATABASE_SECRET = "schedulerx/rehearsal-database"  # noqa: S105  (a name)


def prepare(host: Host) -> None:
    """The version parameter and the assets bucket the CDK's command line looks for."""
    host.client("ssm").put_parameter(
        Name=f"/cdk-bootstrap/{QUALIFIER}/version", Value=BOOTSTRAP_VERSION, Type="String"
    )
    host.client("s3").create_bucket(Bucket=f"cdk-{QUALIFIER}-assets-{ACCOUNT}-{REGION}")


def keep_secret(host: Host, database: Database) -> None:
    """The database's address where `-c database=external` looks for it."""
    host.client("secretsmanager").create_secret(
        Name=DATABASE_SECRET, SecretString=json.dumps(asdict(database))
    )
