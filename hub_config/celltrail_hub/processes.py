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
from pathlib import Path

# <linux/prctl.h>
PR_SET_PDEATHSIG = 1
PR_SET_CHILD_SUBREAPER = 36

_prctl = ctypes.CDLL(None).prctl if sys.platform == "linux" else None


def adopt_orphans(adopt: bool = True) -> None:
    """Make this process the parent of all descendants whose own parent dies, or no longer."""
    if _prctl:
        _prctl(PR_SET_CHILD_SUBREAPER, int(adopt))


def run_apart(command: list[str]) -> None:
    """Run `command`; what it leaves running, such as a browser, is not ours to end."""
    adopt_orphans(False)
    try:
        subprocess.run(command, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, check=False)
    finally:
        adopt_orphans()


def stop_with_parent() -> None:
    """Let the kernel send this process SIGTERM when its parent dies, be it by `kill -9`."""
    if _prctl:
        _prctl(PR_SET_PDEATHSIG, signal.SIGTERM)


def wait(process: subprocess.Popen[bytes]) -> int:
    """Return the exit code of `process`, taking leave of adopted orphans that end meanwhile."""
    while process.returncode is None:
        pid, status = os.waitpid(-1, 0)
        if pid == process.pid:
            process.returncode = os.waitstatus_to_exitcode(status)
    return process.returncode


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
    try:
        while os.waitpid(-1, os.WNOHANG)[0]:
            pass
    except ChildProcessError:
        pass
