"""Buckets to test with: servers of this machine that speak as clouds do."""

import base64
import contextlib
import hmac
import logging
import os
import re
import shutil
import subprocess
from collections.abc import Iterator
from email.utils import formatdate
from pathlib import Path
from typing import Any

import boto3
import httpx
import pytest
from moto.server import ThreadedMotoServer

from tests.conftest import wait_for

KEYS = {"AWS_ACCESS_KEY_ID": "test", "AWS_SECRET_ACCESS_KEY": "test", "AWS_REGION": "us-east-1"}


@contextlib.contextmanager
def s3_server() -> Iterator[str]:
    """Address of an S3 inside the block."""
    logging.getLogger("werkzeug").setLevel(logging.ERROR)
    server = ThreadedMotoServer("127.0.0.1", 0)
    server.start()
    try:
        host, port = server.get_host_and_port()
        yield f"http://{host}:{port}"
    finally:
        server.stop()


def s3_client(endpoint: str) -> Any:
    return boto3.client(
        "s3",
        endpoint_url=endpoint,
        region_name=KEYS["AWS_REGION"],
        aws_access_key_id=KEYS["AWS_ACCESS_KEY_ID"],
        aws_secret_access_key=KEYS["AWS_SECRET_ACCESS_KEY"],
    )


AZURE_ACCOUNT = "devstoreaccount1"
# Azurite's own, which its documentation gives: it opens nothing else.
AZURE_KEY = (
    "Eby8vdM02xNOcqFlqUwJPLlmEtlCDXJ1OUzFT50uSRZ6IFsuFq2UVErCz4I6tq/K1SZFPTOtr/KBHBeksoGMGw=="
)


def program(name: str) -> str:
    """Return the path of an emulator; skips the test if this machine has none."""
    folder = os.environ.get("OBJECT_STORES", "")
    found = shutil.which(name, path=f"{folder}/bin{os.pathsep}{os.environ['PATH']}")
    if found is None:
        pytest.skip(f"there is no {name}: scripts/object-stores says how to install it")
    return found


@contextlib.contextmanager
def azurite(folder: Path) -> Iterator[str]:
    """Address of an Azure Blob Storage account inside the block."""
    command = [
        program("azurite-blob"), "--inMemoryPersistence", "--blobPort", "0",
        "--skipApiVersionCheck", "--disableProductStyleUrl", "--disableTelemetry",
    ]  # fmt: skip
    with _running(command, folder, r"listens on (http://\S+)") as url:
        yield f"{url}/{AZURE_ACCOUNT}"


def create_container(address: str, name: str) -> None:
    """Create a container, by a request signed as the service wants it ("Shared Key")."""
    date = formatdate(usegmt=True)
    headers = {"x-ms-date": date, "x-ms-version": "2021-08-06"}
    lines = "".join(f"{key}:{value}\n" for key, value in headers.items())
    resource = f"/{AZURE_ACCOUNT}/{AZURE_ACCOUNT}/{name}\nrestype:container"
    text = "PUT" + "\n" * 12 + lines + resource
    digest = hmac.digest(base64.b64decode(AZURE_KEY), text.encode(), "sha256")
    headers["Authorization"] = f"SharedKey {AZURE_ACCOUNT}:{base64.b64encode(digest).decode()}"
    httpx.put(f"{address}/{name}?restype=container", headers=headers).raise_for_status()


@contextlib.contextmanager
def _running(command: list[str], folder: Path, pattern: str) -> Iterator[str]:
    log = folder / "log"
    with log.open("wb") as output:
        process = subprocess.Popen(command, cwd=folder, stdout=output, stderr=output)
    try:
        yield wait_for(command[0], lambda: _address(log, pattern))
    finally:
        process.terminate()
        process.wait(20)


def _address(log: Path, pattern: str) -> str | None:
    found = re.search(pattern, log.read_text())
    return found[1] if found else None
