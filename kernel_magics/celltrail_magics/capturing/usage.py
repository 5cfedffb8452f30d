"""What a cell takes: CPU time and memory of the process, and GPUs.

CPU time is that of the whole process with its threads, and of child processes that ended in the
meantime. Memory is what the process holds (its resident set). Its peak is exact if it is the
highest so far; below that it is the highest of samples, ten a second, and at the cell's ends.
"""

import os
import resource
import sys
import threading
from functools import cache
from time import sleep  # by name: notebooks replace what is in the module
from typing import NamedTuple

from celltrail.gpus import Gpus, open_gpus

INTERVAL_SECONDS = 0.1
IDLE_ROUNDS = 100
"""After so many without a cell the thread sleeps until there is one."""

_MAXRSS_BYTES = 1 if sys.platform == "darwin" else 1024
_PAGE_BYTES = resource.getpagesize()


class Usage(NamedTuple):
    """What a cell took; None: not known. GPU figures are those of the busiest device."""

    cpu_ms: float | None = None
    memory_start_bytes: int | None = None
    memory_peak_bytes: int | None = None
    gpu_percent: float | None = None
    gpu_memory_bytes: int | None = None


class Meter:
    """Measures one cell at a time; a thread looks while it runs."""

    def __init__(self) -> None:
        self._has_gpus = True
        self._gpus: Gpus | None = None
        self._is_open = False
        self._is_asleep = False
        self._is_stopped = False
        self._wake = threading.Event()
        self._thread: threading.Thread | None = None
        self._start = Usage()
        self._highest = 0
        self._start_highest = 0

    def begin(self, *, has_gpus: bool) -> None:
        """A cell begins to run."""
        self._has_gpus = has_gpus
        if self._gpus:
            self._gpus.reset()
        start = resident_bytes()
        self._highest = start or 0
        cpu_ms, self._start_highest = _spent()
        self._start = Usage(cpu_ms, start)
        self._is_open = True
        if self._thread is None or not self._thread.is_alive():  # a forked child has no threads
            self._is_asleep = False
            self._thread = threading.Thread(target=self._run, name="celltrail-meter", daemon=True)
            self._thread.start()
        elif self._is_asleep:
            self._wake.set()

    def end(self) -> Usage:
        """Return what the cell took; nothing if it was not measured from its begin."""
        if not self._is_open:
            return Usage()
        self._is_open = False
        cpu_ms, highest = _spent()
        cpu_ms -= self._start.cpu_ms or 0
        peak = max(self._highest, resident_bytes() or 0)
        if highest > self._start_highest:
            peak = highest
        percent, memory = self._gpus.used() if self._gpus and self._has_gpus else (None, None)
        return Usage(cpu_ms, self._start.memory_start_bytes, peak or None, percent, memory)

    def stop(self) -> None:
        """End the thread."""
        self._is_stopped = True
        self._wake.set()

    def _run(self) -> None:
        gpus_tried = False
        idle_rounds = 0
        while not self._is_stopped:
            sleep(INTERVAL_SECONDS)
            idle_rounds = 0 if self._is_open else idle_rounds + 1
            if self._is_open:
                self._highest = max(self._highest, resident_bytes() or 0)
                if self._has_gpus and not gpus_tried:
                    gpus_tried, self._gpus = True, open_gpus()
                if self._has_gpus and self._gpus:
                    self._gpus.sample()
            elif idle_rounds > IDLE_ROUNDS:
                self._sleep()

    def _sleep(self) -> None:
        self._is_asleep = True
        if not self._is_open:  # a cell may have begun before it could see that
            self._wake.wait()
        self._is_asleep = False
        self._wake.clear()


def resident_bytes() -> int | None:
    """Return how much memory the process holds now; None where the system does not say."""
    try:
        return int(os.pread(_statm(os.getpid()), 100, 0).split()[1]) * _PAGE_BYTES
    except OSError:
        return None


@cache  # opening it takes longer than reading it
def _statm(pid: int) -> int:
    return os.open(f"/proc/{pid}/statm", os.O_RDONLY)


def _spent() -> tuple[float, int]:
    """Return CPU time in milliseconds, and the highest memory ever, so far."""
    own = resource.getrusage(resource.RUSAGE_SELF)
    children = resource.getrusage(resource.RUSAGE_CHILDREN)
    seconds = own.ru_utime + own.ru_stime + children.ru_utime + children.ru_stime
    return seconds * 1000, own.ru_maxrss * _MAXRSS_BYTES
