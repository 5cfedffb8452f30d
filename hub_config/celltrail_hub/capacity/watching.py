"""A kept copy of all objects of a kind in a cluster: listed once, then followed by a watch.

Kubernetes' rules: a watch goes on from the last version that it told of; if that is too old (410),
everything is listed anew. Of each object only what `read` makes of it is kept.
"""

import asyncio
import logging
import time
from collections.abc import AsyncGenerator, Callable
from contextlib import aclosing
from typing import Any

import msgspec

from celltrail_profiles.cluster import ListCall, good, in_short, read_all
from celltrail_profiles.nodes import Metadata

log = logging.getLogger(__name__)

_WATCH_SECONDS = 60  # after which the API server ends a watch, and a new one goes on
_SILENCE_SECONDS = 15.0  # that a watch may be late with its end until it counts as cut
_PAUSE_SECONDS, _LONGEST_PAUSE_SECONDS = 1.0, 30.0  # before the next watch or list
_LARGEST_EVENT = 16 * 2**20  # etcd holds no object of a tenth of that
_TOO_OLD = 410


class _TooOldError(Exception):
    """What happened since the last version is not known any more."""


class _Event(msgspec.Struct, frozen=True):
    type: str
    object: msgspec.Raw


class _Status(msgspec.Struct, frozen=True):
    code: int = 0
    message: str = ""


class _Versioned(msgspec.Struct, frozen=True):
    metadata: Metadata


class Watched[T, V]:
    """All objects of a kind, as `read` makes them of what `type_` decodes, by their UIDs.

    Args:
        name: what they are called in the log.
        call: the client's method that lists them.
        type_: the fields to decode; with `metadata`.
        read: makes of an object what is kept.
        query: more arguments of `call`, such as `field_selector`.
    """

    def __init__(
        self, name: str, call: ListCall, type_: type[T], read: Callable[[T], V], **query: str
    ) -> None:
        self.kept: dict[str, V] = {}
        self.changes = 0
        self._name, self._call, self._type, self._read, self._query = name, call, type_, read, query
        self._decoder = msgspec.json.Decoder(type_)
        self._version = ""
        self._cut_at: float | None = None
        self.known = asyncio.Event()

    @property
    def age(self) -> float:
        """For how many seconds nothing has been heard of changes; 0 while a watch is open."""
        return 0.0 if self._cut_at is None else time.monotonic() - self._cut_at

    async def follow(self) -> None:
        """Keep the copy right, until cancelled. What goes wrong is told in the log, once a time."""
        pause = _PAUSE_SECONDS
        while True:
            try:
                if not self._version:
                    await self._list()
                async with aclosing(self._lines()) as lines:
                    async for line in lines:
                        self._take(msgspec.json.decode(line, type=_Event))
                        pause = _PAUSE_SECONDS
            except _TooOldError:
                self._version = ""
            except Exception as error:  # of HTTP, TLS, timeouts, JSON, a token that expired
                if isinstance(error, ValueError):  # what was told cannot be used: go on after it
                    self._version = ""
                self._cut_at = self._cut_at or time.monotonic()
                pause = min(2 * pause, _LONGEST_PAUSE_SECONDS)
                log.warning("%s: %s; next try in %.0f s", self._name, in_short(error), pause)
            await asyncio.sleep(pause)

    async def _list(self) -> None:
        found, self._version = await read_all(self._call, self._type, **self._query)
        self.kept = {_uid(each): self._read(each) for each in found}
        self.changes += 1
        self._cut_at = None
        self.known.set()

    async def _lines(self) -> AsyncGenerator[bytes]:
        """Yield the events of one watch, until the API server ends it."""
        answer: Any = await self._call(
            watch=True,
            allow_watch_bookmarks=True,
            resource_version=self._version,
            timeout_seconds=_WATCH_SECONDS,
            _request_timeout=(_SILENCE_SECONDS, _WATCH_SECONDS + _SILENCE_SECONDS),
            _preload_content=False,
            **self._query,
        )
        if answer.status == _TOO_OLD:
            answer.close()
            raise _TooOldError
        async with good(answer):
            self._cut_at = None
            rest = b""
            async for chunk in answer.content.iter_any():
                *lines, rest = (rest + chunk).split(b"\n")
                if len(rest) > _LARGEST_EVENT:
                    raise ValueError(f"an event is larger than {_LARGEST_EVENT} bytes")
                for line in lines:
                    yield line

    def _take(self, event: _Event) -> None:
        if event.type == "ERROR":
            status = msgspec.json.decode(event.object, type=_Status)
            if status.code == _TOO_OLD:
                raise _TooOldError
            raise ValueError(f"the watch ended: {status.code} {status.message}")
        if event.type != "BOOKMARK":
            found = self._decoder.decode(event.object)
            if event.type == "DELETED":
                self.kept.pop(_uid(found), None)
            else:
                self.kept[_uid(found)] = self._read(found)
            self.changes += 1
        self._version = msgspec.json.decode(event.object, type=_Versioned).metadata.resource_version


def _uid(found: Any) -> str:
    uid: str = found.metadata.uid
    return uid
