"""Gap: moto's CloudFormation knows no Aurora cluster, and its instances refuse Aurora's engine.

Here both are accepted, and the secret that `AWS::SecretsManager::SecretTargetAttachment` ties to a
cluster is given the address of the rehearsal's own PostgreSQL: a stack that makes its database
finds one, whatever name and password it generated.
"""

from __future__ import annotations

import json
from dataclasses import asdict
from typing import Self

from schedulerx.cloud.cloudformation_resource import Resource, Wanted
from schedulerx.cloud.host import Host


class SecretTargetAttachment(Resource):
    """`Ref` is the secret's ARN."""

    cloud: Host

    def __init__(self, arn: str) -> None:
        self.physical_resource_id = arn

    @classmethod
    def create(cls, wanted: Wanted) -> Self:
        """Writes the database's address into the secret."""
        arn = wanted.properties["SecretId"]
        database = cls.cloud.database
        if database is not None:
            client = cls.cloud.client("secretsmanager", wanted.region)
            fields = json.loads(client.get_secret_value(SecretId=arn)["SecretString"])
            client.put_secret_value(
                SecretId=arn, SecretString=json.dumps(fields | asdict(database))
            )
        return cls(arn)
