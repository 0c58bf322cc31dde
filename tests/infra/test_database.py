from __future__ import annotations

from tests.infra.conftest import Synthesized

DATABASE_FUNCTIONS = ("GroupStep", "RunStep", "Migrate")


def test_aurora_is_encrypted_protected_and_private(aurora: Synthesized) -> None:
    (cluster,) = aurora.resources("AWS::RDS::DBCluster").values()
    (writer,) = aurora.resources("AWS::RDS::DBInstance").values()

    assert cluster["Engine"] == "aurora-postgresql"
    assert cluster["StorageEncrypted"]
    assert cluster["DeletionProtection"]
    assert cluster["ServerlessV2ScalingConfiguration"] == {"MinCapacity": 0, "MaxCapacity": 8}
    assert writer["PubliclyAccessible"] is False


def test_an_ephemeral_database_may_be_deleted(ephemeral: Synthesized) -> None:
    (cluster,) = ephemeral.resources("AWS::RDS::DBCluster").values()

    assert cluster["DeletionProtection"] is False


def test_an_external_database_makes_none(external: Synthesized) -> None:
    assert external.resources("AWS::RDS::DBCluster") == {}
    assert external.template["Outputs"]["DatabaseSecretArn"]["Value"] == "schedulerx/database"


def test_functions_stand_inside_the_network_for_aurora_and_outside_for_others(
    aurora: Synthesized, external: Synthesized
) -> None:
    for name in DATABASE_FUNCTIONS:
        assert "VpcConfig" in aurora.named("AWS::Lambda::Function", f"Functions{name}")
        assert "VpcConfig" not in external.named("AWS::Lambda::Function", f"Functions{name}")


def test_the_database_is_migrated_on_deploy(aurora: Synthesized) -> None:
    resources = aurora.template["Resources"]
    (migration,) = [r for r in resources.values() if r["Type"] == "Custom::DatabaseMigration"]
    (writer,) = aurora.resources("AWS::RDS::DBInstance")

    assert migration["Properties"]["Migrations"]
    assert writer in migration["DependsOn"]


def test_functions_reach_aurora_and_tasks_do_not(aurora: Synthesized) -> None:
    allowed = [
        rule["SourceSecurityGroupId"]["Fn::GetAtt"][0]
        for name, rule in aurora.resources("AWS::EC2::SecurityGroupIngress").items()
        if "Cluster" in name
    ]
    (functions,) = [
        n for n in aurora.resources("AWS::EC2::SecurityGroup") if "DatabaseFunctions" in n
    ]

    assert allowed == [functions]
