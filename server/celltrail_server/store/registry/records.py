"""What the registry returns and takes: plain, immutable records."""

import msgspec


class ModelVersion(msgspec.Struct, frozen=True):
    """A version of a registered model.

    `source` is what its creator named, `storage_location` where the files lie, as far as that is
    known here. `run_id`, `run_link` and `model_id` are "" where nothing is known.
    """

    name: str
    version: int
    stage: str
    description: str | None
    user_id: str
    source: str
    storage_location: str
    run_id: str
    run_link: str
    model_id: str
    execution_id: str | None
    """The cell execution that registered it."""
    created_ms: int
    updated_ms: int
    tags: dict[str, str]
    aliases: list[str]


class RegisteredModel(msgspec.Struct, frozen=True):
    """A named series of versions; its name is unique for its owner."""

    name: str
    owner: str
    description: str | None
    created_ms: int
    updated_ms: int
    latest_versions: list[ModelVersion]
    """The greatest version of each stage that has one."""
    tags: dict[str, str]
    aliases: dict[str, int]
    """Alias → version."""


class NewVersion(msgspec.Struct, frozen=True):
    """What a caller says of a version that it creates; None: nothing was said."""

    source: str
    run_id: str | None = None
    model_id: str | None = None
    run_link: str = ""
    description: str = ""
    tags: dict[str, str] = {}
    execution_id: str | None = None
