"""The two routes without a token."""

from litestar import MediaType, get

from celltrail import __version__


@get("/health", media_type=MediaType.TEXT)
async def health() -> str:
    """Say that the server is ready: it answers only once its database is open."""
    return "OK"


@get("/version", media_type=MediaType.TEXT)
async def version() -> str:
    """Return the server's version."""
    return __version__
