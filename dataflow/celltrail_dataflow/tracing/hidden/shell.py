"""What the notebook told its shell: `@shell:magic.line.tick`, `@shell:setting.autocall`.

Magics, aliases, callbacks, formatters and transformers are registered once, and the shell runs them
later without a name of the notebook. So a cell reads the registration of what ran in it.
"""

import contextlib
import sys
from collections.abc import Collection, Iterator
from types import BuiltinFunctionType, CodeType, FunctionType, MethodType
from typing import Any

from celltrail_dataflow.tracing.fingerprints import compare, look_at
from celltrail_dataflow.tracing.hidden.cell import Cell, Effects, changes
from celltrail_dataflow.tracing.kinds import module
from celltrail_dataflow.tracing.ownership import is_own
from celltrail_dataflow.tracing.pickling import Fingerprint

_TELLING = (
    *("register", "unregister", "register_magics", "register_magic_function", "define_alias"),
    *("register_line_magic", "register_cell_magic", "register_line_cell_magic", "run_line_magic"),
    *("for_type", "for_type_by_name", "ast_transformers", "input_transformers_post"),
    *("input_transformers_cleanup", "register_function", "load_extension", "type_printers"),
    *("set_custom_exc", "autocall", "automagic", "ast_node_interactivity"),
)
_CALLING = ("run_line_magic", "run_cell_magic", "magic")
_SETTINGS = ("autocall", "automagic", "ast_node_interactivity")


class Shell:
    """Knows what the shell was told since tracing began."""

    def __init__(self) -> None:
        self._told: set[str] = set()
        self._known: dict[str, object] = {}
        self._looks: dict[str, Fingerprint | None] = {}

    def begin(self) -> None:
        """A cell is about to run."""
        # Not before: the magics of what traces are registered after its tracer is made.
        if not self._known and (shell := _shell()) is not None:
            self._known = {name: _identity(value) for name, value in _state(shell)}

    def end(self, cell: Cell, effects: Effects) -> None:
        """Add what the cell told the shell, and what the shell was told before that it met."""
        is_telling = cell.mentions(*_TELLING)
        if not (self._told or is_telling) or (shell := _shell()) is None:
            return
        state = dict(_state(shell))
        for name in self._told & state.keys():
            if _is_used(name, state[name], cell, effects):
                effects.read(f"@shell:{name}")
                before = self._looks.get(name)
                self._looks[name] = look = _look(state[name])
                if before and look and compare(before, look) != "same":
                    effects.write(f"@shell:{name}")
        if is_telling:
            now = {name: _identity(value) for name, value in state.items()}
            for name, _ in changes(self._known, now):
                effects.write(f"@shell:{name}")
                self._told.add(name)
                self._looks[name] = _look(state.get(name))
            self._known = now


def _shell() -> Any:
    module: Any = sys.modules.get("IPython.core.getipython")
    return module.get_ipython() if module else None


def _state(shell: Any) -> Iterator[tuple[str, Any]]:
    """Yield all that the shell can be told; what it calls as tuples of objects."""
    for kind, magics in shell.magics_manager.magics.items():
        for name, function in magics.items():
            yield f"magic.{kind}.{name}", (function,)
    for name, callbacks in shell.events.callbacks.items():
        yield f"event.{name}", tuple(callbacks)
    for name, formatter in shell.display_formatter.formatters.items():
        yield f"formatter.{name}", tuple(_printers(formatter))
    yield (
        "transformers",
        (
            *shell.ast_transformers,
            *shell.input_transformers_post,
            *shell.input_transformers_cleanup,
        ),
    )
    yield "exceptions", (shell.CustomTB,) if shell.custom_exceptions else ()
    for name in _SETTINGS:
        yield f"setting.{name}", getattr(shell, name)


def _printers(formatter: Any) -> Iterator[Any]:
    # What is behind the trait: if nobody has asked for it yet, it would import numpy.
    for one in formatter._trait_values.get("type_printers", {}).values():
        if not (type(one) is FunctionType and str(one.__module__).startswith("IPython.")):
            yield one


def _look(value: Any) -> Fingerprint | None:
    """Return how the user's own objects look whose methods the shell calls."""
    methods = [one for one in value if type(one) is MethodType] if type(value) is tuple else ()
    owners = tuple(one.__self__ for one in methods if is_own(type(one.__self__)))
    return look_at(owners).fingerprint if owners else None


def _identity(value: Any) -> object:
    return frozenset(map(_called, value)) if type(value) is tuple else value


def _called(value: Any) -> int:
    """Return what tells one of the shell's objects from others."""
    owner = type(value.__self__) if type(value) is MethodType else type(value)
    if module(owner).startswith("IPython.core.magic"):
        return 0  # its own magics, which it loads when they are first used
    if type(value) is MethodType and not is_own(owner):
        return id(value.__func__)  # as when an extension is loaded again
    return id(value)


def _is_used(name: str, value: Any, cell: Cell, effects: Effects) -> bool:
    kind, _, rest = name.partition(".")
    touches = cell.touches
    if kind == "magic":
        return rest.partition(".")[2] in touches.texts and cell.mentions(*_CALLING)
    if rest == "autocall":
        return touches.has_called
    if rest == "automagic":
        return cell.mentions(*_CALLING)
    if rest == "ast_node_interactivity":
        return touches.shown > 0
    ran = {code.reference() for code in touches.codes}
    is_used = False
    for one in value:
        if type(one) is BuiltinFunctionType:  # nobody hears it run
            effects.objects.add(id(one.__self__))
            is_used = True
        is_used |= not ran.isdisjoint(_codes(one))
    return is_used


def _codes(value: Any) -> Collection[CodeType]:
    """Return the code that may run when the shell calls an object, or one of its methods."""
    function = value.__func__ if type(value) is MethodType else value
    if type(function) is FunctionType:
        functions = (function, *_wrapped(function))
        return {one.__code__ for one in functions if type(one) is FunctionType}
    members = [one for kind in type(value).__mro__ for one in vars(kind).values()]
    return {one.__code__ for one in members if type(one) is FunctionType}


def _wrapped(function: FunctionType) -> Iterator[Any]:
    for cell in function.__closure__ or ():
        with contextlib.suppress(ValueError):  # not bound yet
            yield cell.cell_contents
