"""Each way of logging in as JupyterHub's authenticators understand it."""

import logging
from collections.abc import Mapping
from importlib import import_module
from pathlib import Path
from typing import Any

import pytest
import yaml
from traitlets.config import Config

from celltrail_hub.deployment.configure import configure_deployment
from celltrail_hub.deployment.settings import load_deployment

OAUTH = {"client_id": "hub", "client_secret": {"env": "SECRET"}}
OIDC = {
    **OAUTH,
    "authorize_url": "https://id.example.org/auth",
    "token_url": "https://id.example.org/token",
    "userdata_url": "https://id.example.org/userinfo",
}
TEAM = {"slug": "core", "organization": {"login": "acme"}}


def authenticator(tmp_path: Path, way: str, login: Mapping[str, Any], **more: Any) -> Any:
    """The authenticator that JupyterHub would make; fails if it does not know a setting."""
    settings = {
        "url": "https://notebooks.example.org",
        "servers": {"namespace": "users", "image": "x:1"},
        "authentication": {way: login, "allowed": {"users": ["ada"]}},
        **more,
    }
    path = tmp_path / "hub.yaml"
    path.write_text(yaml.safe_dump(settings))
    c = Config()
    env = {"SECRET": "s3cret", "CELLTRAIL_PROXY_TOKEN": "proxy"}
    configure_deployment(c, load_deployment(path), env)
    module, _, name = c.JupyterHub.authenticator_class.rpartition(".")
    kind = getattr(import_module(module), name)
    assert set(c[name]) <= set(kind.class_traits(config=True))
    return kind(config=c, log=logging.getLogger())


@pytest.mark.parametrize(
    ("way", "login", "address"),
    [
        ("oidc", OIDC, "https://id.example.org/auth"),
        ("github", OAUTH, "https://github.com/login/oauth/authorize"),
        (
            "github",
            {**OAUTH, "url": "https://git.x.org"},
            "https://git.x.org/login/oauth/authorize",
        ),
        ("gitlab", OAUTH, "https://gitlab.com/oauth/authorize"),
        ("gitlab", {**OAUTH, "url": "https://git.x.org"}, "https://git.x.org/oauth/authorize"),
        ("google", OAUTH, "https://accounts.google.com/o/oauth2/v2/auth"),
        (
            "azuread",
            {**OAUTH, "tenant_id": "t1"},
            "https://login.microsoftonline.com/t1/oauth2/v2.0/authorize",
        ),
    ],
)
def test_people_are_sent_to_the_provider(
    tmp_path: Path, way: str, login: Mapping[str, Any], address: str
):
    made = authenticator(tmp_path, way, login)
    assert made.authorize_url == address
    assert made.oauth_callback_url == "https://notebooks.example.org/hub/oauth_callback"
    assert made.client_secret == "s3cret"
    assert made.enable_pkce
    assert (made.allowed_users, made.allow_all) == ({"ada"}, False)


@pytest.mark.parametrize(
    ("way", "login", "auth_state", "groups"),
    [
        ("oidc", {**OIDC, "groups_claim": "roles"}, {"oauth_user": {"roles": ["a"]}}, {"a"}),
        ("gitlab", OAUTH, {"oauth_user": {"groups": ["a/b"]}}, {"a/b"}),
        ("github", OAUTH, {"teams": [TEAM]}, {"acme", "acme:core"}),
        ("github", OAUTH, {}, set()),
        ("azuread", {**OAUTH, "tenant_id": "t"}, {"user": {"groups": ["a"]}}, {"a"}),
    ],
)
async def test_groups_of_the_provider_become_groups_of_the_hub(
    tmp_path: Path, way: str, login: Mapping[str, Any], auth_state: Any, groups: set[str]
):
    made = authenticator(tmp_path, way, login, admins={"groups": ["a"]})
    assert made.manage_groups
    assert await made.get_user_groups(auth_state) == groups
    assert made.admin_groups == {"a"}


def test_other_domains_than_those_hosted_are_refused(tmp_path: Path):
    made = authenticator(tmp_path, "google", {**OAUTH, "hosted_domains": ["example.org"]})
    for domain, lets_in in (("example.org", True), ("x.org", False)):
        state = {"auth_state": {"google_user": {"hd": domain}}}
        assert made.check_blocked_users("ada", state) == lets_in


def test_an_own_class_is_taken_as_it_is(tmp_path: Path):
    made = authenticator(tmp_path, "class_name", "jupyterhub.auth:NullAuthenticator")  # type: ignore[arg-type]
    assert type(made).__name__ == "NullAuthenticator"
