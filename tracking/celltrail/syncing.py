"""`celltrail sync`: ships what processes that are gone have left in the spool.

The Jupyter Server extension does the same after a kernel has ended (`sync_orphans`).
"""

import argparse
from dataclasses import asdict, dataclass, field
from itertools import chain
from pathlib import Path
from typing import TYPE_CHECKING

from celltrail.commands import Command, print_result
from celltrail.endings import endings, still_open
from celltrail.errors import CelltrailError, DeniedError, UnavailableError
from celltrail.events import encode_event
from celltrail.settings import Settings
from celltrail.spool import Stream, list_streams

if TYPE_CHECKING:
    from celltrail.client import Client


@dataclass
class SyncReport:
    """What a sync has sent and what it leaves."""

    streams: int = 0
    events: int = 0
    waiting: dict[str, int] = field(default_factory=dict)
    """Streams that are meant for other servers, by address (`embedded` for the embedded one)."""

    problems: list[str] = field(default_factory=list)
    """One line for each stream that cannot be sent, such as one of another user."""


def sync_orphans(settings: Settings, for_any_server: bool = False) -> SyncReport:
    """Ship the streams of ended processes to their server, ending the runs that they left open.

    for_any_server: also ship what was meant for a server with another address. Starts the
    embedded server if something waits for it. Raises UnavailableError or DeniedError if the
    server takes nothing now; nothing is lost then.
    """
    report = SyncReport()
    with _Server(settings) as server:
        for path in list_streams(settings.home / "spool"):
            try:
                _sync(path, server, report, for_any_server)
            except (UnavailableError, DeniedError):
                raise
            except (CelltrailError, OSError) as error:
                report.problems.append(f"{path} cannot be sent: {error}")
    return report


class _Server:
    """A client for the server to report to, which is looked for when it is first needed."""

    def __init__(self, settings: Settings) -> None:
        self.settings = settings
        self._client: Client | None = None

    def client(self) -> "Client":
        if self._client is None:
            from celltrail.client import Client
            from celltrail.embedded import ensure_server

            server = ensure_server(self.settings)
            self._client = Client(server.url, server.token)
        return self._client

    def __enter__(self) -> "_Server":
        return self

    def __exit__(self, *_: object) -> None:
        if self._client is not None:
            self._client.close()


def _sync(path: Path, server: _Server, report: SyncReport, for_any_server: bool) -> None:
    stream = Stream.adopt(path)
    if stream is None:
        return
    try:
        if stream.meta.url != server.settings.url and not for_any_server:
            address = stream.meta.url or "embedded"
            report.waiting[address] = report.waiting.get(address, 0) + 1
            return
        report.events += _ship_all(stream, server.client())
        report.streams += 1
    finally:
        stream.close()


def _ship_all(stream: Stream, client: "Client") -> int:
    from celltrail.shipper import report, ship_batch

    opened = still_open(chain(stream.opened, stream.payloads()))
    for event in endings(opened, stream.meta.guest_of, stream.last_write_ms):
        stream.append(encode_event(event))
    events = stream.waiting_events
    while not stream.is_shipped:
        report(ship_batch(stream, client).refusals)
    stream.delete()
    return events


def _configure(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "--any-server",
        action="store_true",
        help="also send what was recorded for a server with another address",
    )


def _run(args: argparse.Namespace) -> int:
    report = sync_orphans(Settings.from_env(), for_any_server=args.any_server)
    lines = [f"sent {report.events} events of {report.streams} ended processes"]
    lines += [
        f"{streams} more wait for the server {address}: set CELLTRAIL_URL to it, or use "
        "--any-server to send them to this one"
        for address, streams in report.waiting.items()
    ]
    lines += report.problems
    print_result(args, "\n".join(lines), asdict(report))
    return 1 if report.problems else 0


command = Command(
    help="send what ended processes have recorded and not sent",
    example="celltrail sync",
    configure=_configure,
    run=_run,
)
