"""The three kinds of authentication."""

import asyncio
import json
import stat
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest

from celltrail.errors import DeniedError, InvalidError, UnavailableError
from celltrail_server.auth.jupyterhub import HubAuth, HubSettings, user_of
from celltrail_server.auth.none import NoAuth
from celltrail_server.auth.token import TokenAuth, load_token


def bearer(token: str) -> dict[bytes, bytes]:
    return {b"authorization": f"Bearer {token}".encode()}


@pytest.mark.parametrize(
    ("headers", "is_let_in"),
    [
        ({b"authorization": b"Bearer secret"}, True),
        ({b"authorization": b"token secret"}, True),
        ({b"authorization": b"bearer  secret"}, True),
        ({b"authorization": b"Bearer Secret"}, False),
        ({b"authorization": b"Bearer \xff"}, False),
        ({b"authorization": b"Basic secret"}, False),
        ({b"authorization": b"secret"}, False),
        ({b"cookie": b"token=secret"}, False),
        ({}, False),
    ],
)
async def test_only_the_right_token_is_let_in(headers: dict[bytes, bytes], is_let_in: bool) -> None:
    auth = TokenAuth("secret")
    if is_let_in:
        assert (await auth.identify(headers)).can_write
    else:
        with pytest.raises(DeniedError):
            await auth.identify(headers)


def test_a_token_is_made_once_and_only_its_user_reads_it(tmp_path: Path) -> None:
    token = load_token(tmp_path / "token")
    assert len(token) >= 32
    assert load_token(tmp_path / "token") == token
    assert stat.S_IMODE((tmp_path / "token").stat().st_mode) == 0o600
    (tmp_path / "token").write_text("")
    with pytest.raises(UnavailableError, match="is empty"):
        load_token(tmp_path / "token")


@pytest.mark.parametrize(
    ("headers", "is_let_in"),
    [
        ({b"host": b"127.0.0.1:8765"}, True),
        ({b"host": b"localhost"}, True),
        ({b"host": b"[::1]:8765"}, True),
        ({b"host": b"evil.example:8765"}, False),
        ({b"host": b"127.0.0.1.evil.example"}, False),
        ({}, False),
        ({b"host": b"localhost", b"sec-fetch-site": b"same-origin"}, True),
        ({b"host": b"localhost", b"sec-fetch-site": b"cross-site"}, False),
    ],
)
async def test_without_authentication_other_sites_stay_out(
    headers: dict[bytes, bytes], is_let_in: bool
) -> None:
    if is_let_in:
        assert (await NoAuth().identify(headers)).can_write
    else:
        with pytest.raises(DeniedError):
            await NoAuth().identify(headers)


class FakeHub:
    """Answers `GET /user` over real HTTP; JupyterHub itself is tested in `tests/hub`."""

    def __init__(self) -> None:
        self.users: dict[str, Any] = {}
        self.asked: list[str] = []
        self.status = 200
        hub = self

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                token = self.headers["Authorization"].removeprefix("token ")
                hub.asked.append(token)
                status = hub.status if token in hub.users or hub.status != 200 else 403
                body = json.dumps(hub.users.get(token, {})).encode()
                self.send_response(status if self.path == "/hub/api/user" else 500)
                self.send_header("Content-Length", str(len(body)))
                self.end_headers()
                self.wfile.write(body)

            def log_message(self, *_: object) -> None: ...

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.thread = threading.Thread(target=self.server.serve_forever, args=(0.05,))
        self.thread.start()

    @property
    def settings(self) -> HubSettings:
        return HubSettings(f"http://127.0.0.1:{self.server.server_port}/hub/api")

    def close(self) -> None:
        self.server.shutdown()
        self.thread.join()
        self.server.server_close()


@pytest.fixture
def hub() -> Iterator[FakeHub]:
    hub = FakeHub()
    yield hub
    hub.close()


def model(name: str = "ada", *scopes: str, kind: str = "user") -> dict[str, Any]:
    return {"name": name, "kind": kind, "scopes": list(scopes)}


class Clock:
    now = 0.0

    def __call__(self) -> float:
        return self.now


async def test_the_hub_is_asked_once_for_many_and_again_when_time_has_passed(hub: FakeHub) -> None:
    hub.users["t"] = model("ada", "custom:celltrail:write")
    clock = Clock()
    auth = HubAuth(hub.settings, clock)
    users = await asyncio.gather(*(auth.identify(bearer("t")) for _ in range(20)))
    assert {user.name for user in users} == {"ada"}
    clock.now = 29
    await auth.identify(bearer("t"))
    assert hub.asked == ["t"]
    clock.now = 31
    await auth.identify(bearer("t"))
    assert hub.asked == ["t", "t"]
    await auth.close()


async def test_a_refusal_is_remembered_for_a_moment_only(hub: FakeHub) -> None:
    clock = Clock()
    auth = HubAuth(hub.settings, clock)
    for _ in range(3):
        with pytest.raises(DeniedError):
            await auth.identify(bearer("new"))
    assert hub.asked == ["new"]
    hub.users["new"] = model("ada", "custom:celltrail:write")
    clock.now = 4
    assert (await auth.identify(bearer("new"))).name == "ada"
    await auth.close()


async def test_logging_survives_a_hub_that_restarts(hub: FakeHub) -> None:
    hub.users["t"] = model("ada", "custom:celltrail:write")
    clock = Clock()
    auth = HubAuth(hub.settings, clock)
    await auth.identify(bearer("t"))
    hub.status = 503
    clock.now = 299
    assert (await auth.identify(bearer("t"))).name == "ada"
    with pytest.raises(UnavailableError):
        await auth.identify(bearer("unknown"))
    clock.now = 301
    with pytest.raises(UnavailableError):
        await auth.identify(bearer("t"))
    hub.status = 200
    assert (await auth.identify(bearer("t"))).name == "ada"
    del hub.users["t"]
    clock.now = 400
    with pytest.raises(DeniedError):
        await auth.identify(bearer("t"))
    await auth.close()


async def test_a_hub_that_cannot_be_reached_is_unavailable(hub: FakeHub) -> None:
    auth = HubAuth(HubSettings("http://127.0.0.1:9/hub/api"))
    with pytest.raises(UnavailableError, match="the hub cannot be asked"):
        await auth.identify(bearer("t"))
    await auth.close()


ACCESS = frozenset({"access:services", "access:services!service=celltrail"})


@pytest.mark.parametrize(
    ("found", "access", "expected"),
    [
        (model("ada", "custom:celltrail:write"), frozenset(), ("ada", True)),
        (model("ada", "custom:celltrail:read"), frozenset(), ("ada", False)),
        (model("ada", "custom:celltrail:write!user=ada"), frozenset(), ("ada", True)),
        (model("ada", "custom:celltrail:write!user=bob"), frozenset(), None),
        (model("ada", "access:servers"), frozenset(), None),
        (model("ada", "custom:celltrail:write"), ACCESS, None),
        (
            model("ada", "custom:celltrail:write", "access:services!service=celltrail"),
            ACCESS,
            ("ada", True),
        ),
        (
            model("ada", "custom:celltrail:write", kind="service"),
            frozenset(),
            ("service:ada", True),
        ),
    ],
)
def test_scopes_decide(
    found: dict[str, Any], access: frozenset[str], expected: tuple[str, bool] | None
) -> None:
    user = user_of(found, access)
    assert (user and (user.name, user.can_write)) == expected


def test_a_hub_must_be_there() -> None:
    with pytest.raises(InvalidError, match="JUPYTERHUB_API_URL"):
        HubSettings.from_env({}, 30, 300)
    settings = HubSettings.from_env(
        {"JUPYTERHUB_API_URL": "http://h/", "JUPYTERHUB_OAUTH_ACCESS_SCOPES": '["a", "b"]'}, 1, 2
    )
    assert (settings.api_url, settings.access_scopes) == ("http://h", {"a", "b"})
