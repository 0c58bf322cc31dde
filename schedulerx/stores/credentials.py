"""Credentials of accounts in encrypted files."""

from __future__ import annotations

import os
from contextlib import AbstractContextManager
from pathlib import Path
from typing import Any

import msgspec
from cryptography.fernet import Fernet, InvalidToken

from schedulerx.errors import ConfigurationError
from schedulerx.stores.account_tokens import NoSecret, Values
from schedulerx.stores.postgres.locks import exclusive


class FileSecrets:
    """Secrets in a folder, one encrypted file each; the key lies beside them, or is given.

    File names come from `name`, which is an account's id.
    """

    def __init__(self, folder: Path, key: str | None = None) -> None:
        folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        self._folder = folder
        self._fernet = _fernet(key or _key_of(folder))

    def read(self, name: str) -> Values:
        """The secret.

        Raises:
            NoSecret: there is none.
            ConfigurationError: it was written with another key.
        """
        try:
            sealed = self._path(name).read_bytes()
        except FileNotFoundError as error:
            raise NoSecret(
                f"there are no credentials for {name}; run `schedulerx accounts connect`"
            ) from error
        try:
            values: Values = msgspec.json.decode(self._fernet.decrypt(sealed), type=dict[str, Any])
        except InvalidToken as error:
            raise ConfigurationError(
                f"{self._path(name)} was encrypted with another key; set "
                "SCHEDULERX_CREDENTIALS_KEY to it, or connect the account again"
            ) from error
        return values

    def write(self, name: str, values: Values) -> None:
        """Stores it: written beside, synced, then put in place."""
        path = self._path(name)
        part = path.with_suffix(".part")
        descriptor = os.open(part, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
        with os.fdopen(descriptor, "wb") as file:
            file.write(self._fernet.encrypt(msgspec.json.encode(values)))
            file.flush()
            os.fsync(file.fileno())
        part.replace(path)

    def locked(self, name: str) -> AbstractContextManager[object]:
        """A lock that ends with the process."""
        return exclusive(self._path(name).with_suffix(".lock"))

    def _path(self, name: str) -> Path:
        if not name.replace("-", "").isalnum():
            raise ConfigurationError(f"{name!r} is no name of a secret")
        return self._folder / f"{name}.secret"


def _fernet(key: str) -> Fernet:
    try:
        return Fernet(key)
    except ValueError as error:
        raise ConfigurationError(
            "SCHEDULERX_CREDENTIALS_KEY is no key: 32 bytes in URL-safe base64 are needed"
        ) from error


def _key_of(folder: Path) -> str:
    """The folder's key, made where there is none. Of two that make one, both use the first."""
    path = folder / "key"
    with exclusive(folder / "key.lock"):
        if not path.exists():
            descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
            with os.fdopen(descriptor, "wb") as file:
                file.write(Fernet.generate_key())
                file.flush()
                os.fsync(file.fileno())
        return path.read_text()
