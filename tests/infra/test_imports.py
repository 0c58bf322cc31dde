from __future__ import annotations

import ast
import sys
from pathlib import Path

ALLOWED = {
    "aws_cdk",
    "cdk_nag",
    "constructs",
    "infra",
    "schedulerx.locks",
    "schedulerx.model.keys",
    "schedulerx.pipeline.artifacts",
    "schedulerx.pipeline.definition",
    "schedulerx.pipeline.step",
    "schedulerx.posts.definition",
    "schedulerx.settings",
}


def _imports(path: Path) -> set[str]:
    found: set[str] = set()
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names}
        if isinstance(node, ast.ImportFrom) and node.module == "schedulerx.model":
            found |= {f"schedulerx.model.{alias.name}" for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module:
            found.add(node.module)
    return found


def _is_allowed(module: str) -> bool:
    first = module.partition(".")[0]
    return first in sys.stdlib_module_names or bool({module, first} & ALLOWED)


def test_the_stack_imports_the_order_the_names_the_settings_and_locks_only(root: Path) -> None:
    files = [*(root / "infra").rglob("*.py"), root / "app.py"]

    assert [(p.name, m) for p in files for m in _imports(p) if not _is_allowed(m)] == []


def test_no_step_is_named_in_the_stack(root: Path) -> None:
    source = (root / "infra" / "states.py").read_text() + (
        root / "infra" / "state_machine.py"
    ).read_text()

    assert '"dedupe"' not in source
    assert '"validate"' not in source


def test_the_app_is_short(root: Path) -> None:
    assert len((root / "app.py").read_text().splitlines()) <= 15
