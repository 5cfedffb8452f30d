"""Objects of cells die at the same statement, in the same order, with and without recording."""

import gc
from collections.abc import Callable
from itertools import batched

import pytest
from IPython.core.interactiveshell import InteractiveShell

from celltrail.events import Event

SETUP = """
import array, asyncio, collections, concurrent.futures, contextvars, dataclasses, enum
import functools, gc, io, os, sqlite3, sys, tempfile, threading, types, weakref
import numpy as np
import pandas as pd
from matplotlib.figure import Figure
log = []; statement = 0
class Part:
    def __init__(self, name): self.name = name
    def __del__(self): log.append((statement, "del", self.name))
class Slots:
    __slots__ = ("part", "__weakref__")
class Items(list): pass
@dataclasses.dataclass
class Record:
    part: object
def yielding(part):
    yield part
    yield part
async def waiting(part):
    await asyncio.sleep(0)
async def both(part):
    yield part
def closing(part):
    return lambda: part
def failed(part):
    try:
        1 / 0
    except ZeroDivisionError as error:
        return error
def ran(part):
    thread = threading.Thread(target=id, args=(part,))
    thread.start(); thread.join()
    return thread
def watch(name):
    try:
        return weakref.ref(globals()[name], lambda _: log.append((statement, name)))
    except TypeError:  # not all can be referred to weakly
        return None
def module(part):
    made = types.ModuleType("made")
    made.part = part
    return made
"""
KINDS = {
    "part": "Part(1)",
    "array": "np.arange(1000.0)",
    "view": "array[10:20]",
    "objects": "np.array([Part(2), Part(3)], dtype=object)",
    "frame": "pd.DataFrame({'a': [1, 2]})",
    "column": "frame['a']",
    "generator": "yielding(Part(4)); next(generator)",
    "coroutine": "waiting(Part(5)); coroutine.close()",
    "asynchronous": "both(Part(6))",
    "file": "open(os.devnull)",
    "temporary": "tempfile.TemporaryFile()",
    "memory": "io.BytesIO(b'x' * 100)",
    "thread": "ran(Part(7))",
    "closure": "closing(Part(8))",
    "parts": "[Part(9), Part(10)]",
    "keyed": "{'k': Part(11)}",
    "cycle": "Part(12); cycle.itself = cycle",
    "error": "failed(Part(13))",
    "module_": "module(Part(14))",
    "slots": "Slots(); slots.part = Part(15)",
    "partial": "functools.partial(print, Part(16))",
    "class_": "type('Made', (), {'part': Part(17)})",
    "instance": "class_()",
    "method": "parts.append",
    "values": "weakref.WeakValueDictionary({'a': part})",
    "keys": "weakref.WeakKeyDictionary({part: 1})",
    "proxy": "weakref.proxy(part)",
    "queue": "collections.deque([Part(18)])",
    "numbers": "array.copy(); buffer = memoryview(bytearray(10))",
    "iterator": "iter([Part(19)])",
    "mapped": "map(str, [Part(20)])",
    "big": "[Part(21)] * 20_000",
    "cached": "functools.lru_cache(lambda one: Part(22)); made = cached(1)",
    "nested": "{'a': [{'b': (Part(23),)}]}",
    "variable": "contextvars.ContextVar('v'); token = variable.set(Part(24))",
    "figure": "Figure(); axes = figure.subplots()",
    "database": "sqlite3.connect(':memory:')",
    "pool": "concurrent.futures.ThreadPoolExecutor(1); future = pool.submit(Part, 25)",
    "space": "types.SimpleNamespace(part=Part(26))",
    "expression": "(one for one in [Part(27)])",
    "items": "Items([Part(28)])",
    "record": "Record(Part(29))",
    "kind": "enum.Enum('Kind', 'A')",
}
CELLS = [
    SETUP,
    "gc.collect(); gc.disable()",
    *("\n".join(some) for some in batched([f"{name} = {KINDS[name]}" for name in KINDS], 5)),
    f"future.result(); watched = [watch(name) for name in {[*KINDS]}]",
    "array[0] = 5; frame['b'] = 1; part.x = 1; cycle.x = 2; instance.x = 1; space.x = 1",
    "parts.append(1); keyed['z'] = 2; nested['a'].append(3); big.append(0); items.append(2)",
    "class_.x = 1; error.x = 1; module_.x = 2; slots.part = Part(50); record.part = Part(51)",
    f"def touch():\n    return [{', '.join(KINDS)}]\ntotal = len(touch())",
    f"counts = {{name: sys.getrefcount(globals()[name]) for name in {[*KINDS]}}}",
    "holders = {name: sorted(type(one).__name__ for one in gc.get_referrers(globals()[name]))\n"
    "           for name in ['part', 'frame', 'closure', 'class_', 'error', 'record', 'figure']}",
    "method(3); next(iterator); generator.close(); gc.collect(); log.clear()",
    *("\n".join(some) for some in batched([f"statement = '{one}'; del {one}" for one in KINDS], 3)),
    "statement = 'rest'; del made, axes, token, future, buffer, touch",
    "statement = 'collected'; gc.collect()",
    "statement = 'again'\none = Part(41)\none = Part(42)\none = None\nstatement = 'end'",
]


@pytest.mark.filterwarnings("ignore::ResourceWarning")
@pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning")
def test_recording_changes_no_lifetime(
    bare_shell: InteractiveShell, recorded: Callable[[], list[Event]]
) -> None:
    seen = []
    try:
        for extension in ("pass", "%load_ext celltrail"):
            for cell in [extension, *CELLS]:
                result = bare_shell.run_cell(cell, store_history=True)
                assert result.success, cell
            space = bare_shell.user_ns
            seen.append((space["log"], space["counts"], space["holders"]))
    finally:
        gc.enable()
    unrecorded, tracked = seen
    assert len(unrecorded[0]) > 50
    assert tracked == unrecorded
    assert len(recorded()) > 3 * len(CELLS)
