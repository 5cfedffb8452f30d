"""`Range` and what goes with it (RFC 9110, sections 13 and 14). Pure."""

import re

_RANGE = re.compile(r"bytes=(\d{0,19})-(\d{0,19})", re.ASCII)


def parse_range(header: str, size_bytes: int) -> tuple[int, int] | None:
    """Return (start, stop) of the bytes that a `Range` header asks for; None: all of them.

    More than one range, or something else, counts as none, as the RFC allows. Raises `ValueError`
    if there are no such bytes.
    """
    match = _RANGE.fullmatch(header.strip())
    if match is None or match[0] == "bytes=-":
        return None
    first, last = match.groups()
    if not first:
        start, stop = max(size_bytes - int(last), 0), size_bytes
    else:
        start, stop = int(first), size_bytes
        if last:
            if int(last) < start:
                return None
            stop = min(int(last) + 1, size_bytes)
    if start >= stop:
        raise ValueError(f"there are no bytes {header} of {size_bytes}")
    return start, stop


def names(header: str, tag: str) -> bool:
    """Whether an `If-None-Match` header names the entity tag, or any."""
    return any(one.strip().removeprefix("W/") in ("*", tag) for one in header.split(","))
