"""Sending an artifact's bytes, in a way that no browser runs them as a page of this server."""

import re
from pathlib import PurePosixPath
from urllib.parse import quote

from litestar.response import Stream

from celltrail_server.routes.services import Services
from celltrail_server.store.records import Artifact

# Shown in place; everything else (HTML, SVG, XML, scripts, PDF, unknown types) is a download.
INLINE = re.compile(
    r"image/(png|jpeg|gif|webp|avif|bmp)|(audio|video)/[\w.+-]+|text/(plain|csv|markdown)"
    r"|application/json"
)
_MEDIA_TYPE = re.compile(r"[\w.+-]+/[\w.+-]+", re.ASCII)


async def download(services: Services, artifact: Artifact) -> Stream:
    """Return the answer that carries the artifact."""
    chunks = await services.blobs.read(artifact.sha256)
    media_type = artifact.media_type.partition(";")[0].strip().lower()
    if _MEDIA_TYPE.fullmatch(media_type) is None:
        media_type = "application/octet-stream"
    placement = "inline" if INLINE.fullmatch(media_type) else "attachment"
    name = quote(PurePosixPath(artifact.path).name, safe="")
    return Stream(
        chunks,
        media_type=media_type,
        headers={
            "Content-Length": str(artifact.size_bytes),
            "Content-Disposition": f"{placement}; filename*=UTF-8''{name}",
            "Content-Security-Policy": "sandbox; default-src 'none'",
            "X-Content-Type-Options": "nosniff",
            "Cross-Origin-Resource-Policy": "same-site",
            "Cache-Control": "private, no-cache",
        },
    )
