"""Sending an artifact's bytes, in a way that no browser runs them as a page of this server."""

import re
from pathlib import PurePosixPath
from typing import Any
from urllib.parse import quote

from litestar import Response
from litestar.response import Stream

from celltrail.errors import InvalidError
from celltrail_server.blobs.base import Blob
from celltrail_server.problems import body_of
from celltrail_server.routes.ranges import names, parse_range
from celltrail_server.routes.services import Call, Services
from celltrail_server.store.records import Artifact

# Shown in place; everything else (HTML, SVG, XML, scripts, PDF, unknown types) is a download.
INLINE = re.compile(
    r"image/(png|jpeg|gif|webp|avif|bmp)|(audio|video)/[\w.+-]+|text/(plain|csv|markdown)"
    r"|application/json"
)
_MEDIA_TYPE = re.compile(r"[\w.+-]+/[\w.+-]+", re.ASCII)

SIGNED_SECONDS = 900
"""How long an address in a bucket is good, long enough for a large file to be begun."""

Download = Response[Any]
"""The bytes or a range of them; 304 if the client has them; 416 if there is no such range."""


async def download(request: Call, services: Services, artifact: Artifact) -> Download:
    """Return the answer that carries the artifact, or as much of it as the request wants."""
    tag = f'"{artifact.sha256}"'
    fixed = {"ETag": tag, "Cache-Control": "private, no-cache", "Accept-Ranges": "bytes"}
    if names(request.headers.get("if-none-match", ""), tag):
        return Response(None, status_code=304, headers=fixed)
    size_bytes = artifact.size_bytes
    wanted = request.headers.get("range", "")
    if request.headers.get("if-range", tag) != tag:
        wanted = ""
    try:
        part = parse_range(wanted, size_bytes)
    except ValueError as error:
        return Response(
            body_of(InvalidError(str(error))),
            status_code=416,
            media_type="application/json",
            headers={"Content-Range": f"bytes */{size_bytes}"},
        )
    start, stop = part or (0, size_bytes)
    chunks = await services.blobs.read(Blob(artifact.sha256, size_bytes), start, stop)
    if part is not None:
        fixed["Content-Range"] = f"bytes {start}-{stop - 1}/{size_bytes}"
    media_type = _safe_type(artifact.media_type)
    return Stream(
        chunks,
        status_code=200 if part is None else 206,
        media_type=media_type,
        headers=fixed
        | {
            "Content-Length": str(stop - start),
            "Content-Disposition": _disposition(artifact.path, media_type),
            "Content-Security-Policy": "sandbox; default-src 'none'",
            "X-Content-Type-Options": "nosniff",
            "Cross-Origin-Resource-Policy": "same-site",
        },
    )


def _safe_type(sent: str) -> str:
    media_type = sent.partition(";")[0].strip().lower()
    return media_type if _MEDIA_TYPE.fullmatch(media_type) else "application/octet-stream"


def _disposition(path: str, media_type: str) -> str:
    placement = "inline" if INLINE.fullmatch(media_type) else "attachment"
    return f"{placement}; filename*=UTF-8''{quote(PurePosixPath(path).name, safe='')}"
