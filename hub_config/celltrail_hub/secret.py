"""Secrets in settings: where one is, never the secret itself."""

import os
from collections.abc import Mapping
from pathlib import Path
from typing import Annotated

import msgspec
from msgspec import Meta

from celltrail.errors import InvalidError
from celltrail_profiles.schema import EnvName, Text


class Secret(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A secret in an environment variable or in a file; exactly one of them."""

    env: Annotated[EnvName | None, Meta(description="A variable of the hub's process.")] = None
    file: Annotated[
        Text | None, Meta(description="A file, such as a mounted Secret; space around is cut off.")
    ] = None

    def __post_init__(self) -> None:
        """Refuse both and neither."""
        if (self.env is None) == (self.file is None):
            raise ValueError("name either `env` or `file`")

    def read(self, env: Mapping[str, str] = os.environ) -> str:
        """Return the secret. Raises InvalidError, which names where it was expected."""
        if self.env is not None:
            where, value = f"the environment variable {self.env}", env.get(self.env, "")
        else:
            where, value = f"the file {self.file}", _content(Path(str(self.file)))
        if not value.strip():
            raise InvalidError(f"{where} should hold a secret and is empty or missing")
        return value.strip()


def _content(path: Path) -> str:
    try:
        return path.read_text()
    except (OSError, UnicodeDecodeError) as error:
        raise InvalidError(f"the secret in {path} cannot be read: {error}") from error
