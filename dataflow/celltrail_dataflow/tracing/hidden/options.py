"""Options that change what libraries do: `@option:pandas.display.max_rows`.

Each group knows which cells may set one of its options, and which may depend on one that was set.
"""

import io
import os
import sys
from collections.abc import Callable
from contextvars import Context
from dataclasses import dataclass
from typing import Any

from celltrail_dataflow.tracing.hidden.cell import Cell, Effects, changes
from celltrail_dataflow.tracing.kinds import package

_TO_TEXT = (
    *("repr", "str", "format", "ascii", "to_string", "to_html", "to_latex", "to_markdown"),
    *("__repr__", "__str__", "_repr_html_", "array2string", "run_cell_magic", "get_printoptions"),
    *("get_option", "options", "describe_option", "redirect_stdout", "getvalue"),
)
_LOCAL_TIME = (
    *("localtime", "mktime", "ctime", "asctime", "strftime", "fromtimestamp", "timestamp"),
    *("now", "today", "astimezone", "tzname", "timezone", "altzone"),
)
_SHOWING = ("print", "display", "pprint", "info")
_PLAIN = frozenset({int, float, complex, str, bytes, bool})
"""Exact types whose texts depend on no option of a library."""


@dataclass(frozen=True)
class Group:
    """The options of one library.

    module: which must have been imported. state: returns them all, by name. may_set: whether a cell
    may have set one; its state is looked at only then. is_used: whether it depends on one.
    is_shown: whether what it shows does. objects: ids of what the library then uses without a
    name, and may change. initial: the state just after the import, if that can still be told.
    """

    name: str
    module: str
    state: Callable[[Any], dict[str, Any]]
    may_set: Callable[[Cell], bool]
    is_used: Callable[[Cell, str], bool]
    objects: Callable[[Any], set[int]] = lambda module: set()
    is_shown: Callable[[Cell, str], bool] = lambda cell, option: False
    initial: Callable[[Any], dict[str, Any]] | None = None


class Options:
    """Compares the options of all groups."""

    def __init__(self) -> None:
        self._known = {
            group.name: group.state(sys.modules[group.module])
            for group in _GROUPS
            if group.module in sys.modules
        }
        self._set: dict[str, set[str]] = {}

    def begin(self) -> None:
        """A cell is about to run."""

    def end(self, cell: Cell, effects: Effects) -> None:
        """Add the options that the cell set, and those that it depends on."""
        for group in _GROUPS:
            module = sys.modules.get(group.module)
            if module is None:
                continue
            for option in self._set.get(group.name, ()):
                if group.is_used(cell, option):
                    effects.read(f"@option:{group.name}.{option}")
                    effects.objects |= group.objects(module)
                elif group.is_shown(cell, option):
                    effects.shown.add(f"@option:{group.name}.{option}")
            if group.name not in self._known:
                self._known[group.name] = (group.initial or group.state)(module)
            if group.may_set(cell):
                self._compare(group, group.state(module), effects)

    def _compare(self, group: Group, after: dict[str, Any], effects: Effects) -> None:
        for option, value in changes(self._known[group.name], after):
            effects.write(f"@option:{group.name}.{option}", value)
            self._set.setdefault(group.name, set()).add(option)
        self._known[group.name] = after


def _mentions(*names: str) -> Callable[[Cell], bool]:
    return lambda cell: cell.reaches(*names)


def _makes_text(cell: Cell) -> bool:
    return cell.touches.has_formatted or cell.reaches(*_TO_TEXT) or _prints_elsewhere(cell)


def _prints_elsewhere(cell: Cell) -> bool:
    """Whether it may print to a file, so that more than what it shows depends on how."""
    return cell.reaches("print") and any(
        issubclass(type(cell.namespace.get(name)), io.IOBase) for name in cell.touches.loads
    )


def _shows(cell: Cell) -> bool:
    """Whether it shows more than what looks always alike."""
    if cell.reaches(*_SHOWING) or cell.touches.shown > 1:
        return True
    kind = type(cell.result)
    return cell.touches.shown > 0 and not (kind in _PLAIN or package(kind) == "matplotlib")


def _pandas(module: Any) -> dict[str, Any]:
    state: dict[str, Any] = {}

    def collect(options: dict[str, Any], prefix: str) -> None:
        for key, value in options.items():
            if type(value) is dict:
                collect(value, f"{prefix}{key}.")
            else:
                state[prefix + key] = value

    collect(module._global_config, "")
    return state


def _uses_pandas(cell: Cell, option: str) -> bool:
    if option.startswith(("display.", "styler.")):
        return _makes_text(cell)
    return "pandas" in cell.packages


def _is_shown_by_pandas(cell: Cell, option: str) -> bool:
    return option.startswith(("display.", "styler.")) and _shows(cell)


def _numpy(module: Any) -> dict[str, Any]:
    return {**module.get_printoptions(), "errors": module.geterr()}


def _uses_numpy(cell: Cell, option: str) -> bool:
    if option == "errors":
        return cell.touches.has_caught or cell.reaches("geterr", "errstate")
    return _makes_text(cell)


_OF_ESTIMATORS = ("display", "print_changed_only")


def _uses_sklearn(cell: Cell, option: str) -> bool:
    if option in _OF_ESTIMATORS:
        return _makes_text(cell)
    return "sklearn" in cell.packages


def _sets_numpy(cell: Cell) -> bool:
    return "precision" in cell.touches.texts or cell.reaches(
        *("set_printoptions", "seterr", "printoptions", "errstate", "seterrcall")
    )


def _without_backend(parameters: Any) -> dict[str, Any]:
    """Return matplotlib's options but the one that the first figure sets by itself."""
    return {name: value for name, value in dict.items(parameters) if name != "backend"}


def _sets_backend(cell: Cell) -> bool:
    is_used = cell.reaches("use") and not cell.reaches("style")
    return is_used or cell.reaches("switch_backend", "run_line_magic")


def _draws(cell: Cell, option: str) -> bool:
    return cell.reaches("rcParams", "plot", "hist") or not cell.packages.isdisjoint(
        {"matplotlib", "seaborn", "pylab"}
    )


def _shell(module: Any) -> dict[str, Any]:
    if (shell := module.get_ipython()) is None:
        return {}
    text = shell.display_formatter.formatters["text/plain"]
    formats = {name: getattr(text, name) for name in ("float_format", "pprint", "max_width")}
    return {**formats, "ast_node_interactivity": shell.ast_node_interactivity}


def _sets_shell(cell: Cell) -> bool:
    return cell.reaches(
        *("run_line_magic", "get_ipython", "InteractiveShell", "display_formatter", "formatters")
    )


def _logging(module: Any) -> dict[str, Any]:
    loggers = {
        name: logger
        for name, logger in module.root.manager.loggerDict.items()
        if hasattr(logger, "handlers")
    }
    return {
        "disabled": module.root.manager.disable,
        "levels": tuple(module._levelToName.items()),
        **{
            name: (one.level, tuple(map(id, one.handlers)), one.disabled, one.propagate)
            for name, one in {"root": module.root, **loggers}.items()
        },
    }


def _handlers(module: Any) -> set[int]:
    loggers = [module.root, *module.root.manager.loggerDict.values()]
    handlers = [one for logger in loggers for one in getattr(logger, "handlers", ())]
    return {id(one) for one in handlers} | {id(getattr(one, "stream", one)) for one in handlers}


def _logs(cell: Cell) -> bool:
    return "logging" in cell.packages or cell.reaches("logging", "getLogger", "basicConfig")


def _warns(cell: Cell, option: str) -> bool:
    return cell.touches.has_caught or cell.reaches("catch_warnings", "filters")


def _interpreter(module: Any) -> dict[str, Any]:
    return {
        "recursionlimit": module.getrecursionlimit(),
        "switchinterval": module.getswitchinterval(),
        **{f"path.{entry}": True for entry in module.path},
    }


def _uses_interpreter(cell: Cell, option: str) -> bool:
    if option.startswith("path."):
        return _imports_from(cell, option.removeprefix("path."))
    return cell.reaches(f"get{option}")


def _imports_from(cell: Cell, folder: str) -> bool:
    files = (
        getattr(sys.modules.get(name), "__file__", None) or "" for name in cell.touches.imports
    )
    start = os.path.join(os.path.abspath(folder), "")
    return any(file.startswith(start) for file in files)


_GROUPS = (
    Group(
        "pandas", "pandas._config.config", _pandas,
        _mentions("set_option", "options", "reset_option", "option_context"),
        _uses_pandas, is_shown=_is_shown_by_pandas,
        initial=lambda module: {
            name: option.defval for name, option in module._registered_options.items()
        },
    ),
    Group(
        "numpy", "numpy", _numpy, _sets_numpy, _uses_numpy,
        is_shown=lambda cell, option: option != "errors" and _shows(cell),
        initial=lambda module: Context().run(_numpy, module),
    ),
    Group(
        "torch", "torch._tensor_str", lambda module: dict(vars(module.PRINT_OPTS)),
        _mentions("set_printoptions"),
        lambda cell, _: _makes_text(cell),
        is_shown=lambda cell, _: _shows(cell),
    ),
    Group(
        "matplotlib", "matplotlib", lambda module: _without_backend(module.rcParams),
        lambda cell: _draws(cell, ""),
        _draws,
        initial=lambda module: _without_backend(module.rcParamsOrig),
    ),
    Group(
        "backend", "matplotlib",
        lambda module: {"matplotlib": dict.get(module.rcParams, "backend")},
        _sets_backend, _draws,
    ),
    Group(
        "IPython", "IPython.core.getipython", _shell, _sets_shell, lambda cell, _: False,
        is_shown=lambda cell, _: cell.touches.shown > 0,
    ),
    Group(
        "warnings", "warnings", lambda module: {"filters": tuple(module.filters)},
        _mentions(
            "simplefilter", "filterwarnings", "resetwarnings", "catch_warnings", "filters",
            "captureWarnings",
        ),
        _warns,
    ),
    Group(
        "decimal", "decimal", lambda module: {"context": repr(module.getcontext())},
        lambda cell: "decimal" in cell.packages,
        lambda cell, _: "decimal" in cell.packages,
    ),
    Group(
        "time", "time", lambda module: {"zone": (module.tzname, module.timezone, module.altzone)},
        _mentions("tzset"),
        lambda cell, _: cell.reaches(*_LOCAL_TIME),
    ),
    Group(
        "sklearn", "sklearn._config", lambda module: module.get_config(),
        _mentions("set_config", "config_context"),
        _uses_sklearn, is_shown=lambda cell, option: option in _OF_ESTIMATORS and _shows(cell),
        initial=lambda module: dict(module._global_config),
    ),
    Group(
        "locale", "locale", lambda module: {"all": module.setlocale(module.LC_ALL)},
        _mentions("setlocale"),
        lambda cell, _: "locale" in cell.packages or cell.reaches("strftime"),
    ),
    Group("logging", "logging", _logging, _logs, lambda cell, _: _logs(cell), _handlers),
    Group(
        "sys", "sys", _interpreter,
        _mentions("path", "setrecursionlimit", "setswitchinterval", "chdir"),
        _uses_interpreter,
    ),
)  # fmt: skip
