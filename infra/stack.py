"""The stack: its parts, in the order they need each other."""

from __future__ import annotations

from aws_cdk import CfnOutput, Duration, Stack
from aws_cdk import aws_logs as logs
from constructs import Construct

from infra.config import Config, DatabaseKind
from infra.conversion import Conversion, ConversionProps
from infra.database import Database, define_database
from infra.events_api import EventsApi, EventsApiProps
from infra.feeding import Feeding, FeedingProps
from infra.functions import VALIDATE_TIMEOUT, Functions, FunctionsProps
from infra.network import BY_ADDRESS, BY_GATEWAY, NO_WAY, Network, NetworkProps, WayOut
from infra.observability import Observability, ObservabilityProps
from infra.passwords import PasswordSecret
from infra.permissions import Buckets
from infra.post_media import PostMedia
from infra.publishing import Publishing, PublishingProps
from infra.publishing_functions import PublishingFunctions, PublishingFunctionsProps
from infra.queues import WatchedQueue, WatchedQueueProps
from infra.state_machine import StateMachine, StateMachineProps
from infra.storage import Storage, StorageProps
from infra.workers import Workers, WorkersProps

LOG_RETENTION = logs.RetentionDays.THREE_MONTHS


class SchedulerXStack(Stack):
    """Objects arrive and are validated; a run takes them through STEPS."""

    def __init__(self, scope: Construct, config: Config) -> None:
        super().__init__(
            scope,
            config.stack_name,
            description="SchedulerX: files become validated media, text, events and persons",
        )
        self._config = config
        self.arrivals = self._define_arrivals()
        self.storage = self._define_storage()
        self.buckets = Buckets(self.storage)
        self.network = self._define_network()
        self.database: Database = define_database(self, config, self.network)
        self.functions = self._define_functions()
        self.events_api = self._define_events_api()
        self.feeding = self._define_feeding() if config.feeds else None
        self.passwords = PasswordSecret(self, "Passwords") if config.passwords else None
        self.workers = self._define_workers()
        self.state_machine = self._define_state_machine()
        self.publishing = self._define_publishing() if config.publishes else None
        self.observability = self._define_observability()
        self._define_outputs()

    def _define_arrivals(self) -> WatchedQueue:
        props = WatchedQueueProps(consumer_timeout=VALIDATE_TIMEOUT, late=Duration.hours(1))
        return WatchedQueue(self, "Arrivals", props)

    def _define_storage(self) -> Storage:
        notification = self.arrivals.notified_by_buckets()
        props = StorageProps(
            ephemeral=self._config.ephemeral,
            posts=self._config.publishes and not self._config.media_bucket,
            arrivals=notification,
        )
        storage = Storage(self, "Storage", props)
        # S3 tries the queue when the bucket is made.
        storage.source.node.add_dependency(self.arrivals)
        return storage

    def _define_network(self) -> Network:
        inside = self._config.database is DatabaseKind.AURORA or self._config.passwords
        props = NetworkProps(
            log_retention=LOG_RETENTION,
            secrets_endpoint=inside,
            textract_endpoint=self._config.textract,
            way_out=self._way_out(),
        )
        return Network(self, "Network", props)

    def _way_out(self) -> WayOut:
        """Of what publishes. Beside an external database its functions stand outside."""
        if not self._config.publishes:
            return NO_WAY
        if self._config.database is DatabaseKind.AURORA:
            return BY_GATEWAY
        return BY_ADDRESS if self._config.media_endpoint_url else NO_WAY

    def _define_functions(self) -> Functions:
        return Functions(
            self,
            "Functions",
            FunctionsProps(
                config=self._config,
                buckets=self.buckets,
                database=self.database,
                arrivals=self.arrivals.queue,
                log_retention=LOG_RETENTION,
            ),
        )

    def _define_events_api(self) -> EventsApi | None:
        function = self.functions.events_api
        if function is None:
            return None
        props = EventsApiProps(function=function, log_retention=LOG_RETENTION)
        return EventsApi(self, "EventsApi", props)

    def _define_feeding(self) -> Feeding:
        return Feeding(
            self,
            "Feeding",
            FeedingProps(
                config=self._config,
                functions=self.functions,
                buckets=self.buckets,
                log_retention=LOG_RETENTION,
            ),
        )

    def _define_workers(self) -> Workers:
        return Workers(
            self,
            "Workers",
            WorkersProps(
                config=self._config,
                network=self.network,
                buckets=self.buckets,
                log_retention=LOG_RETENTION,
                passwords=self.passwords,
            ),
        )

    def _define_state_machine(self) -> StateMachine:
        return StateMachine(
            self,
            "StateMachine",
            StateMachineProps(
                buckets=self.buckets,
                workers=self.workers,
                functions=self.functions,
                feed_group=self.feeding.function if self.feeding else None,
                spot=self._config.worker_spot,
                log_retention=LOG_RETENTION,
            ),
        )

    def _define_publishing(self) -> Publishing:
        media = PostMedia(self, "PostMedia", self._config, self.storage.media)
        functions = PublishingFunctions(
            self,
            "PublishingFunctions",
            PublishingFunctionsProps(
                config=self._config,
                functions=self.functions,
                database=self.database,
                media=media,
                log_retention=LOG_RETENTION,
            ),
        )
        conversion = Conversion(
            self,
            "Conversion",
            ConversionProps(
                config=self._config,
                workers=self.workers,
                media=media,
                log_retention=LOG_RETENTION,
            ),
        )
        return Publishing(
            self,
            "Publishing",
            PublishingProps(
                config=self._config,
                functions=functions,
                conversion=conversion,
                media=media,
                log_retention=LOG_RETENTION,
            ),
        )

    def _define_observability(self) -> Observability:
        alarms = [
            *self.arrivals.alarms,
            *(function.alarm for function in self.functions.all),
            *((self.feeding.function.alarm,) if self.feeding else ()),
            *self.state_machine.alarms,
            *(self.publishing.all_alarms if self.publishing else ()),
        ]
        return Observability(
            self,
            "Observability",
            ObservabilityProps(
                alarms=alarms,
                machine=self.state_machine.machine,
                arrivals=self.arrivals.queue,
                email=self._config.alarm_email,
                rows=self.publishing.dashboard() if self.publishing else (),
            ),
        )

    def _define_outputs(self) -> None:
        """`schedule_pipeline.py --stack` reads these names."""
        outputs = {
            "SourceBucket": self.storage.source.bucket_name,
            "InventoryBucket": self.storage.inventory.bucket_name,
            "ArtifactBucket": self.storage.artifacts.bucket_name,
            "ReportBucket": self.storage.reports.bucket_name,
            "StateMachineArn": self.state_machine.machine.state_machine_arn,
            "DatabaseSecretArn": self.database.secret_id,
            "WorkerTaskDefinitionArn": self.workers.task.task_definition_arn,
            "ClusterName": self.workers.cluster.cluster_name,
            "WorkerCpu": str(self._config.worker_cpu),
            "WorkerMemoryMib": str(self._config.worker_memory_mib),
        }
        if self.passwords is not None:
            outputs["PasswordSecretArn"] = self.passwords.arn
        if self.publishing is not None:
            outputs |= self.publishing.outputs()
        if self.feeding is not None:
            outputs["UploadSecretArn"] = self.feeding.secret_arn
        if self.events_api is not None:
            outputs["EventsApiUrl"] = self.events_api.url
            outputs["EventsApiSecretArn"] = self.events_api.secret_arn
        for name, value in outputs.items():
            CfnOutput(self, name, value=value)
