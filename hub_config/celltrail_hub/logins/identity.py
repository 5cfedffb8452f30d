"""The refusal to serve on an address that others can reach where anybody could log in."""

import ipaddress
from importlib import import_module
from typing import Any
from urllib.parse import urlsplit

from celltrail.errors import InvalidError
from celltrail_hub.deployment.settings import Deployment


def require_identity(c: Any, settings: Deployment) -> None:
    """Raise InvalidError if others can reach the hub, and anybody could log in.

    It looks at what JupyterHub is told in the end, `extra_config` included.
    """
    if is_loopback(settings.url):
        return
    name = c.JupyterHub.authenticator_class
    kind = _class_of(name)
    classes = {each.__name__ for each in kind.__mro__}
    password = settings.authentication.password
    where = f"others can reach {settings.url}"
    instead = "set authentication to oidc, github, gitlab, google, azuread, ldap or native"
    if "SharedPasswordAuthenticator" in classes and not (password and password.even_public):
        raise InvalidError(
            f"{where}, and one password would let anybody in as anybody: {instead}; "
            "authentication.password.even_public: true serves all the same"
        )
    if "DummyAuthenticator" in classes:
        raise InvalidError(f"{where}, and {name} lets anybody in as anybody: {instead}")
    if settings.authentication.is_for_the_world and _told(c, kind, "allow_all"):
        raise InvalidError(
            f"{where}, and everyone in the world may have an account there: let in users, groups "
            "or hosted_domains instead of everyone"
        )
    if "NativeAuthenticator" in classes and _told(c, kind, "open_signup"):
        raise InvalidError(
            f"{where}, and with open_signup anybody lets themselves in: leave it out, and let an "
            "admin approve at /hub/authorize"
        )


def is_loopback(url: str) -> bool:
    """Tell whether a URL leads to this machine alone."""
    host = urlsplit(url).hostname or ""
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"


def _told(c: Any, kind: type, trait: str) -> Any:
    """Return what a class is told for a trait: its own section goes before those of its bases."""
    sections = (c.get(each.__name__, {}) for each in kind.__mro__)
    return next((section[trait] for section in sections if trait in section), None)


def _class_of(name: Any) -> Any:
    """Return the class that JupyterHub will use: named by path, by entry point, or itself."""
    if isinstance(name, type):
        return name
    from jupyterhub.app import JupyterHub  # type: ignore[import-untyped]

    trait = JupyterHub.class_traits()["authenticator_class"]
    found = trait.load_entry_points().get(str(name).lower())
    if found is not None:
        return found.load()
    module, _, attribute = str(name).rpartition(".")
    try:
        return getattr(import_module(module), attribute)
    except (ImportError, AttributeError, ValueError) as error:
        raise InvalidError(f"the authenticator {name} cannot be loaded: {error}") from error
