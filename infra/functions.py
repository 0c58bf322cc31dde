"""The functions: validation on arrival, the steps that are no tasks, and the migration."""

from __future__ import annotations

from dataclasses import dataclass

from aws_cdk import CustomResource, Duration, IgnoreMode, Size
from aws_cdk import aws_lambda as lambda_
from aws_cdk import aws_lambda_event_sources as event_sources
from aws_cdk import aws_logs as logs
from aws_cdk import aws_sqs as sqs
from constructs import Construct

from infra.config import Config, Dependencies
from infra.database import Database
from infra.packages import EVIDENCE, FILES, ROOT, Wheels, layer_folder, source_digest
from infra.permissions import Buckets
from infra.python_function import (
    ARCHITECTURE,
    LONGEST,
    RUNTIME,
    PythonFunction,
    PythonFunctionProps,
)
from schedulerx.settings import ENV_PREFIX

VALIDATE_TIMEOUT = Duration.minutes(5)
VALIDATE_CONCURRENCY = 50
VALIDATE_BATCH = 1  # a slow or large object costs no other message its time, or its attempts
VALIDATE_MAX_BYTES = 256 * 1024**2  # larger objects are left for the fan-out
EVENTS_API_TIMEOUT = Duration.seconds(29)  # an HTTP API waits for 30
MIGRATE_TIMEOUT = Duration.minutes(10)
MIGRATIONS = ROOT / "schedulerx" / "stores" / "postgres"
# The source alone; everything else in the repository stays here.
SOURCE_ONLY = ["/*", "!/schedulerx", "!/lambdas", "__pycache__"]


@dataclass(frozen=True, kw_only=True)
class FunctionsProps:
    """`arrivals` is the queue the source bucket reports new objects to."""

    config: Config
    buckets: Buckets
    database: Database
    arrivals: sqs.Queue
    log_retention: logs.RetentionDays


class Functions(Construct):
    """One role a function, with what that function needs and no more."""

    def __init__(self, scope: Construct, construct_id: str, props: FunctionsProps) -> None:
        super().__init__(scope, construct_id)
        self._props = props
        self.source = self._define_source()
        self._layers: dict[Wheels, lambda_.LayerVersion] = {}
        self.validate = self._define_validate()
        self.group_step = self._define_group_step()
        self.run_step = self._define_run_step()
        self.record_failure = self._define_record_failure()
        self.migrate = self._define_migrate()
        self.events_api = self._define_events_api() if props.config.events_api else None
        self._define_migration()

    @property
    def all(self) -> tuple[PythonFunction, ...]:
        """Every function."""
        every = (self.validate, self.group_step, self.run_step, self.record_failure, self.migrate)
        return (*every, self.events_api) if self.events_api else every

    def _define_source(self) -> lambda_.Code:
        return lambda_.Code.from_asset(str(ROOT), exclude=SOURCE_ONLY, ignore_mode=IgnoreMode.GIT)

    def _define_layer(self, wheels: Wheels) -> lambda_.LayerVersion:
        return lambda_.LayerVersion(
            self,
            wheels.extra.title().replace("-", ""),
            code=lambda_.Code.from_asset(str(layer_folder(wheels))),
            compatible_runtimes=[RUNTIME],
            compatible_architectures=[ARCHITECTURE],
            description=f"The wheels of schedulerx[{wheels.extra}]",
        )

    def _define_validate(self) -> PythonFunction:
        validate = PythonFunction(
            self,
            "Validate",
            PythonFunctionProps(
                module="validate",
                code=self.source,
                layers=self.wheels(FILES),
                log_retention=self._props.log_retention,
                memory_mib=2048,
                timeout=VALIDATE_TIMEOUT,
                scratch=Size.gibibytes(1),
                variables={
                    **self._props.buckets.environment(),
                    f"{ENV_PREFIX}VALIDATE_MAX_BYTES": str(VALIDATE_MAX_BYTES),
                },
            ),
        )
        self._props.buckets.allow_arrivals(validate.role)
        validate.function.add_event_source(
            event_sources.SqsEventSource(
                self._props.arrivals,
                batch_size=VALIDATE_BATCH,
                report_batch_item_failures=True,
                max_concurrency=VALIDATE_CONCURRENCY,
            )
        )
        return validate

    def _define_group_step(self) -> PythonFunction:
        concurrency = self._props.config.group_step_concurrency or None
        group_step = self._define_database_function("group_step", concurrency=concurrency)
        self._props.buckets.allow_group_steps(group_step.role)
        return group_step

    def _define_run_step(self) -> PythonFunction:
        run_step = self._define_database_function("run_step", memory_mib=3008)
        self._props.buckets.allow_run_steps(run_step.role)
        return run_step

    def _define_record_failure(self) -> PythonFunction:
        record_failure = PythonFunction(
            self,
            "RecordFailure",
            PythonFunctionProps(
                module="record_failure",
                code=self.source,
                layers=self.wheels(EVIDENCE),
                log_retention=self._props.log_retention,
                memory_mib=512,
                timeout=Duration.minutes(1),
                variables=self._props.buckets.environment(),
            ),
        )
        self._props.buckets.allow_failures(record_failure.role)
        return record_failure

    def _define_migrate(self) -> PythonFunction:
        migrate = self._define_database_function("migrate")
        self._props.buckets.allow_migration(migrate.role)
        return migrate

    def _define_events_api(self) -> PythonFunction:
        return self._define_database_function(
            "events_api",
            concurrency=self._props.config.events_api_concurrency or None,
            timeout=EVENTS_API_TIMEOUT,
        )

    def _define_migration(self) -> None:
        """Runs the migrations on every deploy that changes them."""
        migration = CustomResource(
            self,
            "Migration",
            resource_type="Custom::DatabaseMigration",
            service_token=self.migrate.arn,
            service_timeout=MIGRATE_TIMEOUT,
            # A changed property is what makes CloudFormation call again.
            properties={"Migrations": source_digest(MIGRATIONS)},
        )
        migration.node.add_dependency(self.migrate)
        self._props.database.precede(migration)

    def _define_database_function(
        self,
        module: str,
        *,
        memory_mib: int = 1024,
        concurrency: int | None = None,
        timeout: Duration = LONGEST,
    ) -> PythonFunction:
        secret = {f"{ENV_PREFIX}DATABASE_SECRET": self._props.database.secret_id}
        defined = PythonFunction(
            self,
            module.title().replace("_", ""),
            PythonFunctionProps(
                module=module,
                code=self.source,
                layers=self.wheels(EVIDENCE),
                log_retention=self._props.log_retention,
                memory_mib=memory_mib,
                concurrency=concurrency,
                timeout=timeout,
                placement=self._props.database.placement,
                variables={**self._props.buckets.environment(), **secret},
            ),
        )
        self._props.database.allow(defined.role)
        return defined

    def wheels(self, wheels: Wheels) -> tuple[lambda_.LayerVersion, ...]:
        """The layer of these wheels, where functions are deployed with any."""
        if self._props.config.lambda_dependencies is Dependencies.NONE:
            return ()
        if wheels not in self._layers:
            self._layers[wheels] = self._define_layer(wheels)
        return (self._layers[wheels],)
