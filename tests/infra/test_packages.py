from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from infra import packages
from infra.packages import EVIDENCE, FILES, POSTS, PackageError, Wheels, requirements

# What Lambda's runtime brings is not in the layer, and there all the same.
NOT_FOR_POSTS = tuple(set(POSTS.left_out) - {"boto3", "botocore", "s3transfer"})
STEP_TARGETS = {
    "lambdas.publish_phase.handler": "from schedulerx.steps import validate, describe",
    "lambdas.sweep_posts.handler": "from schedulerx.steps import validate, describe",
    "lambdas.validate.handler": "from schedulerx.steps import validate",
    "lambdas.run_step.handler": "from schedulerx.steps import dedupe",
}


def test_an_extra_of_extras_is_all_of_their_requirements() -> None:
    files, evidence = requirements(FILES.extra), requirements(EVIDENCE.extra)
    posts = requirements(POSTS.extra)

    assert {*files, *evidence, *posts} == set(requirements("lambda"))
    assert any(line.startswith("pillow>") for line in files)
    assert any(line.startswith("psycopg[") for line in evidence)
    assert not any("schedulerx[" in line for line in [*files, *evidence])


@pytest.mark.parametrize(
    ("module", "absent"),
    [
        (
            "lambdas.validate.handler",
            ("phonenumbers", "psycopg", "sqlalchemy", "alembic", "jinja2"),
        ),
        ("lambdas.group_step.handler", ("PIL", "av", "numpy", "pypdfium2", "rapidocr")),
        ("lambdas.run_step.handler", ("PIL", "av", "simplejpeg", "pypdfium2", "rapidocr")),
        ("lambdas.record_failure.handler", ("PIL", "av", "numpy", "pypdfium2", "rapidocr")),
        ("lambdas.migrate.handler", ("PIL", "av", "numpy", "pypdfium2", "rapidocr")),
        ("lambdas.publish_post.handler", ("PIL", "av", "pypdfium2", "httpx", "cryptography")),
        ("lambdas.publish_phase.handler", NOT_FOR_POSTS),
        ("lambdas.sweep_posts.handler", NOT_FOR_POSTS),
    ],
)
def test_a_function_imports_nothing_its_layer_lacks(
    root: Path, module: str, absent: tuple[str, ...]
) -> None:
    steps = STEP_TARGETS.get(module, "from schedulerx.steps import upload")
    code = f"import sys; sys.modules.update(dict.fromkeys({absent!r})); import {module}; {steps}"

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
