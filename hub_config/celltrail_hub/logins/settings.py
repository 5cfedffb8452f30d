"""Settings of who may log in, and how: the section `authentication` of a deployment.

Exactly one way of logging in is chosen, and who is let in is said by name; secrets are references.
"""

from typing import Annotated
from urllib.parse import urlsplit

import msgspec
from msgspec import Meta

from celltrail_hub.secret import Secret
from celltrail_profiles.schema import Text

HttpUrl = Annotated[str, Meta(pattern=r"^https?://[^\s/?#]+[^\s?#]*\Z", max_length=2048)]
ClassName = Annotated[str, Meta(pattern=r"^[A-Za-z_][\w.]*:[A-Za-z_]\w*\Z")]


class _Base(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    pass


class Allowed(_Base, frozen=True, kw_only=True):
    """Whom the hub lets in of all whom the login knows; nobody unless it is said."""

    users: Annotated[tuple[Text, ...], Meta(description="Names of users.")] = ()
    groups: Annotated[
        tuple[Text, ...], Meta(description="Members of any of these groups, as the login knows it.")
    ] = ()
    everyone: Annotated[bool, Meta(description="Everyone with an account there.")] = False


class SharedPassword(_Base, frozen=True, kw_only=True):
    """One password for all, under any name: for one person, or people who trust each other."""

    password: Secret
    even_public: Annotated[
        bool, Meta(description="Serve on an address that others can reach all the same.")
    ] = False


class OAuth(_Base, frozen=True, kw_only=True):
    """What every provider of OAuth needs."""

    client_id: Text
    client_secret: Secret
    callback_url: Annotated[
        HttpUrl | None, Meta(description="None: URL of the hub + `hub/oauth_callback`.")
    ] = None
    scopes: Annotated[
        tuple[Text, ...], Meta(description="Asked of the provider; none: what is needed.")
    ] = ()
    ca_file: Annotated[
        Text | None, Meta(description="Certificates to trust instead of the public ones.")
    ] = None


class Oidc(OAuth, frozen=True, kw_only=True):
    """Any provider of OpenID Connect, such as Keycloak; its metadata has the addresses."""

    authorize_url: HttpUrl
    token_url: HttpUrl
    userdata_url: Annotated[HttpUrl, Meta(description="The endpoint `userinfo`.")]
    logout_url: Annotated[HttpUrl | None, Meta(description="Where a logout leads.")] = None
    username_claim: Annotated[
        Text, Meta(description="Must be unique, and not for users to choose.")
    ] = "preferred_username"
    groups_claim: Annotated[Text | None, Meta(description="None: no groups.")] = None
    login_service: Annotated[Text, Meta(description="On the button.")] = "OpenID Connect"


class GitHub(OAuth, frozen=True, kw_only=True):
    """GitHub, or GitHub Enterprise. Groups are organizations, `ORG`, and teams, `ORG:TEAM`."""

    url: HttpUrl = "https://github.com"


class GitLab(OAuth, frozen=True, kw_only=True):
    """GitLab. Groups are GitLab's groups by their full path."""

    url: HttpUrl = "https://gitlab.com"


class Google(OAuth, frozen=True, kw_only=True):
    """Google. Users of one hosted domain are named without it."""

    hosted_domains: Annotated[
        tuple[Text, ...], Meta(description="Domains of Google Workspace; others are refused.")
    ] = ()


class AzureAd(OAuth, frozen=True, kw_only=True):
    """Entra ID, once Azure AD. Groups are those in the token."""

    tenant_id: Text
    username_claim: Text = "preferred_username"
    groups_claim: Text = "groups"


class Ldap(_Base, frozen=True, kw_only=True):
    """A directory. A user's name is looked up below `search_base`, or put into `bind_dn`."""

    server: Annotated[Text, Meta(description="Name or address of the server.")]
    port: Annotated[
        Annotated[int, Meta(ge=1, le=65535)] | None, Meta(description="None: 389, or 636.")
    ] = None
    ldaps: Annotated[bool, Meta(description="TLS from the start instead of StartTLS.")] = False
    ca_file: Annotated[
        Text | None, Meta(description="Certificates to trust instead of the public ones.")
    ] = None
    bind_dn: Annotated[
        tuple[Text, ...],
        Meta(description="Templates such as `uid={username},ou=people,dc=example,dc=org`."),
    ] = ()
    search_base: Annotated[Text | None, Meta(description="Where users are looked up.")] = None
    user_attribute: Annotated[Text, Meta(description="What users type to log in.")] = "uid"
    search_user: Annotated[
        Text | None, Meta(description="DN that may search; none: anybody may.")
    ] = None
    search_password: Secret | None = None
    group_search_base: Annotated[
        Text | None, Meta(description="Where groups are; none: users are in no group.")
    ] = None

    def __post_init__(self) -> None:
        """Refuse what cannot find a user."""
        if not self.bind_dn and self.search_base is None:
            raise ValueError("name `bind_dn` or `search_base`, by which users are found")
        if (self.search_user is None) != (self.search_password is None):
            raise ValueError("`search_user` and `search_password` belong together")


class Native(_Base, frozen=True, kw_only=True):
    """Accounts in the hub's own database: people sign up, an admin lets them in."""

    admin_password: Annotated[
        Secret, Meta(description="The first password of the users of `admins`; they change it.")
    ]
    minimum_password_length: Annotated[int, Meta(ge=8, le=1024)] = 12
    failed_logins: Annotated[
        int, Meta(ge=1, description="After so many wrong passwords an account waits.")
    ] = 5
    wait_seconds: Annotated[int, Meta(ge=1)] = 600


class Authentication(_Base, frozen=True, kw_only=True):
    """How people log in: exactly one way, and who of them is let in."""

    password: SharedPassword | None = None
    oidc: Oidc | None = None
    github: GitHub | None = None
    gitlab: GitLab | None = None
    google: Google | None = None
    azuread: AzureAd | None = None
    ldap: Ldap | None = None
    native: Native | None = None
    class_name: Annotated[
        ClassName | None,
        Meta(description="`your.module:Authenticator`, with its settings in `extra_config`."),
    ] = None
    allowed: Allowed = Allowed()

    def __post_init__(self) -> None:
        """Refuse no way in, two of them, and nobody let in."""
        ways = [name for name in WAYS if getattr(self, name) is not None]
        if len(ways) != 1:
            said = f"not {' and '.join(ways)}" if ways else "nobody can log in without"
            raise ValueError(f"choose one of {', '.join(WAYS)}; {said}")
        allowed = self.allowed
        if not (allowed.users or allowed.groups or allowed.everyone):
            raise ValueError("nobody is let in: name `allowed` users, groups, or `everyone: true`")
        if allowed.groups and ways[0] in WITHOUT_GROUPS:
            raise ValueError(f"{ways[0]} knows no groups: let in users, or `everyone: true`")

    @property
    def way(self) -> str:
        """The one that is chosen."""
        return next(name for name in WAYS if getattr(self, name) is not None)

    @property
    def is_for_the_world(self) -> bool:
        """Whether the provider gives an account to everyone in the world."""
        match getattr(self, self.way):
            case GitHub(url=url) | GitLab(url=url):
                return urlsplit(url).hostname in ("github.com", "gitlab.com")
            case Google(hosted_domains=domains):
                return not domains
            case AzureAd(tenant_id=tenant):
                return tenant in ("common", "organizations", "consumers")
        return False


WAYS = tuple(name for name in Authentication.__struct_fields__ if name != "allowed")
WITHOUT_GROUPS = ("password", "google", "native", "class_name")
