"""Memory that no object keeps is not looked at: an address may lead anywhere."""

import ctypes
import mmap
from pathlib import Path

import pytest

from celltrail_dataflow.tracing.fingerprints import look_at


def is_looked_into(value: object) -> bool:
    fingerprint = look_at(value).fingerprint
    return fingerprint is not None and not fingerprint.is_opaque


def test_c_data_is_looked_at_where_an_object_keeps_it() -> None:
    number = ctypes.c_int(3)
    pair = (ctypes.c_int * 2)(1, 2)
    assert is_looked_into(number)
    assert is_looked_into(pair)
    assert not is_looked_into(ctypes.c_int.from_address(ctypes.addressof(number)))
    assert not is_looked_into(ctypes.pointer(number).contents)


@pytest.mark.parametrize(("bytes_left", "is_there"), [(8192, True), (10, False)])
def test_a_map_is_looked_at_while_its_file_is_long_enough(
    bytes_left: int, is_there: bool, tmp_path: Path
) -> None:
    path = tmp_path / "data"
    path.write_bytes(b"x" * 8192)
    with path.open("r+b") as file, mmap.mmap(file.fileno(), 0) as memory:
        file.truncate(bytes_left)
        assert is_looked_into(memory) == is_there
