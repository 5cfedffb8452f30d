"""Which parts of what is displayed are figures, as files. Pure.

Of a bundle (MIME type → data, as IPython displays it) the image is kept, and the specification of
a plotly, vega or vega-lite figure as JSON. HTML never is. Their texts are masked; pixels cannot be.
"""

import base64
import binascii
import re
from collections.abc import Mapping
from typing import Any, NamedTuple

import msgspec

from celltrail.masking import mask_text, mask_value

MAX_BYTES = 5_000_000
"""A figure that is larger is not kept."""

_SPECIFICATION = re.compile(r"application/vnd\.(plotly|vega|vegalite)\.v\d+(\.\d+)*[+.]json")
_SVG_TEXT = re.compile(r"(?<=>)\s*[^<>\s][^<>]*(?=<)|(?<=<!--)[^<>]+(?=-->)")
"""What can be read in an SVG, and what matplotlib notes as a comment where it draws letters."""

_HOLDS_TEXT = (str, dict, list)
_ENCODED = frozenset({"bdata"})
"""Keys of numbers that plotly writes as base64."""

_IMAGES = {
    "image/png": "png",
    "image/jpeg": "jpg",
    "image/svg+xml": "svg",
    "image/webp": "webp",
    "image/gif": "gif",
}


class File(NamedTuple):
    """The content of a file that a cell run showed, and the ending of its name."""

    ending: str
    media_type: str
    content: bytes


def figure_files(bundle: Mapping[str, Any]) -> list[File]:
    """Return the figure in a bundle: nothing, an image, a specification, or one of each."""
    image = next((_image(kind, bundle[kind]) for kind in _IMAGES if kind in bundle), None)
    kinds = [kind for kind in bundle if _SPECIFICATION.fullmatch(kind)]
    files = [image, _specification(kinds[0], bundle[kinds[0]]) if kinds else None]
    return [file for file in files if file and 0 < len(file.content) <= MAX_BYTES]


def _image(kind: str, data: Any) -> File | None:
    if isinstance(data, bytes):
        content = data
    elif isinstance(data, str) and kind == "image/svg+xml":
        text = _SVG_TEXT.sub(lambda found: mask_text(found[0]), data[: MAX_BYTES + 1])
        content = text.encode(errors="replace")
    elif isinstance(data, str) and len(data) < 2 * MAX_BYTES:
        try:
            content = base64.b64decode(data.replace("\n", ""), validate=True)
        except binascii.Error:
            return None
    else:
        return None
    return File(_IMAGES[kind], kind, content)


def _specification(kind: str, data: Any) -> File | None:
    try:
        if len(content := msgspec.json.encode(data)) > MAX_BYTES:
            return None
        safe = _masked(msgspec.json.decode(content))
        return File("json", kind, msgspec.json.encode(safe))
    except (TypeError, ValueError, OverflowError, RecursionError):
        return None


def _masked(data: Any, name: str = "") -> Any:
    """Return a specification with its texts masked, those of a key by its name."""
    match data:
        case dict():
            return {key: _masked(value, key) for key, value in data.items()}
        case list():
            return [_masked(one, name) if type(one) in _HOLDS_TEXT else one for one in data]
        case str() if name not in _ENCODED and not data.startswith("data:"):
            return mask_value(name, data)
    return data
