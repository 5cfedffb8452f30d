"""The settings of a hub in a pod: what is taken, what is refused, what JupyterHub is told."""

import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from traitlets.config import Config

from celltrail.cli import main
from celltrail.errors import InvalidError
from celltrail_hub.deployment.configure import configure_deployment
from celltrail_hub.deployment.settings import json_schema, load_deployment
from celltrail_profiles.errors import InvalidFileError
from tests.hub.conftest import CHECKOUT, clean_environment
from tests.hub.deployed_hub import HUB

GOOD = """
url: https://notebooks.example.org/lab/
servers: {namespace: users, image: "example.org/notebook:1", named: 2, home: {capacity: 5Gi}}
authentication:
  oidc:
    client_id: hub
    client_secret: {env: CLIENT_SECRET}
    authorize_url: https://id.example.org/auth
    token_url: https://id.example.org/token
    userdata_url: https://id.example.org/userinfo
    groups_claim: groups
  allowed: {groups: [science]}
"""
ENV = {"CLIENT_SECRET": "s3cret word", "CELLTRAIL_PROXY_TOKEN": "proxy"}


def configured(tmp_path: Path, text: str = GOOD, more: str = "", **env: str) -> Config:
    path = tmp_path / "hub.yaml"
    path.write_text(text + more)
    c = Config()
    configure_deployment(c, load_deployment(path), {**ENV, **env})
    return c


def test_pages_lie_below_the_path_of_the_public_url(tmp_path: Path):
    c = configured(tmp_path)
    assert c.JupyterHub.bind_url == "http://:8000/lab/"
    assert c.JupyterHub.public_url == "https://notebooks.example.org/lab/"
    assert c.JupyterHub.hub_connect_url == "http://hub:8081"
    tracking = "http://tracking:8765/lab/services/celltrail"
    assert c.Spawner.environment["CELLTRAIL_URL"] == tracking
    assert c.GenericOAuthenticator.oauth_callback_url.endswith("org/lab/hub/oauth_callback")


def test_the_hub_listens_where_others_are_told_to_reach_it(tmp_path: Path):
    c = configured(tmp_path, more="hub: {url: 'http://hub.platform:9000'}\n")
    assert c.JupyterHub.hub_bind_url == "http://:9000"


def test_an_autoscaler_is_waited_for_where_there_is_one(tmp_path: Path):
    assert not configured(tmp_path).CelltrailSpawner
    c = configured(tmp_path, GOOD.replace("named: 2", "named: 2, autoscaler: 1m"))
    assert c.CelltrailSpawner.autoscaler_seconds == 60


def test_secrets_come_from_variables_and_files(tmp_path: Path):
    secret = tmp_path / "db"
    secret.write_text("postgresql://hub:pw@db/hub\n")
    hub = f"hub: {{database: {{file: {secret}}}, cookie_secret: {{env: COOKIE}}}}\n"
    c = configured(tmp_path, more=hub, COOKIE="ab" * 32)
    assert c.JupyterHub.db_url == "postgresql+psycopg://hub:pw@db/hub"
    assert c.JupyterHub.cookie_secret == b"\xab" * 32
    assert c.GenericOAuthenticator.client_secret == "s3cret word"


def test_a_missing_secret_is_named(tmp_path: Path):
    with pytest.raises(InvalidError, match="the environment variable CLIENT_SECRET should hold"):
        configured(tmp_path, CLIENT_SECRET="")


@pytest.mark.parametrize(
    ("text", "said"),
    [
        (GOOD.replace("namespace:", "namespce:"), "3:11.*namespce; did you mean namespace?"),
        (GOOD.replace("client_secret: {env: CLIENT_SECRET}", "client_secret: plain"), "a mapping"),
        (GOOD.replace("{env: CLIENT_SECRET}", "{}"), "name either `env` or `file`"),
        (GOOD.replace("  allowed: {groups: [science]}\n", ""), "nobody is let in"),
        (GOOD.replace("  oidc:", "  native: {admin_password: {env: X}}\n  oidc:"), "oidc and nat"),
        (GOOD.replace("https://notebooks", "notebooks"), "2:6: error: url: "),
    ],
)
def test_mistakes_are_told_with_their_place(tmp_path: Path, text: str, said: str):
    with pytest.raises(InvalidFileError, match=said):
        configured(tmp_path, text)


def test_a_server_is_a_pod_that_the_strictest_namespace_takes(tmp_path: Path):
    c = configured(tmp_path)
    context = c.KubeSpawner.container_security_context
    assert context["runAsNonRoot"]
    assert context["capabilities"] == {"drop": ["ALL"]}
    assert (c.KubeSpawner.namespace, c.KubeSpawner.storage_capacity) == ("users", "5Gi")
    assert c.JupyterHub.named_server_limit_per_user == 2


def test_a_service_gets_its_scopes_and_no_other(tmp_path: Path):
    services = """
services:
  idle: {token: {env: IDLE}, scopes: [list:users, delete:servers]}
  usage: {token: {env: USAGE}, url: "http://usage:80", open_to_users: true}
"""
    c = configured(tmp_path, more=services, IDLE="i", USAGE="u")
    assert {"name": "idle", "api_token": "i", "display": True} in c.JupyterHub.services
    assert c.JupyterHub.load_roles == [
        {"name": "service-idle", "services": ["idle"], "scopes": ["list:users", "delete:servers"]}
    ]
    assert "access:services!service=usage" in c.JupyterHub.extra_user_scopes
    assert "access:services!service=idle" not in c.JupyterHub.extra_user_scopes


def test_own_files_are_executed_last_and_their_errors_named(tmp_path: Path):
    folder = tmp_path / "extra"
    folder.mkdir()
    (folder / "10.py").write_text("c.Spawner.default_url = '/tree'\n")
    (folder / "20.py").write_text("c = get_config(); c.Spawner.http_timeout *= 2\n")
    extra = f"extra_config: {folder}\n"
    with pytest.raises(InvalidError, match=r"there is no folder .*extras"):
        configured(tmp_path, more=f"extra_config: {folder}s\n")
    c = configured(tmp_path, more=extra)
    assert (c.Spawner.default_url, c.Spawner.http_timeout) == ("/tree", 180)
    (folder / "30.py").write_text("import nothing_of_that_name\n")
    with pytest.raises(InvalidError, match=r"30\.py fails: ModuleNotFoundError"):
        configured(tmp_path, more=extra)


PASSWORD = """
url: {url}
servers: {{namespace: users, image: "x:1"}}
authentication:
  password: {{password: {{env: CLIENT_SECRET}}{even}}}
  allowed: {{everyone: true}}
"""


@pytest.mark.parametrize("url", ["https://notebooks.example.org", "http://10.0.0.7", "http://[::]"])
def test_one_password_for_all_is_refused_where_others_can_come(tmp_path: Path, url: str):
    with pytest.raises(InvalidError, match=r"others can reach.*set authentication to oidc"):
        configured(tmp_path, PASSWORD.format(url=url, even=""))
    configured(tmp_path, PASSWORD.format(url=url, even=", even_public: true"))


@pytest.mark.parametrize("login", ["password: {password", "native: {admin_password"])
def test_a_password_that_is_short_is_refused(tmp_path: Path, login: str):
    text = PASSWORD.format(url="http://localhost:8000", even="")
    text = text.replace("password: {password", login)
    with pytest.raises(InvalidError, match=r"authentication\.\w+\.\w+ must have at least"):
        configured(tmp_path, text, CLIENT_SECRET="short")


@pytest.mark.parametrize("url", ["http://localhost:8000", "http://127.0.0.1/", "http://[::1]:80"])
def test_one_password_for_all_will_do_on_loopback(tmp_path: Path, url: str):
    configured(tmp_path, PASSWORD.format(url=url, even=""))


@pytest.mark.parametrize(
    "code",
    [
        "c.JupyterHub.authenticator_class = 'dummy'",
        "c.JupyterHub.authenticator_class = 'jupyterhub.auth.DummyAuthenticator'",
        "from jupyterhub.auth import DummyAuthenticator as D; c.JupyterHub.authenticator_class = D",
        "c.JupyterHub.authenticator_class = 'shared-password'",
        "c.JupyterHub.authenticator_class = 'native'; c.NativeAuthenticator.open_signup = True",
    ],
)
def test_extra_config_cannot_open_the_door_unseen(tmp_path: Path, code: str):
    (tmp_path / "extra").mkdir()
    (tmp_path / "extra" / "login.py").write_text(code)
    with pytest.raises(InvalidError, match="others can reach"):
        configured(tmp_path, more=f"extra_config: {tmp_path / 'extra'}\n")


OPEN = """
url: https://notebooks.example.org
servers: {{namespace: users, image: "x:1"}}
authentication:
  {way}: {{client_id: hub, client_secret: {{env: CLIENT_SECRET}}{more}}}
  allowed: {{everyone: true}}
"""


@pytest.mark.parametrize(
    ("way", "more"),
    [("github", ""), ("gitlab", ""), ("google", ""), ("azuread", ", tenant_id: common")],
)
def test_a_provider_that_is_open_to_the_world_needs_names(tmp_path: Path, way: str, more: str):
    with pytest.raises(InvalidError, match="everyone in the world may have an account"):
        configured(tmp_path, OPEN.format(way=way, more=more))


def test_extra_config_cannot_let_in_the_world_unseen(tmp_path: Path):
    (tmp_path / "extra").mkdir()
    (tmp_path / "extra" / "all.py").write_text("c.GitHubOAuthenticator.allow_all = True")
    text = OPEN.format(way="github", more="").replace("everyone: true", "users: [ada]")
    configured(tmp_path, text)
    with pytest.raises(InvalidError, match="everyone in the world may have an account"):
        configured(tmp_path, text + f"extra_config: {tmp_path / 'extra'}\n")


@pytest.mark.parametrize(
    ("way", "more"),
    [
        ("github", ", url: 'https://git.example.org'"),
        ("google", ", hosted_domains: [example.org]"),
        ("azuread", ", tenant_id: 1-2-3"),
    ],
)
def test_everyone_of_an_organization_may_come(tmp_path: Path, way: str, more: str):
    c = configured(tmp_path, OPEN.format(way=way, more=more))
    assert c.Authenticator.allow_all


def test_the_schema_for_editors_knows_what_is_required():
    schema: dict[str, Any] = json_schema()
    required = schema["$defs"]["Deployment"]["required"]
    assert required == ["url", "servers", "authentication"]
    assert schema["$defs"]["Deployment"]["additionalProperties"] is False


def test_mistakes_are_found_before_a_hub_starts(tmp_path: Path, capsys: pytest.CaptureFixture[str]):
    path = tmp_path / "hub.yaml"
    path.write_text(GOOD)
    assert main(["hub", "lint", str(path)]) == 0
    path.write_text(GOOD.replace("image:", "imgae:"))
    assert main(["hub", "lint", str(path)]) == 1
    assert "3:29: error: unknown key imgae; did you mean image?" in capsys.readouterr().out


@pytest.mark.integration
def test_a_hub_that_would_let_anybody_in_does_not_start_and_says_so_in_a_line(tmp_path: Path):
    path = tmp_path / "hub.yaml"
    path.write_text(PASSWORD.format(url="https://notebooks.example.org", even=""))
    config = CHECKOUT / "hub_config" / "jupyterhub_config.py"
    env = {**clean_environment(), **ENV, "CELLTRAIL_HUB_CONFIG": str(path)}
    path_of_ours = os.pathsep.join(sys.path)
    hub = subprocess.run(
        [*HUB, "-f", str(config)],
        cwd=tmp_path,
        env={**env, "PYTHONPATH": path_of_ours},
        capture_output=True,
        text=True,
        timeout=60,
    )
    assert hub.returncode == 1
    assert hub.stderr.startswith("celltrail: others can reach https://notebooks.example.org")
    assert hub.stderr.count("\n") == 1
