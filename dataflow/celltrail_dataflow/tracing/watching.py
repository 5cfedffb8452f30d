"""Hearing from the interpreter which instructions of a notebook's own code run.

Each instruction is reported once a cell run, through `sys.monitoring` (PEP 669), so a loop costs
what its first round costs. Code is the notebook's if it runs in the notebook's namespace; it is
found by the audit event `exec` (PEP 578), which every cell passes, and so do `eval`, `exec` and the
bodies of timing magics. Nothing here keeps an object of the user.
"""

import atexit
import sys
import threading
import weakref
from collections.abc import Callable, Set
from types import CodeType
from typing import Any

from celltrail.signals import is_of_signal
from celltrail_dataflow.tracing.codes import Hit, WatchedCode

_TOOL_NAME = ("cell", "trail")
_ALL_TOOL_IDS = range(6)
_TOOL_IDS = (3, 4)  # the others are meant for debuggers, coverage, profilers and optimizers

_key = object.__hash__
"""Of a code object, as `id`, each call of which is an audit event and would go through the hook."""

_DISABLE = sys.monitoring.DISABLE
_IMPORTER = "<frozen importlib"
_THREAD_STARTS = ("_thread.start_new_thread", "_thread.start_joinable_thread")


class WatchError(Exception):
    """The interpreter cannot tell: another tool has taken the last free place."""


class Watcher:
    """Reports what runs in the namespace `namespace` between `begin` and `end`.

    audited: the audit events that `on_audit` is called with while a cell runs, beside `exec` for
    the code of each module that is imported. marks_of: returns which instructions of a code object
    `on_mark` is to be told of before they run, and with what.
    """

    def __init__(
        self,
        namespace: dict[str, Any],
        audited: Set[str] = frozenset(),
        on_audit: Callable[[str, tuple[Any, ...]], None] = lambda event, args: None,
        marks_of: Callable[[CodeType], dict[int, tuple[str, ...]]] = lambda code: {},
        on_mark: Callable[[tuple[str, ...]], None] = lambda mark: None,
    ) -> None:
        self._namespace = namespace
        self.events = audited | {"exec", *_THREAD_STARTS}
        """The audit events that it is to be told of."""

        self._on_audit = on_audit
        self._marks_of = marks_of
        self._on_mark = on_mark
        self._known: dict[int, WatchedCode] = {}
        self._candidates: dict[int, CodeType] = {}
        self._hits: list[Hit] = []
        self._tool: int | None = None
        self._has_company = False
        self._name = "".join(_TOOL_NAME)  # known by identity: another tool may have the same name
        self._cell = 0
        self._thread = 0
        self._starters: weakref.WeakKeyDictionary[threading.Thread, int] = (
            weakref.WeakKeyDictionary()
        )
        self._others: dict[int, int | None] = {}
        self.is_open = False

    def start(self) -> None:
        """Begin to listen; raises `WatchError` if the interpreter has no place for another tool."""
        self._take_place()
        _listen(self)

    def stop(self) -> None:
        """Stop listening and give the place back."""
        if self._tool is not None:
            self.is_open = False
            _forget(self)
            if self._has_place:
                sys.monitoring.free_tool_id(self._tool)
            self._tool = None
            self._known.clear()

    @property
    def is_alone(self) -> bool:
        """Whether no other tool listens to the interpreter, nor has: its events may go on."""
        self._has_company = self._has_company or any(
            sys.monitoring.get_tool(tool) for tool in _ALL_TOOL_IDS if tool != self._tool
        )
        return not self._has_company

    @property
    def _has_place(self) -> bool:
        return self._tool is not None and sys.monitoring.get_tool(self._tool) is self._name

    def _take_place(self) -> None:
        for tool in _TOOL_IDS:
            if sys.monitoring.get_tool(tool) is None:
                sys.monitoring.use_tool_id(tool, self._name)
                self._tool = tool
                self._call(self._instruction)
                return
        holders = ", ".join(str(sys.monitoring.get_tool(tool)) for tool in _TOOL_IDS)
        raise WatchError(f"other tools watch this process already: {holders}")

    def _call(self, callback: Callable[[CodeType, int], object]) -> None:
        event = sys.monitoring.events.INSTRUCTION
        sys.monitoring.register_callback(self._tool or 0, event, callback)

    @property
    def has_waiting(self) -> bool:
        """Whether threads have run code of the notebook since the end of the last cell."""
        return bool(self._hits)

    def begin(self, cell: int) -> None:
        """A cell is about to run, the `cell`-th.

        If another tool has taken our place, another one is taken; raises `WatchError` if none is
        free.
        """
        if not self._has_place:
            self._take_place()
            for known in self._known.values():
                if code := known.reference():
                    self._set_events(code)
        # What is there already comes from threads that ran since the end of the cell before.
        self._cell = cell
        self._thread = threading.get_ident()
        self._candidates.clear()
        self._call(self._instruction)
        self.is_open = True
        sys.monitoring.restart_events()

    def interrupt(self, interrupt: Callable[[], object]) -> bool:
        """Call `interrupt`, which may raise, as soon as code of the cell runs that has begun."""

        def heard(code: CodeType, offset: int) -> object:
            __tracebackhide__ = True  # from what IPython shows
            is_cells = self.is_open and threading.get_ident() == self._thread
            if is_cells and sys._getframe(1).f_globals is self._namespace:
                self._call(self._instruction)
                interrupt()
            return None  # to be told again

        if self.is_open:
            self._call(heard)
        return self.is_open

    def end(self) -> tuple[list[Hit], set[int]]:
        """Return what has run since `begin`, each instruction once, in order.

        Beside it, the cells that started the threads which ran some of it. Raises `WatchError` if
        another tool has taken our place in the meantime.
        """
        self.is_open = False
        hits, self._hits = self._hits, []
        others, self._others = self._others, {}
        self._candidates.clear()
        if not self._has_place:
            raise WatchError("another tool has taken the place in sys.monitoring")
        return hits, {cell for cell in others.values() if cell is not None}

    def _audit(self, event: str, args: tuple[Any, ...]) -> None:
        if event in _THREAD_STARTS:
            thread = getattr(args[0], "__self__", None)
            if isinstance(thread, threading.Thread):
                self._starters[thread] = self._cell
        if event != "exec":
            if event != "os.listdir" or not _is_import():  # what it finds there it opens
                self._on_audit(event, args)
            return
        code = args[0]
        if not isinstance(code, CodeType) or _key(code) in self._known:
            return
        if _is_import():
            self._on_audit(event, args)
            return
        self._candidates[_key(code)] = code
        self._set_events(code)

    def _set_events(self, code: CodeType) -> None:
        if self._tool is not None:
            sys.monitoring.set_local_events(self._tool, code, sys.monitoring.events.INSTRUCTION)

    def _instruction(self, code: CodeType, offset: int) -> object:
        try:
            thread = threading.get_ident()
            if self.is_open and thread == self._thread:
                known = self._known.get(_key(code)) or self._identify(code)
                if known is not None:
                    self._hits.append(Hit(known, offset))
                    if known.marks and offset in known.marks:
                        self._on_mark(known.marks[offset])
            elif thread != self._thread:
                self._in_thread(thread, code, offset)
        except Exception as error:  # it would be raised into the user's code
            if is_of_signal(error):
                raise
        return _DISABLE

    def _in_thread(self, thread: int, code: CodeType, offset: int) -> None:
        known = self._known.get(_key(code))
        if known is not None:
            self._hits.append(Hit(known, offset))
            if thread not in self._others:
                started = threading._active.get(thread)  # type: ignore[attr-defined]
                self._others[thread] = self._starters.get(started) if started else None

    def _identify(self, code: CodeType) -> WatchedCode | None:
        if self._candidates.pop(_key(code), None) is None:
            return None
        if sys._getframe(2).f_globals is not self._namespace:
            return None
        return self._register(code, is_root=True)

    def _register(self, code: CodeType, *, is_root: bool) -> WatchedCode:
        key = _key(code)

        def forget(_: object, known: dict[int, WatchedCode] = self._known) -> None:
            known.pop(key, None)

        # By identity: equal code objects, such as of a cell that runs twice, are told apart.
        known = self._known[key] = WatchedCode(code, is_root, self._cell, weakref.ref(code, forget))
        known.marks = self._marks_of(code)
        if not is_root:
            self._set_events(code)
        for inner in code.co_consts:
            if isinstance(inner, CodeType):
                self._register(inner, is_root=False)
        return known


def _is_import() -> bool:
    return sys._getframe(3).f_code.co_filename.startswith(_IMPORTER)


_listeners: tuple[Watcher, ...] = ()
_heard: set[str] = set()
"""Changed in place only: the hook holds this very object."""
_is_listening = False


def _listen(watcher: Watcher) -> None:
    """Hand audit events to `watcher`; the hook itself can never be removed."""
    global _is_listening
    _set_listeners(*_listeners, watcher)
    if not _is_listening:
        _is_listening = True
        atexit.register(_set_listeners)
        sys.addaudithook(_hook)


def _forget(watcher: Watcher) -> None:
    _set_listeners(*(one for one in _listeners if one is not watcher))


def _set_listeners(*watchers: Watcher) -> None:
    global _heard, _listeners
    events = frozenset[str]().union(*(one.events for one in watchers))
    _heard |= events
    _listeners = watchers
    _heard &= events


def _hook(event: str, args: tuple[Any, ...], heard: Set[str] = _heard) -> None:
    # Of some events, such as of `id`, there may be millions; and when the interpreter ends, the
    # names of this module are gone before the last of them.
    if event not in heard:
        return
    for watcher in _listeners:
        if watcher.is_open and event in watcher.events:
            try:
                watcher._audit(event, args)
            except Exception as error:  # it would stop what the user's code does
                if is_of_signal(error):
                    raise
