"""Leave no process behind: Linux' means to tie children to their parent and orphans to us.

Single-user servers and kernels have sessions of their own, so that a signal to our process group
does not reach them, and they outlive a JupyterHub that is killed. Where there is no Linux, a hub
that stops in good order still stops them.
"""

import ctypes
import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterable
from contextlib import suppress
from pathlib import Path

# <linux/prctl.h>
PR_SET_PDEATHSIG = 1
PR_SET_CHILD_SUBREAPER = 36

_prctl = ctypes.CDLL(None).prctl if sys.platform == "linux" else None


def guard(signals: Iterable[signal.Signals]) -> int | None:
    """Fork: return None in the child, which goes on, and its exit code here once it has ended.

    The child learns by SIGTERM that we were killed, and can still end what it started, which
    nobody could if `kill -9` hit the only process. `signals` that come here are passed on to it.
    """
    child = os.fork()
    if child == 0:
        stop_with_parent()
        return None
    forward_signals(signals, child)
    code = wait(child)
    return code if code >= 0 else 128 - code  # as a shell does


def forward_signals(signals: Iterable[signal.Signals], pid: int) -> None:
    """Pass `signals` on to `pid`, but for those that were to be ignored, as `nohup` does."""

    def forward(number: int, frame: object) -> None:
        with suppress(ProcessLookupError):
            os.kill(pid, number)

    for each in signals:
        if signal.getsignal(each) != signal.SIG_IGN:
            signal.signal(each, forward)


def adopt_orphans(adopt: bool = True) -> None:
    """Make this process the parent of all descendants whose own parent dies, or no longer."""
    if _prctl:
        _prctl(PR_SET_CHILD_SUBREAPER, int(adopt))


def stop_with_parent() -> None:
    """Let the kernel send this process SIGTERM when its parent dies, be it by `kill -9`."""
    if _prctl:
        _prctl(PR_SET_PDEATHSIG, signal.SIGTERM)


def wait(pid: int) -> int:
    """Return the exit code of the child `pid`, burying adopted orphans that end meanwhile."""
    while True:
        ended, status = os.waitpid(-1, 0)
        if ended == pid:
            return os.waitstatus_to_exitcode(status)


def run_apart(command: list[str]) -> None:
    """Run `command`; what it leaves running, such as a browser, is not ours to end."""
    adopt_orphans(False)
    try:
        subprocess.run(command, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, check=False)
    finally:
        adopt_orphans()


def end_children(grace_seconds: float) -> None:
    """End all descendants: asked first, killed after the grace period."""
    kill_at = time.monotonic() + grace_seconds
    asked: set[int] = set()
    while children := _children():
        if time.monotonic() > kill_at:
            _send(signal.SIGKILL, children)
        else:
            _send(signal.SIGTERM, children - asked)
            asked |= children
        time.sleep(0.02)
        _bury()


def _children() -> set[int]:
    if sys.platform != "linux":
        return set()
    text = Path(f"/proc/self/task/{os.getpid()}/children").read_text()
    return {int(pid) for pid in text.split()}


def _send(signal_number: signal.Signals, pids: set[int]) -> None:
    for pid in pids:
        os.kill(pid, signal_number)  # a child that ended keeps its id until `_bury`


def _bury() -> None:
    with suppress(ChildProcessError):
        while os.waitpid(-1, os.WNOHANG)[0]:
            pass
