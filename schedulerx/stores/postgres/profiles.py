"""Database profiles: found in the environment by their names, or read from a secret.

`LOCAL_<n>_DB_{USER,PASSWORD,HOST,PORT,NAME,SCHEMA}` is the profile `LOCAL_<n>`;
`SUPABASE_<n>_{SESSION,TRANS}_{USER,PASSWORD,HOST,PORT,PROJECT_REF}` are `SUPABASE_<n>_SESSION` and
`SUPABASE_<n>_TRANS`. A profile exists as soon as one of its variables is named.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field

import msgspec
from psycopg.conninfo import make_conninfo

from schedulerx.errors import ConfigurationError

SCHEMA = "schedulerx"
CHOICE = "DB_PROFILE"
EMBEDDED = "EMBEDDED"
CONNECT_S = 10
WAKE_S = 60  # an Aurora that sleeps takes some 15 s to wake, at times more
# Supabase's pooler: sessions on 5432; transactions on 6543, which know no prepared statements.
SESSION_PORT, TRANSACTION_PORT = 5432, 6543

_LOCAL = re.compile(r"(LOCAL_(\d+))_DB_(USER|PASSWORD|HOST|PORT|NAME|SCHEMA)")
_SUPABASE = re.compile(r"(SUPABASE_(\d+)_(?:SESSION|TRANS))_(USER|PASSWORD|HOST|PORT|PROJECT_REF)")


@dataclass(frozen=True)
class Profile:
    """How to reach a database. The password never shows in its representation."""

    name: str
    host: str
    port: int
    user: str
    dbname: str
    password: str = field(default="", repr=False)
    schema: str = SCHEMA
    sslmode: str | None = None
    sslrootcert: str | None = None  # a file, or "system"
    connect_s: int = CONNECT_S
    prepared: bool = True  # whether the server keeps prepared statements between transactions

    def conninfo(self) -> str:
        """The libpq connection string, with the password."""
        return make_conninfo(
            host=self.host,
            port=self.port,
            user=self.user,
            dbname=self.dbname,
            password=self.password or None,
            sslmode=self.sslmode,
            sslrootcert=self.sslrootcert,
            connect_timeout=self.connect_s,
            application_name="schedulerx",
        )

    def place(self) -> str:
        """Where it is, for people."""
        return f"{self.user}@{self.host}:{self.port}/{self.dbname}"


@dataclass(frozen=True)
class Incomplete:
    """A profile that cannot be used, and the variables to set or to mend."""

    name: str
    problems: tuple[str, ...]


Found = Profile | Incomplete


def find_profiles(env: Mapping[str, str]) -> dict[str, Found]:
    """Every profile the environment names, in the order of kind and number."""
    parts: dict[tuple[str, int, str], dict[str, str]] = {}
    for variable, value in env.items():
        match = _LOCAL.fullmatch(variable) or _SUPABASE.fullmatch(variable)
        if match is not None:
            name, number, part = match.groups()
            key = (name.partition("_")[0], int(number), name)
            parts.setdefault(key, {})[part] = value.strip() if part != "PASSWORD" else value
    return {key[2]: _profile(key[2], values) for key, values in sorted(parts.items())}


def choose(env: Mapping[str, str]) -> Profile | None:
    """The profile `DB_PROFILE` names; None means the embedded server.

    Raises:
        ConfigurationError: the name is unknown, or its profile is incomplete.
    """
    wanted = env.get(CHOICE, "").strip().upper()
    if wanted in ("", EMBEDDED):
        return None
    found = find_profiles(env)
    chosen = found.get(wanted)
    if chosen is None:
        names = ", ".join([*found, EMBEDDED])
        raise ConfigurationError(
            f"{CHOICE}={wanted} names no database profile. Found: {names}. Set {CHOICE} to one of "
            "them, or add the variables of the profile (docs/database.md lists them)."
        )
    if isinstance(chosen, Incomplete):
        raise ConfigurationError(
            f"Database profile {wanted} is incomplete: {'; '.join(chosen.problems)}. Set it in the "
            "environment or in .env."
        )
    return chosen


def unchosen_note(env: Mapping[str, str]) -> str | None:
    """What to tell a user who named profiles but chose none."""
    found = find_profiles(env)
    if env.get(CHOICE, "").strip() or not found:
        return None
    return (
        f"Using the embedded database. Profiles found: {', '.join(found)}. Set {CHOICE} to the "
        "name of one to use it."
    )


class _Secret(msgspec.Struct, frozen=True):
    """As RDS writes it, and three optional fields of ours."""

    host: str
    username: str
    password: str = ""
    port: int | str = SESSION_PORT
    dbname: str = "postgres"
    schema: str = SCHEMA
    sslmode: str | None = None
    sslrootcert: str | None = None


def from_secret(secret_json: str, name: str = "the secret") -> Profile:
    """The profile in a secret: {host, port, username, password, dbname, schema?, sslmode?,
    sslrootcert?}. It is given the time a sleeping database takes to wake.

    Raises:
        ConfigurationError: the secret lacks something; its values are never repeated.
    """
    try:
        secret = msgspec.json.decode(secret_json, type=_Secret)
        port = _port(str(secret.port))
    except (msgspec.DecodeError, ValueError):
        port = None
    if port is None:
        raise ConfigurationError(
            f"The database secret ({name}) is not usable. It must be a JSON object with host, "
            "port, username, password and dbname, and optionally schema, sslmode and sslrootcert."
        )
    local = secret.host.startswith("/") or secret.host in ("localhost", "127.0.0.1", "::1")
    return Profile(
        name=name,
        host=secret.host,
        port=port,
        user=secret.username,
        dbname=secret.dbname,
        password=secret.password,
        schema=secret.schema,
        sslmode=secret.sslmode or (None if local else "require"),
        sslrootcert=secret.sslrootcert,
        connect_s=WAKE_S,
        prepared=not _is_transaction_pooler(secret.host, port),
    )


def to_secret(profile: Profile) -> str:
    """The inverse of `from_secret`."""
    secret = _Secret(
        host=profile.host,
        username=profile.user,
        password=profile.password,
        port=profile.port,
        dbname=profile.dbname,
        schema=profile.schema,
        sslmode=profile.sslmode,
        sslrootcert=profile.sslrootcert,
    )
    return msgspec.json.encode(secret).decode()


def _profile(name: str, values: Mapping[str, str]) -> Found:
    return _local(name, values) if name.startswith("LOCAL") else _supabase(name, values)


def _local(name: str, values: Mapping[str, str]) -> Found:
    # An empty password is one (trust, .pgpass); one that is not named is forgotten.
    missing = [
        f"{name}_DB_{part} is missing" for part in ("HOST", "USER", "NAME") if not values.get(part)
    ]
    if "PASSWORD" not in values:
        missing.append(f"{name}_DB_PASSWORD is missing")
    port = _port(values.get("PORT") or "5432")
    if port is None:
        missing.append(f"{name}_DB_PORT is not a port")
    if missing or port is None:
        return Incomplete(name, tuple(missing))
    return Profile(
        name=name,
        host=values["HOST"],
        port=port,
        user=values["USER"],
        dbname=values["NAME"],
        password=values["PASSWORD"],
        schema=values.get("SCHEMA") or SCHEMA,
        prepared=not _is_transaction_pooler(values["HOST"], port),
    )


def _supabase(name: str, values: Mapping[str, str]) -> Found:
    default_port = TRANSACTION_PORT if name.endswith("_TRANS") else SESSION_PORT
    port = _port(values.get("PORT") or str(default_port))
    user = values.get("USER") or "postgres"
    needed = ("HOST", "PASSWORD") if "." in user else ("HOST", "PASSWORD", "PROJECT_REF")
    problems = [f"{name}_{part} is missing" for part in needed if not values.get(part)]
    if port is None:
        problems.append(f"{name}_PORT is not a port")
    if problems or port is None:
        return Incomplete(name, tuple(problems))
    return Profile(
        name=name,
        host=values["HOST"],
        port=port,
        user=user if "." in user else f"{user}.{values['PROJECT_REF']}",
        dbname="postgres",
        password=values["PASSWORD"],
        sslmode="require",
        prepared=not (name.endswith("_TRANS") or port == TRANSACTION_PORT),
    )


def _port(text: str) -> int | None:
    return int(text) if re.fullmatch(r"[0-9]{1,5}", text) and 0 < int(text) < 65536 else None


def _is_transaction_pooler(host: str, port: int) -> bool:
    return port == TRANSACTION_PORT and host.endswith(".supabase.com")
