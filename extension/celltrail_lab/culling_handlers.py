"""The routes under `/celltrail/culling`: for Lab's pages, for scripts, and for the hub."""

import hmac
import os

import msgspec
from jupyter_server.auth.decorator import authorized
from tornado import web

from celltrail.errors import DeniedError, InvalidError
from celltrail_lab.culling import Culling, Notice
from celltrail_lab.handlers import CelltrailHandler


class CullingHandler(CelltrailHandler):
    """A handler whose requests are no use of the server."""

    _track_activity = False

    @property
    def culling(self) -> Culling:
        """What this server knows of its own end."""
        return self.shared.culling


class StateHandler(CullingHandler):
    """`GET /celltrail/culling`: how things stand, for a page of Lab that is open."""

    @web.authenticated
    @authorized
    async def get(self) -> None:
        """Answer with the state; whoever asks is a connection."""
        self.culling.usage.see_page()
        self.answer(self.culling.state())


class KeepHandler(CullingHandler):
    """`POST /celltrail/culling/keep` {"seconds"}: do not stop this server for so long."""

    @web.authenticated
    @authorized
    async def post(self) -> None:
        """Answer with the state then; 400 with the bound beyond it."""
        seconds = self.json_object().get("seconds")
        if not isinstance(seconds, int | float) or isinstance(seconds, bool):
            raise InvalidError("the request needs 'seconds', a number")
        self.culling.keep(seconds)
        self.answer(self.culling.state())


class LookHandler(CullingHandler):
    """`POST /celltrail/culling/look`: what the hub says, for what it asks."""

    @web.authenticated
    @authorized
    async def post(self) -> None:
        """Answer the hub, which knows this server's own token; 401 to everybody else."""
        token = os.environ.get("JUPYTERHUB_API_TOKEN", "")
        given = self.request.headers.get("Authorization", "")
        if not token or not hmac.compare_digest(given.encode(), f"token {token}".encode()):
            raise DeniedError("only the hub looks in on a server")
        try:
            notice = msgspec.convert(self.json_object(), Notice)
        except msgspec.ValidationError as error:
            raise InvalidError(f"the hub's notice cannot be read: {error}") from error
        self.answer(await self.culling.take(notice))
