"""What `celltrail up` does: start JupyterHub, say so once it answers, and end all of it again.

JupyterHub runs as a child process with its output in a log. It starts the proxy, the tracking
server and the single-user servers itself, and on SIGTERM stops them; this process sees to it that
nothing is left whatever becomes of JupyterHub (`processes`).
"""

import argparse
import getpass
import os
import re
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from importlib.util import find_spec
from pathlib import Path
from typing import IO, NoReturn

import httpx

from celltrail.commands import print_result
from celltrail.errors import UnavailableError
from celltrail_hub.local import processes, state
from celltrail_hub.local.settings import VARIABLE, HubSettings, choose_settings, default_state_dir

START_TIMEOUT_SECONDS = 90
# JupyterHub stops the tracking server, then all single-user servers at once.
STOP_TIMEOUT_SECONDS = 8
END_GRACE_SECONDS = 1
STOP_SIGNALS = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)


class _Stop(BaseException):
    """Raised by the handlers of `STOP_SIGNALS`; like KeyboardInterrupt no Exception."""


def run_hub(args: argparse.Namespace) -> int:
    """Run the hub until a signal ends it and return 0.

    Raises CelltrailError if it cannot start or stops by itself.
    """
    _require_packages()
    if (code := processes.guard(STOP_SIGNALS)) is not None:
        return code
    state_dir: Path = args.state_dir or default_state_dir()
    settings = choose_settings(state_dir, args.host, args.port, args.profiles)
    state.prepare(settings.state_dir)
    with (
        state.lock(settings.state_dir) as lock,
        state.open_log(settings.state_dir) as log,
        _stop_signals(),
        _hub_process(settings, log) as hub,
    ):
        _wait_until_ready(hub, settings)
        state.announce(lock, pid=os.getpid(), url=settings.url)
        _greet(args, settings)
        hub.returncode = processes.wait(hub.pid)
        _fail(hub, settings)
    return 0


def _require_packages() -> None:
    for name in ("jupyterhub", "jupyterhub_traefik_proxy", "jupyterlab"):
        if find_spec(name) is None:
            raise ModuleNotFoundError(f"no module named {name}", name=name)


@contextmanager
def _stop_signals() -> Iterator[None]:
    """Leave the block when a signal asks to stop."""

    def stop(number: int, frame: object) -> NoReturn:
        _ignore_stop_signals()
        if number == signal.SIGINT:
            print("\nStopping …", file=sys.stderr, flush=True)
        raise _Stop

    for each in STOP_SIGNALS:
        if signal.getsignal(each) != signal.SIG_IGN:  # as `nohup` leaves SIGHUP
            signal.signal(each, stop)
    with suppress(_Stop):
        yield


def _ignore_stop_signals() -> None:
    for each in STOP_SIGNALS:
        signal.signal(each, signal.SIG_IGN)


@contextmanager
def _hub_process(settings: HubSettings, log: IO[str]) -> Iterator[subprocess.Popen[bytes]]:
    """Start JupyterHub; on leaving the block end it and whatever else runs below us."""
    processes.adopt_orphans()
    config = Path(__file__).parents[1] / "jupyterhub_config.py"
    try:
        hub = subprocess.Popen(
            [sys.executable, "-m", "celltrail_hub.quick", "jupyterhub", "-f", str(config)],
            cwd=settings.state_dir,
            env={**os.environ, VARIABLE: settings.to_json()},
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=subprocess.STDOUT,
            start_new_session=True,  # Ctrl-C reaches only us, and we stop it in order
            umask=0o077,
            preexec_fn=processes.stop_with_parent,
        )
        try:
            yield hub
        finally:
            _ignore_stop_signals()  # a second Ctrl-C is not to leave processes behind
            hub.terminate()
            hub.wait(STOP_TIMEOUT_SECONDS)
    except subprocess.TimeoutExpired:
        pass
    finally:
        processes.end_children(END_GRACE_SECONDS)


def _wait_until_ready(hub: subprocess.Popen[bytes], settings: HubSettings) -> None:
    """Return when hub and tracking server answer through the proxy."""
    deadline = time.monotonic() + START_TIMEOUT_SECONDS
    with httpx.Client(base_url=settings.url, trust_env=False, timeout=2) as client:
        waiting = ["/hub/health", "/services/celltrail/health"]
        while waiting:
            if hub.poll() is not None:
                _fail(hub, settings)
            if time.monotonic() > deadline:
                raise UnavailableError(
                    f"{settings.url}{waiting[0]} does not answer after {START_TIMEOUT_SECONDS} s; "
                    f"the log: {settings.state_dir / 'hub.log'}"
                )
            if _answers(client, waiting[0]):
                waiting.pop(0)
            else:
                time.sleep(0.05)


def _answers(client: httpx.Client, path: str) -> bool:
    try:
        return client.get(path).status_code == 200
    except httpx.TransportError:
        return False


def _fail(hub: subprocess.Popen[bytes], settings: HubSettings) -> NoReturn:
    log = settings.state_dir / "hub.log"
    if hub.returncode < 0:
        reason = f"killed by {signal.Signals(-hub.returncode).name}"
    else:
        reason = last_error(log.read_text(errors="replace"))
    raise UnavailableError(f"JupyterHub stopped: {reason}; its log: {log}")


def last_error(log: str) -> str:
    """Return the reason for a failure from `log`: the tracking server's, else JupyterHub's."""
    record = r"\[[EC] [^\]]*\] "  # levels error and critical
    exception = r"(?=(?:\w+\.)*\w*(?:Error|Exception): )"
    for pattern in (r"^celltrail: (.+)$", rf"^\s*(?:{record}|{exception})(\S.*)$"):
        if reasons := re.findall(pattern, log, re.MULTILINE):
            return str(reasons[-1])
    return "no reason given"


def _greet(args: argparse.Namespace, settings: HubSettings) -> None:
    password = state.load_password(settings.state_dir)
    account = getpass.getuser()
    lines = [
        f"Celltrail is running at {settings.url}",
        f"  log in as any name (yours: {account}), password: {password}",
        f"  everybody's code runs as the account {account}: for one person, or a team that "
        "trusts each other",
        f"  everything is kept in {settings.state_dir}",
        "  stop it with Ctrl-C",
    ]
    if args.port not in (0, settings.port):
        lines.insert(0, f"Port {args.port} is taken.")
    facts = {"url": settings.url, "password": password, "state_dir": str(settings.state_dir)}
    print_result(args, "\n".join(lines), facts)
    sys.stdout.flush()
    if args.open:
        processes.run_apart([sys.executable, "-m", "webbrowser", settings.url])
