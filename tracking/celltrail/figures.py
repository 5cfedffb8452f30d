"""A figure as the bytes of an image file."""

import io
import mimetypes
from pathlib import PurePosixPath
from typing import Any

from celltrail.errors import InvalidError


def render(figure: Any, name: str) -> tuple[str, bytes]:
    """Return the file name and the bytes of a matplotlib figure, or of what can `savefig`.

    The ending of `name` chooses the format, PNG without one. Raises InvalidError for other
    objects and formats.
    """
    if not callable(getattr(figure, "savefig", None)):
        raise InvalidError(
            f"a {type(figure).__name__} has no savefig: write it to a file and log that with "
            "log_artifact"
        )
    path = PurePosixPath(name)
    file_name = name if path.suffix else f"{name}.png"
    image = io.BytesIO()
    try:
        figure.savefig(image, format=PurePosixPath(file_name).suffix[1:], bbox_inches="tight")
    except ValueError as error:  # matplotlib: "Format 'x' is not supported (supported formats: …)"
        raise InvalidError(str(error)) from error
    return file_name, image.getvalue()


def media_type(name: str) -> str:
    """Return the media type that the ending of `name` stands for."""
    return mimetypes.guess_type(name)[0] or "application/octet-stream"
