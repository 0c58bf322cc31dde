"""Credentials of accounts in encrypted files."""

from __future__ import annotations

import os
import tempfile
from contextlib import AbstractContextManager
from pathlib import Path
from typing import Any

import msgspec
from cryptography.fernet import Fernet, InvalidToken, MultiFernet

from schedulerx.errors import ConfigurationError
from schedulerx.locks import exclusive
from schedulerx.stores.account_tokens import NoSecret, Values


class FileSecrets:
    """Secrets in a folder, one encrypted file each (AES-128 in CBC mode with HMAC-SHA-256); the key
    lies beside them, or is given. Of several keys the first encrypts, and all decrypt.

    File names come from `name`, which is an account's id.
    """

    def __init__(self, folder: Path, key: str | None = None) -> None:
        folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        self._folder = folder
        self._fernet = _fernet(key, "SCHEDULERX_CREDENTIALS_KEY") if key else _own(folder)

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
        """Stores it, whole or not at all."""
        _place(self._path(name), self._fernet.encrypt(msgspec.json.encode(values)))

    def locked(self, name: str) -> AbstractContextManager[object]:
        """A lock that ends with the process."""
        return exclusive(self._path(name).with_suffix(".lock"))

    def _path(self, name: str) -> Path:
        if not name.replace("-", "").isalnum():
            raise ConfigurationError(f"{name!r} is no name of a secret")
        return self._folder / f"{name}.secret"


def _own(folder: Path) -> MultiFernet:
    """Of the folder's own key, made where there is none. Of two that make one, both use the first.

    Raises:
        ConfigurationError: the file is no key.
    """
    path = folder / "key"
    with exclusive(folder / "key.lock"):
        if not path.exists():
            _place(path, Fernet.generate_key())
        return _fernet(path.read_text(errors="replace"), str(path))


def _fernet(keys: str, where: str) -> MultiFernet:
    """Of keys parted by commas or white space."""
    try:
        return MultiFernet([Fernet(key) for key in keys.replace(",", " ").split()])
    except ValueError as error:
        raise ConfigurationError(
            f"{where} is no key: 32 bytes in URL-safe base64 are needed; take it from a copy, or "
            "connect the accounts again with another"
        ) from error


def _place(path: Path, content: bytes) -> None:
    """Writes a file of the owner's alone: beside, under a name of its own, then put in place, so
    that whoever is killed, and however many write at once, it is one's or another's, and whole.
    """
    descriptor, name = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.", suffix=".part")
    try:
        with os.fdopen(descriptor, "wb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        Path(name).replace(path)
    except BaseException:
        Path(name).unlink(missing_ok=True)
        raise
    folder = os.open(path.parent, os.O_RDONLY)
    try:
        os.fsync(folder)  # the new name outlives a power cut too
    finally:
        os.close(folder)
