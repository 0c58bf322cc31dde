from __future__ import annotations

import subprocess
import sys
import threading
from collections.abc import Iterable
from concurrent.futures import ThreadPoolExecutor
from importlib import metadata
from pathlib import Path

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

from infra import packages
from infra.packages import EVIDENCE, FILES, POSTS, PackageError, Wheels, requirements

# What Lambda's runtime brings is not in the layer, and there all the same.
RUNTIME = {"boto3", "botocore", "s3transfer", "jmespath", "python-dateutil", "urllib3", "six"}
STEPS = {
    "validate": "from schedulerx.steps import validate",
    "publish_phase": "from schedulerx.steps import validate, describe",
    "sweep_posts": "from schedulerx.steps import validate, describe",
    "run_step": "from schedulerx.steps import dedupe, create_persons, clean_devices, "
    "map_person_devices, verify, report",
    "group_step": "from schedulerx.steps import upload",
    "feed_group": "import schedulerx.stores.events_api",
    "migrate": "import schedulerx.stores.postgres.migrations",
    "events_api": "import schedulerx.stores.postgres.evidence_store",
}
LAYERS = {
    "validate": FILES,
    **dict.fromkeys(("group_step", "run_step", "record_failure", "migrate"), EVIDENCE),
    **dict.fromkeys(("feed_group", "events_api", "publish_post"), EVIDENCE),
    **dict.fromkeys(("publish_phase", "sweep_posts"), POSTS),
}
# Run before the function is imported: a module of a distribution that is not there is not found.
BARRED = """
import sys

class Barred:
    def find_spec(self, name, path=None, target=None):
        if name.partition(".")[0] in {barred!r}:
            raise ModuleNotFoundError(f"No module named {{name!r}} in the layer", name=name)

sys.meta_path.insert(0, Barred())
import lambdas.{module}.handler
{steps}
"""


def distributions(lines: Iterable[str]) -> set[str]:
    """The names of these requirements and of all that they need, as pip would install them."""
    found: set[str] = set()
    waiting = [Requirement(line) for line in lines]
    while waiting:
        wanted = waiting.pop()
        name = canonicalize_name(wanted.name)
        needed = (Requirement(line) for line in metadata.requires(name) or ())
        extras = ("", *wanted.extras)
        if name not in found or wanted.extras:
            found.add(name)
            waiting += [
                one
                for one in needed
                if one.marker is None or any(one.marker.evaluate({"extra": e}) for e in extras)
            ]
    return found


def barred(wheels: Wheels) -> set[str]:
    """Modules that are installed here and in no layer of these wheels."""
    left_out = {canonicalize_name(name) for name in wheels.left_out}
    there = (distributions(requirements(wheels.extra)) - left_out) | RUNTIME | {"schedulerx"}
    owners = metadata.packages_distributions()
    return {
        module
        for module, names in owners.items()
        if not there & {canonicalize_name(name) for name in names}
    }


def test_an_extra_of_extras_is_all_of_their_requirements() -> None:
    files, evidence = requirements(FILES.extra), requirements(EVIDENCE.extra)
    posts = requirements(POSTS.extra)

    assert {*files, *evidence, *posts} == set(requirements("lambda"))
    assert any(line.startswith("pillow>") for line in files)
    assert any(line.startswith("psycopg[") for line in evidence)
    assert not any("schedulerx[" in line for line in [*files, *evidence])


def test_every_function_has_its_layer_here(root: Path) -> None:
    functions = {path.parent.name for path in (root / "lambdas").glob("*/handler.py")}
    assert functions == set(LAYERS)


@pytest.mark.parametrize("module", LAYERS)
def test_a_function_imports_nothing_its_layer_lacks(root: Path, module: str) -> None:
    code = BARRED.format(barred=barred(LAYERS[module]), module=module, steps=STEPS.get(module, ""))

    result = subprocess.run(
        [sys.executable, "-c", code], cwd=root, capture_output=True, text=True, check=False
    )

    assert result.stderr == ""


def test_wheels_that_outgrow_lambda_are_refused_before_the_upload(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def install(_wanted: list[str], target: Path) -> None:
        target.mkdir(parents=True)
        (target / "large").write_bytes(b"0" * 2000)

    monkeypatch.setattr(packages, "CACHE", tmp_path)
    monkeypatch.setattr(packages, "_install", install)
    monkeypatch.setattr(packages, "UNPACKED_LIMIT", packages.SOURCE_ROOM + 1000)

    with pytest.raises(PackageError, match=r"\[lambda-files\] unpack to"):
        packages.layer_folder(FILES)


def test_what_functions_never_import_is_left_out_and_the_layer_is_made_once(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    made: list[Path] = []

    def install(_wanted: list[str], target: Path) -> None:
        made.append(target)
        for name in ("numpy/tests", "numpy/core", "boto3", "boto3-1.40.0.dist-info"):
            (target / name).mkdir(parents=True)
            (target / name / "file.py").touch()

    monkeypatch.setattr(packages, "CACHE", tmp_path)
    monkeypatch.setattr(packages, "_install", install)
    wheels = Wheels(FILES.extra, left_out=("boto3",))

    folder = packages.layer_folder(wheels)

    assert packages.layer_folder(wheels) == folder
    assert len(made) == 1
    kept = sorted(str(path.relative_to(folder)) for path in folder.rglob("*.py"))
    assert kept == ["python/numpy/core/file.py"]


def test_two_that_want_a_layer_at_once_make_it_once(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    together = threading.Barrier(2)
    made: list[Path] = []

    def install(_wanted: list[str], target: Path) -> None:
        made.append(target)
        target.mkdir(parents=True)

    def want(_caller: int) -> Path:
        together.wait()
        return packages.layer_folder(FILES)

    monkeypatch.setattr(packages, "CACHE", tmp_path)
    monkeypatch.setattr(packages, "_install", install)

    with ThreadPoolExecutor(2) as callers:
        folders = set(callers.map(want, range(2)))

    assert len(made) == len(folders) == 1
