"""Page tokens of lists that are paged by their number of rows, as MLflow's are."""

import base64
import binascii
import json

from celltrail.errors import InvalidError


def parse_token(token: str | None) -> int:
    """Return the offset in a page token of a list; raises `InvalidError`."""
    if not token:
        return 0
    try:
        offset = json.loads(base64.b64decode(token, validate=True))["offset"]
    except (binascii.Error, ValueError, TypeError, KeyError):
        offset = None
    if not isinstance(offset, int) or not 0 <= offset < 2**63:
        raise InvalidError(f"Invalid page token {token[:100]!r}: it is none of this list")
    return offset


def next_token(offset: int, taken: int, found: int) -> str | None:
    """Return the token of what follows `taken` of the `found` rows, None if that is nothing."""
    if found <= taken:
        return None
    return base64.b64encode(json.dumps({"offset": offset + taken}).encode()).decode()
