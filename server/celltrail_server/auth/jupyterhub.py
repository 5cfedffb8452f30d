"""Tokens of a JupyterHub: asked of the hub, remembered for a while, held while it is away.

Logging calls come by the thousand and a hub restart is normal, so each token is asked about at
most every `cache_seconds`, by one request at a time, and a token that was good stays good for
`stale_seconds` while the hub does not answer.
"""

import asyncio
import hashlib
import json
import time
from collections import OrderedDict
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

import httpx

from celltrail.errors import DeniedError, InvalidError, UnavailableError
from celltrail_server.auth.base import Headers, bearer_token
from celltrail_server.callers import RESERVED, SERVICE, Caller

READ_SCOPE = "custom:celltrail:read"
WRITE_SCOPE = "custom:celltrail:write"
LEAD_SCOPE = "custom:celltrail:lead"
ADMIN_SCOPE = "custom:celltrail:admin"
MAX_NAME = 249
"""Longest name of a user or group; the database has room for 255 characters, and a prefix."""
MAX_TOKENS = 10_000
TIMEOUT_SECONDS = 10


@dataclass(frozen=True, slots=True)
class HubSettings:
    """Where the hub is and how long its answers are believed."""

    api_url: str
    access_scopes: frozenset[str] = frozenset()
    """The caller needs one of these to enter; empty: any user of the hub may."""
    cache_seconds: float = 30
    denied_seconds: float = 3
    stale_seconds: float = 300

    @classmethod
    def from_env(cls, env: Mapping[str, str], cache: float, stale: float) -> "HubSettings":
        """Read `JUPYTERHUB_API_URL` and `JUPYTERHUB_OAUTH_ACCESS_SCOPES`."""
        api_url = env.get("JUPYTERHUB_API_URL", "")
        if not api_url:
            raise InvalidError(
                "--auth jupyterhub needs JUPYTERHUB_API_URL: run this as a service of a hub"
            )
        try:
            scopes = frozenset(json.loads(env.get("JUPYTERHUB_OAUTH_ACCESS_SCOPES") or "[]"))
        except (ValueError, TypeError) as error:
            raise InvalidError("JUPYTERHUB_OAUTH_ACCESS_SCOPES is not a JSON list") from error
        return cls(api_url.rstrip("/"), scopes, cache_seconds=cache, stale_seconds=stale)


@dataclass(frozen=True, slots=True)
class _Answer:
    user: Caller | None
    at: float


class HubAuth:
    """Asks `GET {api_url}/user` who the bearer of a token is."""

    def __init__(self, settings: HubSettings, clock: Callable[[], float] = time.monotonic) -> None:
        self._settings = settings
        self._clock = clock
        self._client = httpx.AsyncClient(timeout=TIMEOUT_SECONDS)
        self._answers: OrderedDict[str, _Answer] = OrderedDict()
        self._asking: dict[str, asyncio.Task[_Answer]] = {}

    async def identify(self, headers: Headers) -> Caller:
        """Return the hub's user; raises `DeniedError` or, the hub being away, `Unavailable…`."""
        token = bearer_token(headers)
        key = hashlib.sha256(token.encode()).hexdigest()
        answer = self._fresh(key) or await self._ask_once(key, token)
        if answer.user is None:
            raise DeniedError("the hub does not accept this token, or it may not enter here")
        return answer.user

    async def close(self) -> None:
        """Close the connections to the hub."""
        await self._client.aclose()

    def _fresh(self, key: str) -> _Answer | None:
        answer = self._answers.get(key)
        if answer is None:
            return None
        self._answers.move_to_end(key)
        settings = self._settings
        limit = settings.cache_seconds if answer.user else settings.denied_seconds
        return answer if self._clock() - answer.at < limit else None

    async def _ask_once(self, key: str, token: str) -> _Answer:
        if key not in self._asking:
            task = asyncio.create_task(self._ask(key, token))
            self._asking[key] = task
            task.add_done_callback(lambda _: self._asking.pop(key, None))
        # One caller who hangs up must not take the answer from the others.
        return await asyncio.shield(self._asking[key])

    async def _ask(self, key: str, token: str) -> _Answer:
        try:
            response = await self._client.get(
                f"{self._settings.api_url}/user", headers={"Authorization": f"token {token}"}
            )
        except httpx.HTTPError as error:
            return self._stale(key, f"{type(error).__name__}")
        if response.status_code == 200:
            user = user_of(response.json(), self._settings.access_scopes)
        elif response.status_code in (401, 403, 404):
            user = None
        else:
            return self._stale(key, f"status {response.status_code}")
        answer = self._answers[key] = _Answer(user, self._clock())
        while len(self._answers) > MAX_TOKENS:
            self._answers.popitem(last=False)
        return answer

    def _stale(self, key: str, reason: str) -> _Answer:
        answer = self._answers.get(key)
        if answer and answer.user and self._clock() - answer.at < self._settings.stale_seconds:
            return answer
        raise UnavailableError(f"the hub cannot be asked about the token: {reason}")


def user_of(model: Mapping[str, Any], access_scopes: frozenset[str]) -> Caller | None:
    """Return the user in the hub's answer, or None if their scopes do not let them enter.

    The hub's own administrators get nothing by being that: what they may do here is a scope, too.
    """
    name, scopes = str(model["name"]), frozenset(model.get("scopes") or ())
    if access_scopes and not access_scopes & scopes:
        return None
    is_service = model.get("kind") == "service"
    if len(name) > MAX_NAME or (not is_service and name.startswith(RESERVED)):
        return None
    groups = frozenset(
        str(group) for group in model.get("groups") or () if 0 < len(group) <= MAX_NAME
    )

    def holds(scope: str) -> bool:
        return scope in scopes or (not is_service and f"{scope}!user={name}" in scopes)

    can_write = holds(WRITE_SCOPE)
    can_read = can_write or holds(READ_SCOPE)
    if not can_read:
        return None
    # A service and a user may share a name, but not their records.
    return Caller(
        SERVICE + name if is_service else name,
        groups,
        groups if LEAD_SCOPE in scopes else _filtered(scopes, LEAD_SCOPE, groups),
        can_write=can_write,
        is_admin=ADMIN_SCOPE in scopes,
    )


def _filtered(scopes: frozenset[str], scope: str, groups: frozenset[str]) -> frozenset[str]:
    return frozenset(group for group in groups if f"{scope}!group={group}" in scopes)
