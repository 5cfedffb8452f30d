"""From settings to JupyterHub's authenticators.

Each way of logging in is one function that returns the class and its traits. Whatever the way, who
is let in is said by name, and groups that the login knows become groups of the hub, which profiles
and quotas ask for.
"""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from celltrail.errors import InvalidError
from celltrail_hub.deployment.settings import Deployment
from celltrail_hub.logins.authenticator import USERNAME_PATTERN
from celltrail_hub.logins.settings import (
    AzureAd,
    GitHub,
    GitLab,
    Google,
    Ldap,
    Native,
    OAuth,
    Oidc,
    SharedPassword,
)

type Traits = dict[str, Any]

_GENERIC = "oauthenticator.generic.GenericOAuthenticator"
_TEMPLATES = Path(__file__).parents[1] / "templates"
_OIDC_SCOPES = ("openid", "profile", "email")


def configure_authentication(c: Any, settings: Deployment, env: Mapping[str, str]) -> None:
    """Let people in as the section `authentication` says. Raises InvalidError without a secret."""
    chosen = settings.authentication
    c.Authenticator.username_pattern = USERNAME_PATTERN
    c.Authenticator.admin_users = set(settings.admins.users)
    c.Authenticator.allowed_users = set(chosen.allowed.users)
    c.Authenticator.allow_all = chosen.allowed.everyone
    name, traits = _chosen(settings, env)
    c.JupyterHub.authenticator_class = name
    class_name = name.rpartition(".")[2]
    c[class_name].update(traits)
    if chosen.native is not None:
        c.JupyterHub.template_paths.insert(0, str(_TEMPLATES / "accounts"))
        sign_up = f'No account yet? <a href="{settings.base_url}hub/signup">Sign up</a>'
        c.JupyterHub.template_vars.update({"announcement_login": sign_up})
    if chosen.allowed.groups:
        trait = "allowed_names" if chosen.ldap else "allowed_groups"
        c[class_name][trait] = set(chosen.allowed.groups)
    if settings.admins.groups:
        c[class_name].admin_groups = set(settings.admins.groups)


def _chosen(settings: Deployment, env: Mapping[str, str]) -> tuple[str, Traits]:
    match getattr(settings.authentication, settings.authentication.way):
        case SharedPassword() as login:
            return "celltrail_hub.logins.authenticator.CelltrailAuthenticator", {
                "user_password": _long_enough("password.password", login.password.read(env), 8)
            }
        case Oidc() as login:
            return _GENERIC, _oidc(login) | _oauth(login, settings, env, _OIDC_SCOPES)
        case GitLab() as login:
            return _GENERIC, _gitlab(login) | _oauth(login, settings, env, _OIDC_SCOPES)
        case GitHub() as login:
            name = "oauthenticator.github.GitHubOAuthenticator"
            return name, _github(login) | _oauth(login, settings, env, ("read:org",))
        case Google() as login:
            name = "oauthenticator.google.GoogleOAuthenticator"
            return name, {"hosted_domain": list(login.hosted_domains)} | _oauth(
                login, settings, env, ("openid", "email")
            )
        case AzureAd() as login:
            name = "oauthenticator.azuread.AzureAdOAuthenticator"
            return name, _azuread(login) | _oauth(login, settings, env, _OIDC_SCOPES)
        case Ldap() as login:
            return "celltrail_hub.logins.directory.CelltrailDirectory", _ldap(login, env)
        case Native() as login:
            return "celltrail_hub.logins.accounts.CelltrailAccounts", _native(login, env)
        case str() as class_name:
            return class_name.replace(":", "."), {}
    raise AssertionError("one of WAYS has no authenticator")


def _oauth(
    login: OAuth, settings: Deployment, env: Mapping[str, str], scopes: tuple[str, ...]
) -> Traits:
    traits: Traits = {
        "client_id": login.client_id,
        "client_secret": login.client_secret.read(env),
        "oauth_callback_url": login.callback_url
        or f"{settings.url.rstrip('/')}/hub/oauth_callback",
        "scope": list(login.scopes or scopes),
    }
    if login.ca_file:
        traits["http_request_kwargs"] = {"ca_certs": login.ca_file}
    return traits


def _oidc(login: Oidc) -> Traits:
    traits: Traits = {
        "login_service": login.login_service,
        "authorize_url": login.authorize_url,
        "token_url": login.token_url,
        "userdata_url": login.userdata_url,
        "username_claim": login.username_claim,
        "logout_redirect_url": login.logout_url or "",
    }
    return traits | (_groups(f"oauth_user.{login.groups_claim}") if login.groups_claim else {})


def _gitlab(login: GitLab) -> Traits:
    address = login.url.rstrip("/")
    return {
        "login_service": "GitLab",
        "authorize_url": f"{address}/oauth/authorize",
        "token_url": f"{address}/oauth/token",
        "userdata_url": f"{address}/oauth/userinfo",
        "username_claim": "nickname",
        **_groups("oauth_user.groups"),
    }


def _github(login: GitHub) -> Traits:
    return {
        "github_url": login.url.rstrip("/"),
        "populate_teams_in_auth_state": True,
        **_groups(_teams),
    }


def _teams(auth_state: Mapping[str, Any]) -> set[str]:
    """Return the user's teams, ORG:TEAM, and the organizations that these belong to."""
    teams = auth_state.get("teams") or ()
    organizations = {team["organization"]["login"] for team in teams}
    return organizations | {f"{team['organization']['login']}:{team['slug']}" for team in teams}


def _azuread(login: AzureAd) -> Traits:
    # Version 2, whose tokens have the claim `preferred_username`.
    address = f"https://login.microsoftonline.com/{login.tenant_id}/oauth2/v2.0"
    return {
        "tenant_id": login.tenant_id,
        "authorize_url": f"{address}/authorize",
        "token_url": f"{address}/token",
        "username_claim": login.username_claim,
        **_groups(f"user.{login.groups_claim}"),
    }


def _groups(key: Any) -> Traits:
    return {"manage_groups": True, "auth_state_groups_key": key}


def _ldap(login: Ldap, env: Mapping[str, str]) -> Traits:
    tls = {"validate": 2, "ca_certs_file": login.ca_file}  # ssl.CERT_REQUIRED
    traits: Traits = {
        "server_address": login.server,
        "tls_strategy": "on_connect" if login.ldaps else "before_bind",
        "tls_kwargs": tls,
        "bind_dn_template": list(login.bind_dn),
        "user_attribute": login.user_attribute,
        "group_search_base": login.group_search_base or "",
        "manage_groups": True,
    }
    if login.port is not None:
        traits["server_port"] = login.port
    if login.search_base is not None:
        traits |= {
            "lookup_dn": True,
            "user_search_base": login.search_base,
            "lookup_dn_user_dn_attribute": login.user_attribute,
            "use_lookup_dn_username": True,
        }
    if login.search_password is not None:
        traits |= {
            "lookup_dn_search_user": login.search_user,
            "lookup_dn_search_password": login.search_password.read(env),
            "refresh_pre_spawn": True,
            "auth_refresh_strict": True,
        }
    return traits


def _native(login: Native, env: Mapping[str, str]) -> Traits:
    least = login.minimum_password_length
    return {
        "first_password": _long_enough(
            "native.admin_password", login.admin_password.read(env), least
        ),
        "minimum_password_length": least,
        "check_common_password": True,
        "allowed_failed_logins": login.failed_logins,
        "seconds_before_next_try": login.wait_seconds,
        "open_signup": False,
        "refresh_pre_spawn": True,
        "auth_refresh_strict": True,
    }


def _long_enough(name: str, password: str, least: int) -> str:
    if len(password) < least:
        raise InvalidError(f"authentication.{name} must have at least {least} characters")
    return password
