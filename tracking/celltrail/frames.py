"""How events lie in a stream's file: one frame after the other, each checked on its own.

A frame is the length of its payload, the CRC-32 of the payload (both unsigned 32 bit, little
endian) and the payload. Whatever cuts a file short, a reader knows where the whole frames end.
The module only translates bytes.
"""

import struct
import zlib
from collections.abc import Iterator

_HEADER = struct.Struct("<II")
HEADER_BYTES = _HEADER.size
_LENGTH = struct.Struct("<I")


def frame(payload: bytes) -> bytes:
    """Return `payload` (not empty) as a frame."""
    return _HEADER.pack(len(payload), zlib.crc32(payload)) + payload


def read_frames(data: bytes) -> Iterator[bytes]:
    """Yield the payloads of the whole frames at the start of `data`.

    Stops at the first frame that is cut short or damaged. No payload is empty: a file system may
    leave zeros at the end of a file when the machine stops, and zeros are not a frame.
    """
    start = 0
    while start + HEADER_BYTES <= len(data):
        length, checksum = _HEADER.unpack_from(data, start)
        payload = data[start + HEADER_BYTES : start + HEADER_BYTES + length]
        if length == 0 or len(payload) < length or zlib.crc32(payload) != checksum:
            return
        yield payload
        start += HEADER_BYTES + length


def split_frames(data: bytes, max_frames: int) -> list[bytes]:
    """Return the first payloads in `data`, of frames that this process trusts, unchecked.

    Three times as fast as `read_frames`; stops likewise at a frame that is cut short.
    """
    payloads: list[bytes] = []
    start, end, length_at = 0, len(data), _LENGTH.unpack_from
    while start + HEADER_BYTES <= end and len(payloads) < max_frames:
        stop = start + HEADER_BYTES + length_at(data, start)[0]
        if stop > end:
            break
        payloads.append(data[start + HEADER_BYTES : stop])
        start = stop
    return payloads


def frame_bytes(data: bytes) -> int:
    """Return how many bytes the frame that begins with `data` takes; needs `HEADER_BYTES`."""
    length: int = _HEADER.unpack_from(data)[0]
    return HEADER_BYTES + length
