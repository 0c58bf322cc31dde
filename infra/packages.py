"""What the functions are made of: the repository's source, and a layer of wheels for each kind.

Lambda unpacks at most 250 MiB. All wheels together are over it, so there are three layers: one for
functions that open files, one for functions that talk to the database, one for those that publish.
"""

from __future__ import annotations

import hashlib
import re
import shutil
import subprocess
import sys
import tomllib
from dataclasses import dataclass
from pathlib import Path

from schedulerx.locks import exclusive

ROOT = Path(__file__).resolve().parent.parent
CACHE = ROOT / "build" / "layers"
UNPACKED_LIMIT = 250 * 1024**2  # bytes, function and layers together
SOURCE_ROOM = 5 * 1024**2  # bytes kept free for the source
PYTHON_VERSION = "3.14"
# The function's system is Amazon Linux 2023 (glibc 2.34) on ARM.
PLATFORMS = tuple(
    f"{tag}_aarch64"
    for tag in ("manylinux2014", "manylinux_2_17", "manylinux_2_28", "manylinux_2_34")
)
# Type stubs, headers and other packages' own tests are not needed at run time.
UNUSED = ("**/tests", "**/*.pyi", "**/*.pyx", "**/*.pxd", "**/*.h", "bin")
_OWN_EXTRAS = re.compile(r"schedulerx\[(.+)\]")


@dataclass(frozen=True)
class Wheels:
    """The wheels of an extra of pyproject.toml, less what its functions never import."""

    extra: str
    left_out: tuple[str, ...] = ()


# Validation reads no phone numbers; its boto3 is the one that Lambda's runtime brings.
FILES = Wheels("lambda-files", left_out=("boto3", "botocore", "s3transfer", "phonenumbers"))
EVIDENCE = Wheels("lambda-evidence")
# Publishing validates and converts media as files are validated, and talks to the database and to
# platforms; it reads no documents, migrates nothing and encrypts no files.
POSTS = Wheels(
    "lambda-posts",
    left_out=(
        *FILES.left_out,
        *("alembic", "sqlalchemy", "mako", "lxml", "python_calamine", "cryptography"),
    ),
)


class PackageError(Exception):
    """The layer cannot be made: the message says why and what to do."""


def requirements(extra: str, pyproject: Path = ROOT / "pyproject.toml") -> list[str]:
    """What pip is to install: the package's own dependencies and those of the extra."""
    project = tomllib.loads(pyproject.read_text(encoding="utf-8"))["project"]
    found: list[str] = list(project["dependencies"])
    open_names = [extra]
    while open_names:
        for line in project["optional-dependencies"][open_names.pop()]:
            own = _OWN_EXTRAS.fullmatch(line)
            if own:
                open_names += own[1].split(",")
            else:
                found.append(line)
    return sorted(set(found))


def layer_folder(wheels: Wheels) -> Path:
    """The folder of a layer, made once for each list of requirements; of two processes that want
    it at once, one makes it and the other waits.

    Raises:
        PackageError: pip failed, or the wheels outgrew Lambda's limit.
    """
    wanted = requirements(wheels.extra)
    key = repr((wanted, wheels.left_out, UNUSED, PLATFORMS, PYTHON_VERSION)).encode()
    folder = CACHE / f"{wheels.extra}-{hashlib.sha256(key).hexdigest()[:16]}"
    CACHE.mkdir(parents=True, exist_ok=True)
    with exclusive(folder.with_suffix(".lock")):
        if not folder.is_dir():
            _make(folder, wanted, wheels)
    return folder


def _make(folder: Path, wanted: list[str], wheels: Wheels) -> None:
    partial = folder.with_suffix(".partial")
    shutil.rmtree(partial, ignore_errors=True)
    _install(wanted, partial / "python")
    _prune(partial / "python", wheels.left_out)
    _refuse_oversize(partial, wheels)
    partial.rename(folder)


def unpacked_bytes(folder: Path) -> int:
    """What Lambda counts against its limit."""
    return sum(path.stat().st_size for path in folder.rglob("*") if path.is_file())


def source_digest(folder: Path) -> str:
    """Of the Python files below a folder."""
    digest = hashlib.sha256()
    for path in sorted(folder.rglob("*.py")):
        digest.update(path.relative_to(folder).as_posix().encode() + path.read_bytes())
    return digest.hexdigest()[:16]


def _install(wanted: list[str], target: Path) -> None:
    command = [sys.executable, "-m", "pip", "install", "--quiet", "--disable-pip-version-check"]
    command += ["--no-compile", "--only-binary=:all:", "--target", str(target)]
    command += ["--implementation", "cp", "--python-version", PYTHON_VERSION]
    command += [f"--platform={platform}" for platform in PLATFORMS]
    result = subprocess.run(  # noqa: S603  (the arguments are this project's own)
        [*command, *wanted], capture_output=True, text=True, check=False
    )
    if result.returncode != 0:
        raise PackageError(
            "pip could not fetch the functions' wheels; check the connection to the package index "
            f"and run the command again:\n{result.stderr.strip()}"
        )


def _prune(folder: Path, left_out: tuple[str, ...]) -> None:
    patterns = [*UNUSED, *left_out, *(f"{name}-*.dist-info" for name in left_out)]
    for pattern in patterns:
        for path in list(folder.glob(pattern)):
            if path.is_dir():
                shutil.rmtree(path)
            else:
                path.unlink(missing_ok=True)


def _refuse_oversize(folder: Path, wheels: Wheels) -> None:
    size = unpacked_bytes(folder)
    if size > UNPACKED_LIMIT - SOURCE_ROOM:
        raise PackageError(
            f"The wheels of [{wheels.extra}] unpack to {size / 1024**2:.0f} MiB; Lambda takes "
            f"{UNPACKED_LIMIT / 1024**2:.0f} with the source. Move a dependency out of this extra "
            "in pyproject.toml, or add it to what its layer leaves out in infra/packages.py."
        )
