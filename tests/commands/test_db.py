from __future__ import annotations

import argparse
import os
import subprocess
import sys
from pathlib import Path

import pytest

from schedulerx.commands import db
from schedulerx.errors import ConfigurationError
from schedulerx.stores.postgres.profiles import Profile

PROFILES = {
    "LOCAL_1_DB_HOST": "db.local",
    "LOCAL_1_DB_USER": "me",
    "LOCAL_1_DB_PASSWORD": "open sesame",
    "LOCAL_1_DB_NAME": "cases",
    "LOCAL_2_DB_HOST": "db.local",
}


@pytest.fixture(autouse=True)
def bare_environment(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """No profile but the test's own, a terminal wide enough for its table."""
    for name in [*os.environ]:
        if name.startswith(("LOCAL_", "SUPABASE_", "DB_PROFILE")):
            monkeypatch.delenv(name)
    monkeypatch.setenv("COLUMNS", "200")
    monkeypatch.chdir(tmp_path)


def name_profile(monkeypatch: pytest.MonkeyPatch, profile: Profile, schema: str) -> None:
    for part, value in {
        "HOST": profile.host, "USER": profile.user, "PASSWORD": "", "NAME": profile.dbname,
        "SCHEMA": schema,
    }.items():  # fmt: skip
        monkeypatch.setenv(f"LOCAL_1_DB_{part}", value)
    monkeypatch.setenv("DB_PROFILE", "LOCAL_1")


def run(*words: str) -> int:
    parser = argparse.ArgumentParser()
    db.add_to(parser.add_subparsers())
    arguments = parser.parse_args(["db", *words])
    return int(arguments.func(arguments))


def test_profiles_are_listed_with_passwords_hidden(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    for name, value in PROFILES.items():
        monkeypatch.setenv(name, value)
    assert run("profiles") == 0
    shown = capsys.readouterr().out
    assert "me:********@db.local:5432/cases" in shown
    assert "LOCAL_2_DB_USER is missing" in shown
    assert "sesame" not in shown


def test_profiles_of_a_dotenv_file_are_listed(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    lines = (f'{name}="{value}"' for name, value in PROFILES.items())
    (tmp_path / ".env").write_text("\n".join(lines))
    run("profiles")
    assert "LOCAL_1" in capsys.readouterr().out


def test_the_listing_says_when_the_chosen_profile_is_unknown(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("DB_PROFILE", "LOCAL_9")
    with pytest.raises(ConfigurationError, match="LOCAL_9"):
        run("profiles")
    assert "EMBEDDED" in capsys.readouterr().out


def test_a_profile_is_migrated_and_its_status_shown(
    monkeypatch: pytest.MonkeyPatch, postgres: Profile, capsys: pytest.CaptureFixture[str]
) -> None:
    name_profile(monkeypatch, postgres, "fresh")
    run("status")
    assert "none, needs" in capsys.readouterr().out
    run("migrate")
    assert "schema fresh is at revision" in capsys.readouterr().out
    run("status")
    shown = capsys.readouterr().out
    assert "Rows in events" in shown
    assert "needs" not in shown


def test_the_embedded_database_of_an_artifact_folder_is_migrated(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "artifacts").mkdir()
    assert run("migrate", "--artifact_dir", str(tmp_path)) == 0
    assert "Profile embedded" in capsys.readouterr().out
    assert (tmp_path / "database" / "data").is_dir()


@pytest.mark.parametrize("name", ["absent", "."])
def test_no_database_is_made_in_a_folder_without_results(tmp_path: Path, name: str) -> None:
    with pytest.raises(ConfigurationError, match="holds no results"):
        run("status", "--artifact_dir", str(tmp_path / name))
    assert list(tmp_path.iterdir()) == []


def test_without_a_database_the_operator_is_asked_which() -> None:
    with pytest.raises(ConfigurationError, match="--artifact_dir"):
        run("status")


def test_the_shell_asks_in_the_profiles_schema(postgres: Profile, tmp_path: Path) -> None:
    code = (
        "import argparse\nfrom schedulerx.commands import db\np = argparse.ArgumentParser()\n"
        "db.add_to(p.add_subparsers())\na = p.parse_args(['db', 'shell'])\n"
        "raise SystemExit(a.func(a))"
    )
    env = {
        **os.environ, "LOCAL_1_DB_HOST": postgres.host, "LOCAL_1_DB_USER": postgres.user,
        "LOCAL_1_DB_PASSWORD": "", "LOCAL_1_DB_NAME": postgres.dbname, "DB_PROFILE": "LOCAL_1",
    }  # fmt: skip
    shell = subprocess.run(
        [sys.executable, "-c", code],
        input="SELECT count(*) + 41 AS answer FROM instance;\n",
        capture_output=True, text=True, check=True, env=env, cwd=tmp_path,
    )  # fmt: skip
    assert "42" in shell.stdout
