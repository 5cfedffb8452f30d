import importlib
import sys
from pathlib import Path
from types import ModuleType

import pytest

from celltrail_magics.capturing.modules import Loaded, local_modules


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder that modules are imported from; they are forgotten afterwards."""
    monkeypatch.syspath_prepend(tmp_path)
    monkeypatch.setattr(sys, "modules", sys.modules.copy())
    return tmp_path


def test_a_module_is_news_once_and_when_it_is_loaded_again(folder: Path) -> None:
    loaded = Loaded(folder)
    (folder / "celltrail_helpers.py").write_text("x = 1")
    assert loaded.take_news() == []
    module = importlib.import_module("celltrail_helpers")
    assert loaded.has_news()
    [news] = loaded.take_news()
    assert (news.name, news.relative) == ("celltrail_helpers", "celltrail_helpers.py")
    assert not loaded.has_news()
    importlib.reload(module)
    assert loaded.has_news()
    assert [one.name for one in loaded.take_news()] == ["celltrail_helpers"]


def test_only_the_user_s_own_python_below_the_folder_counts() -> None:
    def module(file: str | None) -> ModuleType:
        made = ModuleType("made")
        made.__file__ = file
        return made

    class Lazy(ModuleType):
        def __getattribute__(self, name: str) -> object:
            raise AssertionError("a lazy module is imported by asking it")

    class Library:
        __slots__ = ()
        __class__ = ModuleType  # type: ignore[assignment]

    modules = {
        "ours": module("/home/ada/pkg/ours.py"),
        "compiled": module("/home/ada/fast.so"),
        "installed": module("/home/ada/env/lib/python3/site-packages/a.py"),
        "hidden": module("/home/ada/.venv/b.py"),
        "elsewhere": module("/home/adalbert/c.py"),
        "namespace": module(None),
        "lazy": Lazy("lazy"),
        "odd": object(),
        "cffi": Library(),
        "__main__": module("/home/ada/main.py"),
    }
    found = list(local_modules(Path("/home/ada"), modules))
    assert [(one.name, one.relative) for one in found] == [("ours", "pkg/ours.py")]
