"""A store opened from a folder, a profile or a secret."""

from __future__ import annotations

import dataclasses
from pathlib import Path

import psycopg
import pytest

from schedulerx.errors import ConfigurationError
from schedulerx.stores.postgres.evidence_store import (
    PostgresEvidence,
    open_evidence,
    open_evidence_from_secret,
)
from schedulerx.stores.postgres.profiles import Profile, to_secret
from tests.stores.postgres.builders import a_record


def test_the_embedded_store_keeps_what_it_was_given(tmp_path: Path) -> None:
    with open_evidence({}, tmp_path) as store:
        store.upload([(a_record("a"), [])])
    with open_evidence({}, tmp_path) as store:
        assert [row["path"] for row in store.export("records")] == ["a"]


def test_a_named_profile_with_an_empty_database_is_migrated_when_opened(postgres: Profile) -> None:
    env = {
        "DB_PROFILE": "LOCAL_1", "LOCAL_1_DB_HOST": postgres.host, "LOCAL_1_DB_USER": "postgres",
        "LOCAL_1_DB_PASSWORD": "", "LOCAL_1_DB_NAME": postgres.dbname,
        "LOCAL_1_DB_SCHEMA": "Other Schema",
    }  # fmt: skip
    with open_evidence(env, None) as store:
        assert store.upload([(a_record("a"), [])]).objects_added == 1


def test_a_store_opens_from_a_secret(postgres: Profile) -> None:
    with open_evidence_from_secret(to_secret(postgres)) as store:
        assert len(store.instance_id()) == 36


def test_a_store_works_without_prepared_statements(postgres: Profile) -> None:
    with PostgresEvidence(dataclasses.replace(postgres, prepared=False)) as store:
        for _ in range(7):  # psycopg prepares from the fifth time on
            assert store.stored([]).objects == 0
        with psycopg.connect(postgres.conninfo()) as connection:
            assert connection.execute("SELECT 1").fetchone() == (1,)


def test_no_profile_and_no_folder_is_a_question_to_the_operator() -> None:
    with pytest.raises(ConfigurationError, match="DB_PROFILE"):
        open_evidence({}, None)
