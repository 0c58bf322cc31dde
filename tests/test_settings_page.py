"""docs/settings.md names everything that can be set; Deploying.md every choice of a deployment."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator

import msgspec
import pytest

from infra.config import Config
from schedulerx import settings
from schedulerx.library.settings import LIBRARY_TOGGLES
from schedulerx.settings import ENV_PREFIX, ProcessingSettings
from schedulerx.stores.postgres.profiles import CHOICE
from tests.conftest import ROOT

PAGE = (ROOT / "docs" / "settings.md").read_text()
DEPLOYING = (ROOT / "Deploying.md").read_text()
NAME = re.compile(r"[A-Z][A-Z0-9]*(_[A-Z0-9]+)+")
READS = re.compile(r"(os\.)?env(iron)?(\.get\(|\[)|_whole\(env, ")


def plain(kind: type[msgspec.Struct], at: str = "") -> Iterator[str]:
    """`section.name` of every setting that holds no others."""
    for field in msgspec.structs.fields(kind):
        inner = field.type
        if isinstance(inner, type) and issubclass(inner, msgspec.Struct):
            yield from plain(inner, f"{at}{field.name}.")
        else:
            yield f"{at}{field.name}"


def variables() -> set[str]:
    """What the code reads from the environment, without what the stack sets for its own parts."""
    found = {*LIBRARY_TOGGLES, CHOICE}
    found |= {value for value in vars(settings).values() if isinstance(value, str)}
    for path in (ROOT / "schedulerx").rglob("*.py"):
        if "cloud" not in path.parts:  # the rehearsal's own processes, and requests to it
            for node in ast.walk(ast.parse(path.read_text())):
                found |= set(_read(node))
    return {name for name in found if NAME.fullmatch(name)} - the_stacks()


def _read(node: ast.AST) -> Iterator[str]:
    is_set = isinstance(node, ast.Subscript) and isinstance(node.ctx, ast.Store)
    if isinstance(node, ast.Call | ast.Subscript) and not is_set and READS.match(ast.unparse(node)):
        prefixed = [part for part in ast.walk(node) if isinstance(part, ast.JoinedStr)]
        behind = {id(value) for part in prefixed for value in part.values}
        for part in ast.walk(node):
            if isinstance(part, ast.Constant) and isinstance(part.value, str):
                yield ENV_PREFIX + part.value if id(part) in behind else part.value


def the_stacks() -> set[str]:
    """Variables that the stack gives to its functions and workers."""
    code = "".join(path.read_text() for path in (ROOT / "infra").glob("*.py"))
    named = re.findall(r'(?:ENV_PREFIX}|")([A-Z_]+)"', code)
    return {ENV_PREFIX + name.removeprefix(ENV_PREFIX) for name in named}


@pytest.mark.parametrize("name", sorted(plain(ProcessingSettings)))
def test_a_setting_is_on_the_page(name: str) -> None:
    # In a row of its section, a name may stand without it.
    assert f"`{name}`" in PAGE or f"`{name.rpartition('.')[2]}`" in PAGE


@pytest.mark.parametrize("name", sorted(variables()))
def test_a_variable_is_on_the_page(name: str) -> None:
    assert f"`{name}`" in PAGE


def test_variables_are_found() -> None:
    assert {"SCHEDULERX_SETTINGS", "SCHEDULERX_UPLOAD_TOKEN", "LIBRARY_SIZE", "AWS_REGION"} <= (
        variables()
    )


def test_the_page_names_no_variable_that_nothing_reads() -> None:
    code = "".join(path.read_text() for path in (ROOT / "schedulerx").rglob("*.py"))
    named = {name for name in re.findall(r"`([A-Z][A-Z0-9_]+)`", PAGE) if NAME.fullmatch(name)}
    unread = {name for name in named if name.removeprefix(ENV_PREFIX) not in code}
    assert unread <= {"AWS_PROFILE"}  # boto3's own


@pytest.mark.parametrize("name", Config.__dataclass_fields__)
def test_a_choice_of_a_deployment_is_on_its_page(name: str) -> None:
    assert f"`{name}`" in DEPLOYING
