from __future__ import annotations

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st
from psycopg.conninfo import conninfo_to_dict

from schedulerx.errors import ConfigurationError
from schedulerx.stores.postgres.profiles import (
    WAKE_S,
    Incomplete,
    Profile,
    choose,
    find_profiles,
    from_secret,
    to_secret,
    unchosen_note,
)

LOCAL = {
    "LOCAL_1_DB_USER": "me",
    "LOCAL_1_DB_PASSWORD": "open sesame",
    "LOCAL_1_DB_HOST": "db.local",
    "LOCAL_1_DB_PORT": "5433",
    "LOCAL_1_DB_NAME": "evidence",
    "LOCAL_1_DB_SCHEMA": "cases",
}
SUPABASE = {
    "SUPABASE_2_TRANS_USER": "postgres",
    "SUPABASE_2_TRANS_PASSWORD": "open sesame",
    "SUPABASE_2_TRANS_HOST": "aws-0-eu-central-1.pooler.supabase.com",
    "SUPABASE_2_TRANS_PROJECT_REF": "abcdefgh",
}
# libpq takes any text but NUL; an environment holds neither NUL nor lone surrogates.
texts = st.text(
    st.characters(codec="utf-8", exclude_characters="\0"), min_size=1, max_size=30
).filter(lambda text: text == text.strip())


def found(env: dict[str, str], name: str) -> Profile:
    profile = find_profiles(env)[name]
    assert isinstance(profile, Profile)
    return profile


def test_a_local_profile_appears_by_its_variables() -> None:
    assert found(LOCAL, "LOCAL_1") == Profile(
        "LOCAL_1", "db.local", 5433, "me", "evidence", password="open sesame", schema="cases"
    )


def test_a_local_profile_has_a_default_port_and_schema() -> None:
    env = {k: v for k, v in LOCAL.items() if not k.endswith(("PORT", "SCHEMA"))}
    assert (found(env, "LOCAL_1").port, found(env, "LOCAL_1").schema) == (5432, "schedulerx")


def test_supabases_transaction_pooler_gets_its_port_user_tls_and_no_prepared_statements() -> None:
    profile = found(SUPABASE, "SUPABASE_2_TRANS")
    assert (profile.port, profile.user, profile.dbname) == (6543, "postgres.abcdefgh", "postgres")
    assert (profile.sslmode, profile.prepared) == ("require", False)


def test_supabases_session_pooler_keeps_prepared_statements() -> None:
    env = {name.replace("TRANS", "SESSION"): value for name, value in SUPABASE.items()}
    profile = found(env, "SUPABASE_2_SESSION")
    assert (profile.port, profile.prepared) == (5432, True)


def test_a_supabase_user_that_names_its_project_stays_as_it_is() -> None:
    env = {**SUPABASE, "SUPABASE_2_TRANS_USER": "reader.abcdefgh"}
    assert found(env, "SUPABASE_2_TRANS").user == "reader.abcdefgh"


def test_an_incomplete_profile_is_reported_with_what_is_missing() -> None:
    assert find_profiles({"LOCAL_3_DB_HOST": "h", "LOCAL_3_DB_PORT": "many"}) == {
        "LOCAL_3": Incomplete(
            "LOCAL_3",
            (
                "LOCAL_3_DB_USER is missing",
                "LOCAL_3_DB_NAME is missing",
                "LOCAL_3_DB_PASSWORD is missing",
                "LOCAL_3_DB_PORT is not a port",
            ),
        )
    }


def test_an_empty_local_password_is_a_password() -> None:
    assert found({**LOCAL, "LOCAL_1_DB_PASSWORD": ""}, "LOCAL_1").password == ""


def test_profiles_are_listed_by_number_not_by_spelling() -> None:
    env = {f"LOCAL_{number}_DB_HOST": "h" for number in (10, 2, 1)}
    assert list(find_profiles(env)) == ["LOCAL_1", "LOCAL_2", "LOCAL_10"]


def test_other_variables_name_no_profile() -> None:
    assert find_profiles({"LOCAL_DB_HOST": "h", "LOCAL_1_DB_COLOUR": "red", "HOME": "/"}) == {}


def test_the_choice_is_case_blind() -> None:
    assert choose({**LOCAL, "DB_PROFILE": "local_1"}) == found(LOCAL, "LOCAL_1")


@pytest.mark.parametrize("choice", ["", "embedded"])
def test_without_a_choice_the_database_is_embedded(choice: str) -> None:
    assert choose({**LOCAL, "DB_PROFILE": choice}) is None


def test_profiles_that_were_not_chosen_are_pointed_out() -> None:
    assert "LOCAL_1" in (unchosen_note(LOCAL) or "")


def test_there_is_nothing_to_point_out_without_profiles_or_with_a_choice() -> None:
    assert unchosen_note({}) is None
    assert unchosen_note({**LOCAL, "DB_PROFILE": "LOCAL_1"}) is None


def test_an_unknown_choice_is_answered_with_the_profiles_found() -> None:
    with pytest.raises(ConfigurationError, match=r"LOCAL_9 .*LOCAL_1, SUPABASE_2_TRANS"):
        choose({**LOCAL, **SUPABASE, "DB_PROFILE": "LOCAL_9"})


def test_an_incomplete_choice_is_refused_with_what_is_missing() -> None:
    with pytest.raises(ConfigurationError, match="LOCAL_3_DB_USER is missing"):
        choose({"LOCAL_3_DB_HOST": "h", "DB_PROFILE": "LOCAL_3"})


@given(password=texts)
def test_a_password_never_shows_in_a_representation(password: str) -> None:
    profile = Profile("P", "host", 5432, "user", "db", password=password)
    shown = Profile("P", "host", 5432, "user", "db")
    assert repr(profile) == repr(shown)
    assert profile.place() == shown.place()


@given(host=texts, user=texts, name=texts, password=texts, port=st.integers(1, 65535))
def test_every_value_reaches_libpq_unchanged(
    host: str, user: str, name: str, password: str, port: int
) -> None:
    profile = found(
        {
            "LOCAL_7_DB_HOST": host,
            "LOCAL_7_DB_USER": user,
            "LOCAL_7_DB_NAME": name,
            "LOCAL_7_DB_PASSWORD": password,
            "LOCAL_7_DB_PORT": str(port),
        },
        "LOCAL_7",
    )
    parts = conninfo_to_dict(profile.conninfo())
    assert (parts["host"], parts["user"], parts["dbname"]) == (host, user, name)
    assert (parts["password"], parts["port"]) == (password, str(port))


@given(st.dictionaries(st.sampled_from([*LOCAL, *SUPABASE]), texts))
def test_any_part_of_the_variables_gives_profiles_or_says_what_is_missing(
    env: dict[str, str],
) -> None:
    for name, profile in find_profiles(env).items():
        assert profile.name == name
        assert isinstance(profile, Profile) or profile.problems


def test_a_secret_as_rds_writes_it_is_a_profile() -> None:
    secret = {"engine": "postgres", "host": "db.example", "port": 5432, "username": "u"}
    profile = from_secret(msgspec.json.encode({**secret, "password": "p"}).decode())
    assert (profile.host, profile.port, profile.user, profile.dbname) == (
        "db.example", 5432, "u", "postgres",
    )  # fmt: skip
    assert (profile.password, profile.sslmode, profile.schema) == ("p", "require", "schedulerx")


def test_a_secret_of_a_socket_needs_no_tls() -> None:
    assert from_secret('{"host": "/run/pg", "username": "u", "port": "5432"}').sslmode is None


def test_a_secret_for_supabases_transaction_pooler_gets_no_prepared_statements() -> None:
    text = '{"host": "x.pooler.supabase.com", "port": 6543, "username": "postgres.ref"}'
    assert from_secret(text).prepared is False


@given(host=texts, user=texts, password=texts, port=st.integers(1, 65535), schema=texts)
def test_a_profile_survives_the_way_through_a_secret(
    host: str, user: str, password: str, port: int, schema: str
) -> None:
    profile = Profile(
        "the secret", host, port, user, "db", password, schema, "disable", connect_s=WAKE_S
    )
    assert from_secret(to_secret(profile)) == profile


def test_a_database_from_a_secret_is_given_the_time_to_wake() -> None:
    profile = from_secret('{"host": "db.example", "username": "u"}')
    assert int(str(conninfo_to_dict(profile.conninfo())["connect_timeout"])) >= 60


def test_a_secret_may_ask_for_the_server_to_be_verified() -> None:
    text = '{"host": "h", "username": "u", "sslmode": "verify-full", "sslrootcert": "/ca.pem"}'
    given = conninfo_to_dict(from_secret(text).conninfo())
    assert (given["sslmode"], given["sslrootcert"]) == ("verify-full", "/ca.pem")


@pytest.mark.parametrize(
    "secret", ["", "[]", '{"host": "h"}', '{"host": "h", "username": "u", "port": "open sesame"}',
               '{"host": "h", "username": "u", "password": ["open sesame"]}'],
)  # fmt: skip
def test_an_unusable_secret_is_refused_without_repeating_it(secret: str) -> None:
    with pytest.raises(ConfigurationError, match="not usable") as caught:
        from_secret(secret)
    assert "sesame" not in str(caught.value)
    assert caught.value.__cause__ is None
