"""Backups: a folder with all rows of one moment and the blobs that they know of.

    manifest.json   what the backup has, with hashes (`Manifest`); its own is in manifest.sha256
    tables/NAME     the rows of a table (`store.dumps`), the same for every database
    blobs.txt       a line `SHA256 SIZE` for each blob
    blobs/ab/abcd…  the blobs; their names are their hashes

A backup is made in one read transaction while servers go on, and appears under its name when it is
complete. The token of `--auth token` is not in it.
"""

import asyncio
import hashlib
import os
import shutil
from collections.abc import Awaitable, Callable, Iterable
from itertools import batched
from pathlib import Path
from typing import TYPE_CHECKING

import msgspec

from celltrail import __version__
from celltrail.errors import ConflictError, InvalidError, NotFoundError, UnavailableError
from celltrail.events import now_ms
from celltrail_server.blobs.base import INCOMING, Blob, Blobs
from celltrail_server.blobs.folder import BlobFolder
from celltrail_server.store import dumps, schema
from celltrail_server.store.sessions import Sessions

if TYPE_CHECKING:
    from sqlalchemy import Engine

FORMAT = 1

AT_ONCE = 8
"""Blobs that are copied side by side; each waits for a disk or a bucket most of the time."""

_SEAL = "manifest.sha256"
_MANIFEST, _TABLES, _BLOBS, _BLOB_LIST = "manifest.json", "tables", "blobs", "blobs.txt"


class Manifest(msgspec.Struct, frozen=True):
    """What a backup has. Sizes are in bytes; `missing`: blobs that were not there, or damaged."""

    format: int
    celltrail: str
    revision: str
    created_ms: int
    tables: list[dumps.TableDump]
    blob_count: int
    blob_bytes: int
    blob_list_sha256: str
    missing: list[str]

    @property
    def row_count(self) -> int:
        """The rows of all tables."""
        return sum(table.row_count for table in self.tables)


async def backup(engine: "Engine", blobs: Blobs, target: Path) -> Manifest:
    """Write a backup to the new folder `target`.

    Raises `ConflictError` if it is there already, `SchemaError` for a database of another version.
    """
    if target.exists():
        raise ConflictError(f"{target} is there already: name a new folder for the backup")
    revision = schema.check(engine)
    draft = target.with_name(f".{target.name}.{os.getpid()}")
    try:
        draft.mkdir(parents=True, mode=0o700)
        manifest = await _write(engine, revision, blobs, draft)
        draft.rename(target)
    except OSError as error:
        raise UnavailableError(f"cannot write to {target}: {error.strerror}") from error
    finally:
        shutil.rmtree(draft, ignore_errors=True)
    return manifest


async def restore(source: Path, engine: "Engine", blobs: Blobs) -> Manifest:
    """Fill an empty database and an empty place for blobs from a backup, after verifying it all.

    Raises `ConflictError` if either is not empty, `InvalidError` for a backup that is damaged.
    """
    manifest = read_manifest(source)
    dumps.require_empty(engine, manifest.revision)
    async for some in blobs.listed():
        if some:
            raise ConflictError("the place for artifacts is not empty: restore into a new one")
    await verify(source, manifest)
    copies = BlobFolder(source / _BLOBS, max_bytes=manifest.blob_bytes)
    await _for_each(_read_blob_list(source), lambda blob: _copy(blob, copies, blobs))
    dumps.load(engine, manifest.revision, manifest.tables, source / _TABLES)
    schema.check(engine)
    return manifest


def read_manifest(source: Path) -> Manifest:
    """Return the manifest of a backup; raises `NotFoundError`, or `InvalidError` if it is none."""
    try:
        content, seal = (source / _MANIFEST).read_bytes(), (source / _SEAL).read_text().strip()
        if hashlib.sha256(content).hexdigest() != seal:
            raise InvalidError(f"{source / _MANIFEST} is damaged: it has not the hash in {_SEAL}")
        manifest = msgspec.json.decode(content, type=Manifest)
    except OSError as error:
        raise NotFoundError(
            f"there is no backup in {source}: {_MANIFEST}: {error.strerror}"
        ) from error
    except (msgspec.DecodeError, UnicodeDecodeError) as error:
        raise InvalidError(f"{source / _MANIFEST} is damaged: {error}") from error
    if manifest.format != FORMAT or manifest.revision not in schema.REVISIONS:
        raise InvalidError(
            f"the backup in {source} was made by celltrail {manifest.celltrail}, whose schema "
            f"{manifest.revision} this version does not know: install a newer celltrail"
        )
    return manifest


async def verify(source: Path, manifest: Manifest) -> None:
    """Read a whole backup; raises `InvalidError` that names each file that is not as it was."""
    expected = {source / _TABLES / table.name: table.sha256 for table in manifest.tables}
    expected[source / _BLOB_LIST] = manifest.blob_list_sha256
    faults = [path for path, sha256 in expected.items() if _hash(path) != sha256]
    if not faults:
        paths = ((_blob_path(source, blob), blob.sha256) for blob in _read_blob_list(source))
        faults = [path for path, sha256 in paths if _hash(path) != sha256]
    if faults:
        names = ", ".join(str(path.relative_to(source)) for path in faults[:5])
        raise InvalidError(
            f"the backup in {source} is damaged: {len(faults)} files are missing or not as they "
            f"were ({names}); nothing was restored"
        )


async def _write(engine: "Engine", revision: str, blobs: Blobs, folder: Path) -> Manifest:
    (folder / _TABLES).mkdir()
    with Sessions(engine).begun() as connection:
        tables = dumps.dump(connection, folder / _TABLES)
        listed = [Blob(*one) for one in dumps.stored_blobs(connection)]
    missing = await _back_up_blobs(blobs, listed, folder / _BLOBS)
    found = [blob for blob in listed if blob.sha256 not in missing]
    blob_list = "".join(f"{blob.sha256} {blob.size_bytes}\n" for blob in found).encode()
    (folder / _BLOB_LIST).write_bytes(blob_list)
    manifest = Manifest(
        format=FORMAT,
        celltrail=__version__,
        revision=revision,
        created_ms=now_ms(),
        tables=tables,
        blob_count=len(found),
        blob_bytes=sum(blob.size_bytes for blob in found),
        blob_list_sha256=hashlib.sha256(blob_list).hexdigest(),
        missing=sorted(missing),
    )
    content = msgspec.json.format(msgspec.json.encode(manifest))
    (folder / _MANIFEST).write_bytes(content)
    (folder / _SEAL).write_text(hashlib.sha256(content).hexdigest() + "\n")
    return manifest


async def _back_up_blobs(blobs: Blobs, listed: list[Blob], folder: Path) -> set[str]:
    """Copy blobs to a folder; return those that are not there or no longer what they were."""
    copies = BlobFolder(folder, max_bytes=max((one.size_bytes for one in listed), default=0))
    missing: set[str] = set()

    async def copy(blob: Blob) -> None:
        try:
            await _copy(blob, blobs, copies)
        except (NotFoundError, InvalidError):
            missing.add(blob.sha256)

    await _for_each(listed, copy)
    shutil.rmtree(folder / INCOMING, ignore_errors=True)
    return missing


async def _copy(blob: Blob, source: Blobs, target: Blobs) -> None:
    async with target.incoming(await source.read(blob), blob.sha256) as incoming:
        await target.keep(incoming)


async def _for_each(listed: Iterable[Blob], work: Callable[[Blob], Awaitable[None]]) -> None:
    for some in batched(listed, AT_ONCE):
        await asyncio.gather(*map(work, some))


def _read_blob_list(source: Path) -> Iterable[Blob]:
    for line in (source / _BLOB_LIST).read_text().splitlines():
        sha256, size_bytes = line.split()
        yield Blob(sha256, int(size_bytes))


def _blob_path(source: Path, blob: Blob) -> Path:
    return source / _BLOBS / blob.sha256[:2] / blob.sha256


def _hash(path: Path) -> str | None:
    try:
        with path.open("rb") as file:
            return hashlib.file_digest(file, "sha256").hexdigest()
    except OSError:
        return None
