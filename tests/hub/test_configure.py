import dataclasses
from pathlib import Path

import pytest
from traitlets.config import Config

from celltrail.errors import InvalidError
from celltrail_hub.local.configure import configure
from celltrail_hub.local.settings import HubSettings
from celltrail_hub.local.state import load_password


@pytest.fixture
def settings(tmp_path: Path) -> HubSettings:
    return HubSettings(
        state_dir=tmp_path / "state",
        host="127.0.0.1",
        port=8000,
        hub_port=8001,
        proxy_port=8002,
        tracking_port=8003,
        traefik=Path("/opt/traefik/traefik"),
    )


@pytest.fixture
def config(settings: HubSettings) -> Config:
    c = Config()
    configure(c, settings)
    return c


def test_everything_listens_on_loopback(config: Config):
    addresses = [
        config.JupyterHub.bind_url,
        config.JupyterHub.hub_bind_url,
        config.TraefikProxy.traefik_api_url,
        config.JupyterHub.services[0]["url"],
    ]
    assert addresses == [f"http://127.0.0.1:{port}" for port in (8000, 8001, 8002, 8003)]


def test_the_shared_password_is_refused_on_an_address_that_others_reach(settings: HubSettings):
    with pytest.raises(InvalidError, match=r"0\.0\.0\.0.*one password"):
        configure(Config(), dataclasses.replace(settings, host="0.0.0.0"))


def test_the_password_is_the_one_that_is_kept(config: Config, settings: HubSettings):
    password = load_password(settings.state_dir)
    assert config.CelltrailAuthenticator.user_password == password


def test_a_browser_gets_no_scope_to_record(config: Config):
    assert "oauth_client_allowed_scopes" not in config.JupyterHub.services[0]
    assert "oauth_client_allowed_scopes" not in config.Spawner
    assert "custom:celltrail:write" in config.Spawner.server_token_scopes


def test_a_server_token_may_not_do_more_than_its_user(config: Config):
    own = {scope for scope in config.Spawner.server_token_scopes if not scope.endswith("!user")}
    assert own - {"access:servers!server"} <= config.JupyterHub.extra_user_scopes


def test_kernels_reach_the_tracking_server_without_the_proxy(config: Config):
    direct = "http://127.0.0.1:8003/services/celltrail"
    environment = config.Spawner.environment
    assert environment["CELLTRAIL_URL"] == environment["MLFLOW_TRACKING_URI"] == direct
