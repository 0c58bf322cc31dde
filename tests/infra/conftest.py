"""The stack, synthesized once for each choice of database: no Docker, no network, no account."""

from __future__ import annotations

import json
import os
import re
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

# jsii starts `node`; on a machine without one it comes from the virtual environment.
os.environ["PATH"] = f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"
os.environ.setdefault("JSII_SILENCE_WARNING_END_OF_LIFE_NODE_VERSION", "1")

REHEARSAL = {"worker_image": "rehearsal", "lambda_dependencies": "none"}
EXTERNAL = {"database": "external", "database_secret": "schedulerx/database"}


@dataclass(frozen=True)
class Synthesized:
    """A template, and what cdk-nag found in it."""

    template: dict[str, Any]
    findings: list[dict[str, Any]]

    def resources(self, kind: str) -> dict[str, dict[str, Any]]:
        """Properties by logical id."""
        return {
            name: resource.get("Properties", {})
            for name, resource in self.template["Resources"].items()
            if resource["Type"] == kind
        }

    def named(self, kind: str, part: str) -> dict[str, Any]:
        """The properties of the one resource whose logical id holds the part."""
        (found,) = [value for name, value in self.resources(kind).items() if part in name]
        return found

    def statements(self, part: str) -> list[dict[str, Any]]:
        """What the roles whose policy's logical id holds the part may do."""
        return [
            statement
            for name, policy in self.resources("AWS::IAM::Policy").items()
            if part in name
            for statement in policy["PolicyDocument"]["Statement"]
        ]

    @property
    def definition(self) -> dict[str, Any]:
        """The pipeline's state machine, its references replaced by their logical ids."""
        return self.machine("StateMachinePipeline")

    @property
    def publishing(self) -> dict[str, Any]:
        """The state machine that publishes."""
        return self.machine("PublishingPublish")

    def machine(self, part: str) -> dict[str, Any]:
        """The definition of the state machine whose logical id holds the part."""
        text = self.named("AWS::StepFunctions::StateMachine", part)["DefinitionString"]
        parts = text["Fn::Join"][1] if isinstance(text, dict) else [text]
        joined = "".join(part if isinstance(part, str) else _name(part) for part in parts)
        decoded: dict[str, Any] = json.loads(joined)
        return decoded


def _name(reference: Mapping[str, Any]) -> str:
    return re.sub(r"\W+", "-", json.dumps(reference)).strip("-")


def synthesize(folder: Path, root: Path, **context: str) -> Synthesized:
    """The stack under this context, with cdk.json's own."""
    from aws_cdk import App, Validations  # noqa: PLC0415  (starts node, found by PATH above)
    from cdk_nag import AwsSolutionsChecks  # noqa: PLC0415  (as above)

    from infra.config import Config  # noqa: PLC0415  (as above)
    from infra.stack import SchedulerXStack  # noqa: PLC0415  (as above)

    flags = json.loads((root / "cdk.json").read_text())["context"]
    app = App(outdir=str(folder), context={**flags, **REHEARSAL, **context})
    config = Config.from_context(app.node, {})
    SchedulerXStack(app, config)
    Validations.of(app).add_plugins(AwsSolutionsChecks(app))
    findings = _synth(app, folder)
    template = json.loads((folder / f"{config.stack_name}.template.json").read_text())
    return Synthesized(template, findings)


def _synth(app: Any, folder: Path) -> list[dict[str, Any]]:
    """Synthesizes; the findings of cdk-nag, which end a synthesis."""
    try:
        app.synth()
    except RuntimeError:
        report = folder / "validation-report.json"
        if not report.is_file():
            raise
        plugins = json.loads(report.read_text())["pluginReports"]
        return [violation for plugin in plugins for violation in plugin["violations"]]
    return []


@pytest.fixture(scope="session")
def aurora(tmp_path_factory: pytest.TempPathFactory, root: Path) -> Synthesized:
    """The stack as deployed by default."""
    return synthesize(tmp_path_factory.mktemp("aurora"), root)


@pytest.fixture(scope="session")
def external(tmp_path_factory: pytest.TempPathFactory, root: Path) -> Synthesized:
    """The stack over a database that exists, as Supabase."""
    return synthesize(tmp_path_factory.mktemp("external"), root, **EXTERNAL)


@pytest.fixture(scope="session")
def ephemeral(tmp_path_factory: pytest.TempPathFactory, root: Path) -> Synthesized:
    """A stack made to be deleted, on Spot, its image built from the repository; it publishes."""
    choices = {"ephemeral": "true", "worker_spot": "true", "worker_image": "", "publish": "true"}
    return synthesize(tmp_path_factory.mktemp("ephemeral"), root, **choices)


@pytest.fixture(params=["aurora", "external", "ephemeral"])
def any_stack(request: pytest.FixtureRequest) -> Synthesized:
    """Each of them."""
    stack: Synthesized = request.getfixturevalue(request.param)
    return stack
