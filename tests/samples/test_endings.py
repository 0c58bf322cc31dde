"""The samples end as their README tells a newcomer."""

from __future__ import annotations

import json
import re
import subprocess
import sys
from pathlib import Path

import pytest

LINE = re.compile(
    r"\| `(?P<path>[^`]+)` \|[^|]+\| (?P<status>done|quarantined)(?:: (?P<code>\w+))?"
)


@pytest.fixture(scope="module")
def certificate(root: Path, tmp_path_factory: pytest.TempPathFactory) -> dict[str, object]:
    out = tmp_path_factory.mktemp("out")
    command = [
        sys.executable,
        "run.py",
        "samples/files",
        str(out),
        "--steps",
        "generate_events",
        "--json",
    ]
    answer = subprocess.run(command, cwd=root, capture_output=True, text=True, check=False)
    assert answer.returncode == 0, answer.stderr
    summary = json.loads(answer.stdout)
    loaded: dict[str, object] = json.loads(Path(summary["certificate"]).read_text(encoding="utf-8"))
    return loaded


def told(root: Path) -> dict[str, tuple[str, str | None]]:
    text = (root / "samples" / "README.md").read_text(encoding="utf-8")
    return {line["path"]: (line["status"], line["code"]) for line in LINE.finditer(text)}


def test_every_sample_ends_as_the_readme_says(root: Path, certificate: dict[str, object]) -> None:
    expected = {path: ending for path, ending in told(root).items() if ending[0] != "done"}
    problems = certificate["problems"]
    assert isinstance(problems, list)
    found = {each["path"]: (each["status"], each.get("reason_code")) for each in problems}
    assert found == expected
    done = certificate["done"]["count"] - certificate["members"]["count"]  # type: ignore[index]  # JSON
    assert done == len(told(root)) - len(expected)
