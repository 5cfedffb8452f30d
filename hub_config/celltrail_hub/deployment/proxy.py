"""The hub's routes, told to traefik in pods of its own, which go on while the hub is away.

Traefik's REST provider takes its whole configuration by one PUT and keeps it. The hub sends it at
each change, and every few seconds for a traefik that has just started. It sends nothing before it
has looked through all its servers, so that no route is lost by a restart of the hub. With each
change goes a mark, and a route is in force once traefik's own API knows the mark.
"""

import asyncio
import contextlib
import json
import secrets
import socket
from collections.abc import Mapping
from typing import Any
from urllib.parse import urlsplit

import httpx
from jupyterhub.proxy import Proxy  # type: ignore[import-untyped] # noqa: TID253
from jupyterhub_traefik_proxy.traefik_utils import (  # type: ignore[import-untyped]
    generate_alias,
    generate_rule,
)
from traitlets import Bool, Float, Unicode

ENTRY_POINT = "web"
"""Traefik's name of where users come in."""
_AGAIN_SECONDS = 0.02


class PushedProxy(Proxy):  # type: ignore[misc]
    """Tells every traefik behind one name the routes of this hub."""

    should_start = Bool(False)

    url = Unicode("http://proxy:8001", help="Traefik's REST provider and API.").tag(config=True)
    token = Unicode(help="Sent to it as `Authorization: Bearer TOKEN`.").tag(config=True)
    interval = Float(2, help="Seconds after which the routes are sent again, unchanged.").tag(
        config=True
    )
    timeout = Float(30, help="Seconds to wait for a new route to be in force.").tag(config=True)

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self._routes: dict[str, dict[str, Any]] = {}
        self._wanted = self._told = 0
        self._name = secrets.token_hex(4)
        self._change = asyncio.Event()
        self._progress = asyncio.Condition()
        # A traefik whose node is gone takes no connections; the others are not to wait for it.
        timeout = httpx.Timeout(5, connect=0.5)
        self._client = httpx.AsyncClient(
            headers={"Authorization": f"Bearer {self.token}"}, timeout=timeout, trust_env=False
        )
        self._telling: asyncio.Task[None] | None = None

    async def add_route(self, routespec: str, target: str, data: dict[str, Any]) -> None:
        """Add a route; returns when it is in force, or after `timeout`: it follows then.

        A server that runs is not to fail because the proxy is away.
        """
        routespec = self.validate_routespec(routespec)
        self._routes[routespec] = {"routespec": routespec, "target": target, "data": data}
        self._note_change()
        if self._telling is not None:
            await self._until_told(self._wanted)

    async def delete_route(self, routespec: str) -> None:
        """Take a route away; traefik follows at once."""
        self._routes.pop(self.validate_routespec(routespec), None)
        self._note_change()

    async def get_all_routes(self) -> dict[str, dict[str, Any]]:
        """Return the routes by their specification."""
        return dict(self._routes)

    async def check_routes(self, users: Any, services: Any, routes: Any = None) -> None:
        """Compare the routes with what runs; tell them once no server is unknown any more."""
        await super().check_routes(users, services, routes)
        spawners = [each for user in users.values() for each in user.spawners.values()]
        if self._telling is None and not any(each.pending == "check" for each in spawners):
            self._telling = asyncio.create_task(self._tell_always())

    def _note_change(self) -> None:
        self._wanted += 1
        self._change.set()

    async def _until_told(self, version: int) -> None:
        try:
            async with asyncio.timeout(self.timeout), self._progress:
                await self._progress.wait_for(lambda: self._told >= version)
        except TimeoutError:
            self.log.error("No traefik has taken the routes in %s s", self.timeout)

    async def _tell_always(self) -> None:
        async with self._client:
            known = True
            while True:
                self._change.clear()
                version = self._wanted
                try:
                    told = await self._tell(version)
                except Exception:  # nothing else tells the routes: this must go on
                    self.log.exception("The routes could not be told")
                    told = False
                if told:
                    async with self._progress:
                        self._told = version
                        self._progress.notify_all()
                elif known:
                    self.log.warning("No traefik at %s takes the routes", self.url)
                known = told
                with contextlib.suppress(TimeoutError):
                    await asyncio.wait_for(self._change.wait(), self.interval)

    async def _tell(self, version: int) -> bool:
        """Send the routes to every traefik; return whether they are in force at one at least."""
        mark = f"{self._name}-{version}"
        targets = {routespec: route["target"] for routespec, route in self._routes.items()}
        body = json.dumps(traefik_configuration(targets, mark))
        addresses = await self._addresses()
        return any(await asyncio.gather(*(self._tell_one(each, body, mark) for each in addresses)))

    async def _tell_one(self, address: str, body: str, mark: str) -> bool:
        try:
            answer = await self._client.put(f"{address}/api/providers/rest", content=body)
            answer.raise_for_status()
            async with asyncio.timeout(self.interval):
                while not await self._knows(address, mark):
                    await asyncio.sleep(_AGAIN_SECONDS)
        except (httpx.HTTPError, TimeoutError) as error:
            self.log.debug("Traefik at %s: %s", address, error)
            return False
        return True

    async def _knows(self, address: str, mark: str) -> bool:
        answer = await self._client.get(f"{address}/api/http/middlewares/{mark}@rest")
        return answer.status_code == 200

    async def _addresses(self) -> list[str]:
        parts = urlsplit(self.url)
        try:
            found = await asyncio.get_running_loop().getaddrinfo(
                parts.hostname, parts.port or 80, type=socket.SOCK_STREAM
            )
        except OSError as error:
            self.log.debug("%s: %s", self.url, error)
            return []
        hosts = sorted({str(address[0]) for *_, address in found})
        return [
            f"{parts.scheme}://{f'[{host}]' if ':' in host else host}:{parts.port or 80}"
            for host in hosts
        ]


def traefik_configuration(targets: Mapping[str, str], mark: str) -> dict[str, Any]:
    """Return traefik's dynamic configuration for routes, given as specification and target.

    `mark` is the name of a middleware that nothing uses.
    """
    routers, services = {}, {}
    for routespec, target in targets.items():
        name = generate_alias(routespec)
        services[name] = {"loadBalancer": {"servers": [{"url": target}]}}
        routers[name] = {
            "entryPoints": [ENTRY_POINT],
            "rule": generate_rule(routespec),
            "service": name,
        }
    middlewares = {mark: {"addPrefix": {"prefix": "/"}}}
    return {"http": {"routers": routers, "services": services, "middlewares": middlewares}}
