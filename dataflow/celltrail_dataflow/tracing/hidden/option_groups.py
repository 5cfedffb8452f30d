"""The options of each library: which cells may set one, and which may depend on one."""

import io
import os
import sys
from collections.abc import Callable
from contextvars import Context
from dataclasses import dataclass
from typing import Any

from celltrail_dataflow.tracing.hidden.cell import Cell
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


_INTERACTIVE = ("backend", "interactive")
"""Options of matplotlib that decide where figures go; the first figure sets them by itself."""


def _of_drawing(parameters: Any) -> dict[str, Any]:
    return {name: value for name, value in dict.items(parameters) if name not in _INTERACTIVE}


def _of_backend(parameters: Any) -> dict[str, Any]:
    return {name: dict.get(parameters, name) for name in _INTERACTIVE}


def _sets_backend(cell: Cell) -> bool:
    if cell.reaches("run_line_magic"):
        return not cell.touches.texts.isdisjoint({"matplotlib", "pylab"})
    is_used = cell.reaches("use") and not cell.reaches("style")
    return is_used or cell.reaches("switch_backend", "ion", "ioff")


def _inline(module: Any) -> dict[str, Any]:
    backend = module.InlineBackend._instance
    names = ("figure_formats", "print_figure_kwargs", "close_figures")
    return {name: repr(getattr(backend, name)) for name in names} if backend else {}


def _sets_inline(cell: Cell) -> bool:
    return any(text.startswith("InlineBackend.") for text in cell.touches.texts)


def _draws(cell: Cell, option: str) -> bool:
    return cell.draws or cell.reaches("rcParams")


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
        "int_max_str_digits": module.get_int_max_str_digits(),
        **{f"path.{entry}": True for entry in module.path},
    }


def _uses_interpreter(cell: Cell, option: str) -> bool:
    if option.startswith("path."):
        return _imports_from(cell, option.removeprefix("path."))
    is_recursive = option == "recursionlimit" and any(
        code.is_function and code.name in code.names for code in cell.touches.codes
    )
    is_long = option == "int_max_str_digits" and (_makes_text(cell) or cell.reaches("int"))
    return is_recursive or is_long or cell.reaches(f"get{option}", f"get_{option}")


def _imports_from(cell: Cell, folder: str) -> bool:
    files = (
        getattr(sys.modules.get(name), "__file__", None) or "" for name in cell.touches.imports
    )
    start = os.path.join(os.path.abspath(folder), "")
    return any(file.startswith(start) for file in files)


GROUPS = (
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
        "matplotlib", "matplotlib", lambda module: _of_drawing(module.rcParams),
        lambda cell: _draws(cell, ""),
        _draws,
        initial=lambda module: _of_drawing(module.rcParamsOrig),
    ),
    Group(
        "figures", "matplotlib", lambda module: _of_backend(module.rcParams), _sets_backend,
        lambda cell, _: cell.reaches("get_backend", "isinteractive", "is_interactive", "rcParams"),
        is_shown=_draws,
        initial=lambda module: _of_backend(module.rcParamsOrig),
    ),
    Group(
        "inline", "matplotlib_inline.config", _inline, _sets_inline, lambda cell, _: False,
        is_shown=_draws,
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
        _mentions(
            *("path", "setrecursionlimit", "setswitchinterval", "set_int_max_str_digits", "chdir")
        ),
        _uses_interpreter,
    ),
)  # fmt: skip
