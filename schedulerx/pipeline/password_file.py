"""The operator's password file, read where it is used: its lines are written nowhere else."""

from __future__ import annotations

from pathlib import Path

from schedulerx.errors import ConfigurationError
from schedulerx.model.passwords import Passwords

MAX_BYTES = 64 * 1024  # what Secrets Manager holds; some 5,000 passwords


def read_password_file(path: Path) -> tuple[str, Passwords]:
    """The file's text, and its passwords.

    Raises:
        ConfigurationError: it is absent, empty, too long or no UTF-8 text.
    """
    try:
        data = path.read_bytes()
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise ConfigurationError(
            f"--password_file {path} is not UTF-8 text; save it as such, one password a line"
        ) from error
    except OSError as error:
        raise ConfigurationError(
            f"--password_file {path} is not a file that can be read: {error.strerror}"
        ) from error
    if len(data) > MAX_BYTES:
        raise ConfigurationError(
            f"--password_file {path} has {len(data):,} bytes, over the limit of {MAX_BYTES:,}; "
            "split it and run once with each part"
        )
    passwords = Passwords.parse(text)
    if not passwords:
        raise ConfigurationError(f"--password_file {path} holds no password; it takes one a line")
    return text, passwords
