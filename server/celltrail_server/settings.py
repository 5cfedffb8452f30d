"""Settings of the tracking server: traitlets, from a configuration file and the command line."""

from pathlib import Path

from traitlets import CaselessStrEnum, Float, Int, List, Unicode, validate
from traitlets.config import Config, Configurable
from traitlets.config.loader import PyFileConfigLoader
from traitlets.traitlets import TraitError

from celltrail.errors import InvalidError
from celltrail_server.logs import FORMATS, LEVELS

AUTH_KINDS = ("none", "token", "jupyterhub")


class TrackingServer(Configurable):
    """`c.TrackingServer.…` in a configuration file."""

    host = Unicode("127.0.0.1", help="Address to listen on.").tag(config=True)
    port = Int(8765, min=0, max=65535, help="Port to listen on; 0: any free one.").tag(config=True)
    data_dir = Unicode(
        help="Folder of the database and the artifacts; empty: CELLTRAIL_HOME/server."
    ).tag(config=True)
    database = Unicode(
        help="postgresql://USER:PASSWORD@HOST:PORT/NAME of a database that several servers may "
        "share; empty: CELLTRAIL_DATABASE, and without that a SQLite file in the data folder."
    ).tag(config=True)
    artifacts = Unicode(
        help="Place for artifacts: s3://BUCKET/PREFIX, gs://…, az://CONTAINER/PREFIX or file:///…; "
        "empty: CELLTRAIL_ARTIFACTS, or the folder `blobs` of the data folder."
    ).tag(config=True)
    auth = CaselessStrEnum(
        AUTH_KINDS, "token", help="Who may use the server: none, token or jupyterhub."
    ).tag(config=True)
    idle_timeout = Float(
        0, min=0, help="Stop after this many seconds without a request or live stream; 0: never."
    ).tag(config=True)
    state_file = Unicode(
        help="File that says where the server listens, while it does; empty: none."
    ).tag(config=True)
    max_artifact_bytes = Int(64 << 30, min=1, help="Largest artifact that is taken, in bytes.").tag(
        config=True
    )
    log_format = CaselessStrEnum(
        FORMATS, "text", help="Form of the log on stderr: text, or json for one object a line."
    ).tag(config=True)
    log_level = CaselessStrEnum(
        LEVELS, "WARNING", help="What is logged; from INFO on each request has a line."
    ).tag(config=True)
    hub_cache_seconds = Float(
        30, min=0, help="How long a token that the hub has accepted is not asked about again."
    ).tag(config=True)
    hub_stale_seconds = Float(
        300, min=0, help="How long such a token stays good while the hub does not answer."
    ).tag(config=True)

    webhook_allowed_hosts = List(
        Unicode(),
        help="Receivers of webhooks that may have internal addresses, HOST or HOST:PORT; "
        "all others must be public.",
    ).tag(config=True)

    @classmethod
    def described(cls) -> dict[str, dict[str, str]]:
        """Return each setting with its help and its default."""
        return {
            name: {"help": trait.help, "default": trait.default_value_repr()}
            for name, trait in sorted(cls.class_traits(config=True).items())
        }

    @validate("host")
    def _needs_a_host(self, proposal: dict[str, str]) -> str:
        if not proposal["value"]:
            raise TraitError("host must not be empty")
        return proposal["value"]


def load_settings(config_file: str | None, flags: dict[str, object]) -> TrackingServer:
    """Return the settings of a file, overridden by the flags that are not None.

    Raises `InvalidError` for a file that cannot be used or a value that is none.
    """
    config = _load_file(Path(config_file)) if config_file else Config()
    config.TrackingServer.update({k: v for k, v in flags.items() if v is not None})
    try:
        return TrackingServer(config=config)
    except TraitError as error:
        raise InvalidError(str(error)) from error


def _load_file(path: Path) -> Config:
    try:
        config: Config = PyFileConfigLoader(path.name, path=str(path.parent)).load_config()
        return config
    except Exception as error:  # the file is Python code: anything can come out of it
        raise InvalidError(f"the configuration file {path} cannot be used: {error}") from error
