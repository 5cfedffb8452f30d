"""Hearing from the interpreter which instructions of a notebook's own code run.

Each instruction is reported once a cell run, through `sys.monitoring` (PEP 669), so a loop costs
what its first round costs. Code is the notebook's if it runs in the notebook's namespace; it is
found by the audit event `exec` (PEP 578), which every cell passes, and so do `eval`, `exec` and the
bodies of timing magics. Nothing here keeps an object of the user.
"""

import contextlib
import sys
import weakref
from collections.abc import Callable
from types import CodeType
from typing import Any, NamedTuple

_TOOL_NAME = "celltrail"
_TOOL_IDS = (3, 4)  # the others are meant for debuggers, coverage, profilers and optimizers

_IMPORTER = "<frozen importlib"


class WatchError(Exception):
    """The interpreter cannot tell: another tool has taken the last free place."""


class WatchedCode:
    """What is kept of a code object of the notebook: its instructions, not the object."""

    __slots__ = ("bytecode", "is_class_body", "is_root", "names", "reference")

    def __init__(self, code: CodeType, is_root: bool, reference: weakref.ref[CodeType]) -> None:
        self.bytecode = code.co_code
        self.names = code.co_names
        self.is_root = is_root
        # A class body runs like a cell, on names, and not on slots as functions do.
        self.is_class_body = not is_root and not code.co_flags & 0x1
        self.reference = reference


class Hit(NamedTuple):
    """An instruction that ran, at its first time in this cell run."""

    code: WatchedCode
    offset: int


class Watcher:
    """Reports what runs in the namespace `namespace` between `begin` and `end`.

    on_audit: called with every other audit event while a cell runs, and must not raise.
    """

    def __init__(
        self,
        namespace: dict[str, Any],
        on_audit: Callable[[str, tuple[Any, ...]], None] = lambda event, args: None,
    ) -> None:
        self._namespace = namespace
        self._on_audit = on_audit
        self._known: dict[int, WatchedCode] = {}
        self._candidates: dict[int, CodeType] = {}
        self._hits: list[Hit] = []
        self._tool: int | None = None
        self.is_open = False

    def start(self) -> None:
        """Begin to listen; raises `WatchError` if the interpreter has no place for another tool."""
        for tool in _TOOL_IDS:
            if sys.monitoring.get_tool(tool) is None:
                sys.monitoring.use_tool_id(tool, _TOOL_NAME)
                sys.monitoring.register_callback(
                    tool, sys.monitoring.events.INSTRUCTION, self._instruction
                )
                self._tool = tool
                _listen(self)
                return
        holders = ", ".join(str(sys.monitoring.get_tool(tool)) for tool in _TOOL_IDS)
        raise WatchError(f"other tools watch this process already: {holders}")

    def stop(self) -> None:
        """Stop listening and give the place back."""
        if self._tool is not None:
            self.is_open = False
            _forget(self)
            sys.monitoring.free_tool_id(self._tool)
            self._tool = None
            self._known.clear()

    def begin(self) -> None:
        """A cell is about to run."""
        self._hits = []
        self._candidates.clear()
        self.is_open = True
        sys.monitoring.restart_events()

    def end(self) -> list[Hit]:
        """Return what has run since `begin`, each instruction once, in order."""
        self.is_open = False
        hits, self._hits = self._hits, []
        self._candidates.clear()
        return hits

    def _audit(self, event: str, args: tuple[Any, ...]) -> None:
        if event != "exec":
            self._on_audit(event, args)
            return
        code = args[0]
        if isinstance(code, CodeType) and id(code) not in self._known and not _is_import():
            self._candidates[id(code)] = code
            self._set_events(code)

    def _set_events(self, code: CodeType) -> None:
        if self._tool is not None:
            sys.monitoring.set_local_events(self._tool, code, sys.monitoring.events.INSTRUCTION)

    def _instruction(self, code: CodeType, offset: int) -> object:
        # Whatever went wrong here would be raised into the user's code.
        with contextlib.suppress(Exception):
            if self.is_open:
                known = self._known.get(id(code)) or self._identify(code)
                if known is not None:
                    self._hits.append(Hit(known, offset))
        return sys.monitoring.DISABLE

    def _identify(self, code: CodeType) -> WatchedCode | None:
        if self._candidates.pop(id(code), None) is None:
            return None
        if sys._getframe(2).f_globals is not self._namespace:
            return None
        return self._register(code, is_root=True)

    def _register(self, code: CodeType, *, is_root: bool) -> WatchedCode:
        key = id(code)

        def forget(_: object, known: dict[int, WatchedCode] = self._known) -> None:
            known.pop(key, None)

        # By identity: equal code objects, such as of a cell that runs twice, are told apart.
        known = self._known[key] = WatchedCode(code, is_root, weakref.ref(code, forget))
        if not is_root:
            self._set_events(code)
        for inner in code.co_consts:
            if isinstance(inner, CodeType):
                self._register(inner, is_root=False)
        return known


def _is_import() -> bool:
    return sys._getframe(3).f_code.co_filename.startswith(_IMPORTER)


_listeners: tuple[Watcher, ...] = ()
_is_listening = False


def _listen(watcher: Watcher) -> None:
    """Hand audit events to `watcher`; the hook itself can never be removed."""
    global _is_listening, _listeners
    _listeners = (*_listeners, watcher)
    if not _is_listening:
        _is_listening = True
        sys.addaudithook(_hook)


def _forget(watcher: Watcher) -> None:
    global _listeners
    _listeners = tuple(one for one in _listeners if one is not watcher)


def _hook(event: str, args: tuple[Any, ...]) -> None:
    for watcher in _listeners:
        if watcher.is_open:
            with contextlib.suppress(Exception):  # it would stop what the user's code does
                watcher._audit(event, args)
