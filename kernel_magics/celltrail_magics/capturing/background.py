"""Work that nobody waits for: each job a thread, which the end of the process waits for briefly."""

import atexit
import threading
import time
from collections.abc import Callable

EXIT_SECONDS = 1.0

_threads: list[threading.Thread] = []


def in_background(job: Callable[[], None], name: str) -> None:
    """Run `job`, which must not raise, in a thread of its own."""
    if not _threads:
        atexit.register(finish, EXIT_SECONDS)
    _threads[:] = [thread for thread in _threads if thread.is_alive()]
    thread = threading.Thread(target=job, name=f"celltrail-{name}", daemon=True)
    _threads.append(thread)
    thread.start()


def finish(timeout_seconds: float) -> None:
    """Wait until all jobs are done, or the time is over."""
    deadline = time.monotonic() + timeout_seconds
    for thread in list(_threads):
        thread.join(max(0.0, deadline - time.monotonic()))
