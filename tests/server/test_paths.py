"""Names of artifacts: what is refused, and how folders are listed."""

import pytest

from celltrail.errors import InvalidError
from celltrail_server.paths import artifact_path, children

TRAVERSALS = [
    "../../etc/passwd",
    "..",
    "a/../../b",
    "a/..",
    "./a",
    "a//b",
    "/etc/passwd",
    "//etc/passwd",
    "..\\..\\secret",
    "\\..\\secret",
    "a/..\\b",
    "C:/windows",
    "c:\\windows",
    "C:",
    "file:///etc/passwd",
    "s3:/bucket/key",
    "a\x00b",
    "a\nb",
    "%2e%2e/secret",
    "%2E%2E%2Fsecret",
    "..%2fsecret",
    "%252e%252e%252fsecret",
    "a%00b",
    "%5c..%5csecret",
    "a/",
    "",
    "x" * 1025,
]


@pytest.mark.parametrize("path", TRAVERSALS)
def test_a_path_that_leaves_its_run_is_refused(path: str) -> None:
    with pytest.raises(InvalidError, match="Invalid path"):
        artifact_path(path)


@pytest.mark.parametrize(
    "path",
    ["a.txt", "plots/loss #1?.png", "a;b", "100%.txt", "…/ü/🦉", "a/.hidden", "..a", "ab:c/d"],
)
def test_an_ordinary_name_is_kept_as_it_is(path: str) -> None:
    assert artifact_path(path) == path


def test_a_folder_lists_its_files_and_folders_once() -> None:
    sizes = {"a": 1, "dir/b": 2, "dir/c": 3, "dir/sub/d": 4, "dirt": 5}
    assert children(sizes, "") == [("a", 1), ("dir", None), ("dirt", 5)]
    assert children(sizes, "dir") == [("dir/b", 2), ("dir/c", 3), ("dir/sub", None)]
    assert children(sizes, "a") == []
