"""From a setting to the place for blobs that it names."""

import os
from pathlib import Path
from urllib.parse import unquote, urlsplit

from celltrail.errors import InvalidError
from celltrail_server.blobs.base import INCOMING, Blobs
from celltrail_server.blobs.folder import BlobFolder

BUCKETS = ("s3", "gs", "az")


def open_blobs(url: str, data_dir: Path, max_bytes: int) -> Blobs:
    """Return the place at `url`, or at CELLTRAIL_ARTIFACTS, or the folder of a data folder.

    Raises `InvalidError` for an URL that cannot be used, or if the package for it is missing.
    """
    url = url or os.environ.get("CELLTRAIL_ARTIFACTS", "")
    if not url:
        return BlobFolder(data_dir / "blobs", max_bytes)
    parts = urlsplit(url)
    if parts.scheme == "file" and parts.netloc in ("", "localhost") and parts.path != "/":
        return BlobFolder(Path(unquote(parts.path)), max_bytes)
    if parts.scheme not in BUCKETS or not parts.netloc or parts.username or parts.query:
        raise InvalidError(
            "the place for artifacts must be s3://BUCKET/PREFIX, gs://BUCKET/PREFIX, "
            "az://CONTAINER/PREFIX or file:///FOLDER, with the credentials in the environment"
        )
    try:
        from celltrail_server.blobs.objects import BlobBucket
    except ModuleNotFoundError as error:
        raise InvalidError(
            f"buckets need the package {error.name}: pip install 'celltrail[buckets]'"
        ) from error
    return BlobBucket(url, data_dir / INCOMING, max_bytes)
