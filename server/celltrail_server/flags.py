"""Flags that several subcommands have."""

import argparse
import os
from pathlib import Path

from celltrail.settings import Settings


def add_data_dir(parser: argparse.ArgumentParser) -> None:
    """Add the flag that names a server's data folder."""
    parser.add_argument(
        "--data-dir", metavar="DIR", help="database and artifacts (default CELLTRAIL_HOME/server)"
    )


def add_database(parser: argparse.ArgumentParser) -> None:
    """Add the flag that names a database elsewhere."""
    parser.add_argument(
        "--database",
        metavar="URL",
        help="postgresql://… instead of a SQLite file in the data folder; better given as "
        "CELLTRAIL_DATABASE, since it holds a password",
    )


def add_artifacts(parser: argparse.ArgumentParser) -> None:
    """Add the flag that names a place for artifacts elsewhere."""
    parser.add_argument(
        "--artifacts",
        metavar="URL",
        help="s3://BUCKET/PREFIX, gs://…, az://CONTAINER/PREFIX or file:///FOLDER instead of the "
        "data folder (or CELLTRAIL_ARTIFACTS)",
    )


def data_dir_of(value: str | None) -> Path:
    """Return the folder that a flag or setting names, or the default."""
    if value:
        return Path(value).expanduser().absolute()
    return (Settings.from_env(os.environ).home / "server").absolute()
