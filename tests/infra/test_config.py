from __future__ import annotations

import pytest

from infra.config import Config, ContextError, DatabaseKind, Dependencies


def test_nothing_given_is_aurora_built_from_the_repository() -> None:
    config = Config.parse({})

    assert config.database is DatabaseKind.AURORA
    assert config.worker_image == ""


def test_values_become_what_their_defaults_are() -> None:
    config = Config.parse({"ephemeral": "True", "worker_cpu": "4096", "database_min_acu": "0.5"})

    assert (config.ephemeral, config.worker_cpu, config.database_min_acu) == (True, 4096, 0.5)


@pytest.mark.parametrize(
    ("given", "expected"),
    [
        ({"ephemeral": "yes"}, "-c ephemeral=yes cannot be used: give true or false."),
        ({"worker_cpu": "two"}, "-c worker_cpu=two cannot be used: give a number."),
        ({"database": "mysql"}, "-c database=mysql cannot be used: give one of aurora, external."),
    ],
)
def test_a_wrong_value_is_named_with_what_it_may_be(given: dict[str, str], expected: str) -> None:
    with pytest.raises(ContextError) as error:
        Config.parse(given)

    assert str(error.value) == expected


def test_an_external_database_without_its_secret_is_refused() -> None:
    with pytest.raises(ContextError, match="database_secret"):
        Config.parse({"database": "external"})


def test_a_rehearsal_fetches_no_wheels_unless_told_to() -> None:
    rehearsal = {"worker_image": "rehearsal"}

    assert Config.parse(rehearsal).lambda_dependencies is Dependencies.NONE
    told = Config.parse({**rehearsal, "lambda_dependencies": "wheels"})
    assert told.lambda_dependencies is Dependencies.WHEELS
