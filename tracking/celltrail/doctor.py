"""`celltrail doctor`: what is found, what is missing and what to type."""

import argparse
import importlib.util
import platform
import shutil
import sys
import tempfile
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from importlib.metadata import entry_points
from pathlib import Path
from typing import Literal

from celltrail import __version__
from celltrail.commands import Command, print_result
from celltrail.errors import CelltrailError
from celltrail.settings import Settings

_EXTRAS = {
    "server": ("litestar", "granian", "sqlalchemy", "alembic", "traitlets"),
    "pipelines": ("kfp", "nbformat", "yaml", "cloudpickle", "IPython"),
    "lab": ("jupyterlab", "ipykernel"),
    "hub": ("jupyterhub", "jupyterhub_traefik_proxy"),
}
_DEVELOPER_TOOLS = {"node": "builds the Lab extension", "chromium": "runs the browser tests"}
_SIGNS = {"ok": "✓", "missing": "·", "broken": "✗"}


@dataclass(frozen=True)
class Finding:
    """One thing that was looked at.

    `missing` is fine for who does not need it; `broken` is not, and makes the exit code 1.
    """

    what: str
    state: Literal["ok", "missing", "broken"]
    detail: str
    advice: str = ""


def examine(settings: Settings) -> Iterator[Finding]:
    """Look at everything that Celltrail needs here; starts nothing and changes nothing."""
    yield Finding("celltrail", "ok", __version__)
    yield Finding("python", "ok", f"{platform.python_version()} at {sys.executable}")
    for extra, modules in _EXTRAS.items():
        yield _extra(extra, modules)
    yield _kernel()
    yield _lab_extension()
    yield _home(settings)
    yield _server(settings)
    yield _spool(settings)
    for program, purpose in _DEVELOPER_TOOLS.items():
        yield _program(program, purpose)


def _extra(extra: str, modules: tuple[str, ...]) -> Finding:
    missing = [module for module in modules if importlib.util.find_spec(module) is None]
    if not missing:
        return Finding(f"extra {extra}", "ok", "installed")
    advice = f"pip install 'celltrail[{extra}]'"
    return Finding(f"extra {extra}", "missing", f"without {', '.join(missing)}", advice)


def _kernel() -> Finding:
    if importlib.util.find_spec("ipykernel") is None:
        return Finding("kernel", "missing", "no ipykernel here", "pip install ipykernel")
    return Finding("kernel", "ok", "`%load_ext celltrail` works in kernels of this Python")


def _lab_extension() -> Finding:
    folder = Path(sys.prefix, "share/jupyter/labextensions/@celltrail/lab")
    if (folder / "package.json").exists():
        return Finding("lab extension", "ok", str(folder))
    advice = "pip install --force-reinstall --no-deps celltrail"
    return Finding("lab extension", "missing", f"not in {folder}", advice)


def _home(settings: Settings) -> Finding:
    there = settings.home
    while not there.exists():
        there = there.parent
    try:
        with tempfile.TemporaryFile(dir=there):
            return Finding("home", "ok", str(settings.home))
    except OSError as error:
        return Finding("home", "broken", str(error), "set CELLTRAIL_HOME to a folder of yours")


def _server(settings: Settings) -> Finding:
    from celltrail.client import Client
    from celltrail.embedded import known_server

    server = known_server(settings)
    if server is None:
        return Finding("server", "ok", "embedded, not running; starts when it is needed")
    try:
        with Client(server.url, server.token, timeout_seconds=5) as client:
            user = client.get_json("/api/v1/me")["name"]
    except CelltrailError as error:
        advice = "check CELLTRAIL_URL and CELLTRAIL_TOKEN" if settings.url else ""
        return Finding("server", "broken", f"{server.url}: {error}", advice)
    return Finding("server", "ok", f"{server.url} accepts the token of {user}")


def _spool(settings: Settings) -> Finding:
    from celltrail.spool import list_streams

    try:
        streams = len(list_streams(settings.home / "spool"))
    except OSError as error:
        return Finding("spool", "broken", str(error))
    if not streams:
        return Finding("spool", "ok", "nothing waits to be sent")
    return Finding(
        "spool", "ok", f"{streams} processes record or have left something", "celltrail sync"
    )


def _program(program: str, purpose: str) -> Finding:
    if path := shutil.which(program):
        return Finding(program, "ok", path)
    return Finding(program, "missing", f"{purpose}; only developers need it")


def _text(findings: list[Finding]) -> str:
    width = max(len(finding.what) for finding in findings)
    lines = []
    for finding in findings:
        line = f"{_SIGNS[finding.state]} {finding.what:{width}}  {finding.detail}"
        lines.append(f"{line}  →  {finding.advice}" if finding.advice else line)
    return "\n".join(lines)


def examine_cluster(namespace: str) -> Iterator[Finding]:
    """Look at an installation on Kubernetes, by what the hub's package brings for it."""
    for point in entry_points(group="celltrail.checkups"):
        yield from point.load()(namespace)


def _configure(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "--cluster",
        nargs="?",
        const="celltrail",
        metavar="NAMESPACE",
        help="look at what the chart installed there (default: celltrail) on Kubernetes",
    )


def _run(args: argparse.Namespace) -> int:
    namespace = args.cluster
    findings = list(examine_cluster(namespace) if namespace else examine(Settings.from_env()))
    print_result(args, _text(findings), [asdict(finding) for finding in findings])
    return 1 if any(finding.state == "broken" for finding in findings) else 0


command = Command(
    help="say what is found, what is missing and what to type",
    example="celltrail doctor",
    configure=_configure,
    run=_run,
)
