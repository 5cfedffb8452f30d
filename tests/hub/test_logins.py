"""Logins at a provider of OpenID Connect, a directory, and with the hub's own accounts."""

import json
import re
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import httpx
import pytest
import trustme
import yaml

from celltrail_hub.local.ports import free_ports
from tests.conftest import wait_for
from tests.hub.conftest import CHECKOUT
from tests.hub.deployed_hub import DeployedHub, answers, noop_deployment, submit

pytestmark = pytest.mark.integration

PROFILES = """
profiles:
- {slug: small, display_name: Small, who: everyone, memory: {limit: 1Gi}}
- {slug: gpu, display_name: For science, who: {groups: [science]}, memory: {limit: 1Gi}}
"""

PEOPLE = {"ada": "ada's password", "bob": "bob's password", "eve": "eve's password"}
ENTRIES = """\
dn: dc=org
dc: org
objectClass: dcObject

dn: dc=example,dc=org
dc: example
objectClass: dcObject

dn: ou=people,dc=example,dc=org
ou: people
objectClass: organizationalUnit

dn: ou=groups,dc=example,dc=org
ou: groups
objectClass: organizationalUnit

dn: cn=hub,dc=example,dc=org
cn: hub
objectClass: person
userPassword: password of the hub

dn: cn=staff,ou=groups,dc=example,dc=org
cn: staff
objectClass: groupOfNames
member: uid=ada,ou=people,dc=example,dc=org
member: uid=bob,ou=people,dc=example,dc=org

dn: cn=science,ou=groups,dc=example,dc=org
cn: science
objectClass: posixGroup
memberUid: ada

dn: cn=platform,ou=groups,dc=example,dc=org
cn: platform
objectClass: groupOfUniqueNames
uniqueMember: uid=bob,ou=people,dc=example,dc=org

"""
PERSON = """\
dn: uid={name},ou=people,dc=example,dc=org
uid: {name}
objectClass: person
userPassword: {password}

"""


def write_profiles(folder: Path) -> str:
    path = folder / "profiles.yaml"
    path.write_text(PROFILES)
    return str(path)


class Provider:
    """A provider of OpenID Connect where people are whom they choose to be."""

    def __init__(self, port: int) -> None:
        self.url = f"http://127.0.0.1:{port}"

    def set_user(self, sub: str, **claims: object) -> None:
        claims = {"preferred_username": sub, **claims}
        assert httpx.put(f"{self.url}/users/{sub}", json=claims).status_code == 204

    def settings(self) -> dict[str, object]:
        found = httpx.get(f"{self.url}/.well-known/openid-configuration").json()
        return {
            "client_id": "celltrail",
            "client_secret": {"env": "OIDC_SECRET"},
            "authorize_url": found["authorization_endpoint"],
            "token_url": found["token_endpoint"],
            "userdata_url": found["userinfo_endpoint"],
            "groups_claim": "groups",
        }


@contextmanager
def running(*arguments: str) -> Iterator[None]:
    """A program of Python that runs beside the test."""
    process = subprocess.Popen(
        [sys.executable, "-m", *arguments],
        cwd=CHECKOUT,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    try:
        yield
    finally:
        process.kill()
        process.wait()


@pytest.fixture(scope="module")
def provider() -> Iterator[Provider]:
    [port] = free_ports("127.0.0.1", 1)
    provider = Provider(port)
    with running("oidc_provider_mock", "--port", str(port)):
        wait_for("the provider", lambda: answers(provider.url))
        yield provider


@pytest.fixture(scope="module")
def oidc(tmp_path_factory: pytest.TempPathFactory, provider: Provider) -> Iterator[DeployedHub]:
    folder = tmp_path_factory.mktemp("oidc")
    settings = {
        "authentication": {"oidc": provider.settings(), "allowed": {"groups": ["staff"]}},
        "admins": {"groups": ["platform"]},
        "profiles": write_profiles(folder),
        "hub": {"crypt_key": {"env": "CRYPT_KEY"}},
    }
    extra = "c.Authenticator.auth_refresh_age = 1\n"
    with noop_deployment(
        folder, settings, extra=extra, OIDC_SECRET="s3cret", CRYPT_KEY="ab" * 32
    ) as hub:
        yield hub


def come_from_provider(hub: DeployedHub, sub: str) -> tuple[httpx.Client, httpx.Response]:
    """Log in as a person does; return their browser and the page that they see."""
    browser = hub.browser()
    page = browser.get("/hub/login")
    assert "OpenID Connect" in page.text
    form = browser.get("/hub/oauth_login?next=%2Fhub%2Fhome")
    assert "Authorize Client" in form.text
    return browser, browser.post(form.url, data={"sub": sub})


def test_who_comes_from_the_provider_is_offered_what_their_groups_are(
    oidc: DeployedHub, provider: Provider
):
    provider.set_user("ada", groups=["staff", "science"])
    browser, page = come_from_provider(oidc, "ada")
    assert (page.status_code, page.url.path) == (200, "/hub/home")
    assert "For science" in browser.get("/hub/spawn").text
    provider.set_user("bob", groups=["staff"])
    browser, page = come_from_provider(oidc, "bob")
    assert page.url.path == "/hub/home"
    assert "For science" not in browser.get("/hub/spawn").text


def test_who_is_in_no_allowed_group_stays_outside(oidc: DeployedHub, provider: Provider):
    provider.set_user("eve", groups=["science"])
    browser, page = come_from_provider(oidc, "eve")
    assert page.status_code == 403
    assert browser.get("/hub/home").url.path == "/hub/login"


def test_who_has_left_the_group_does_not_get_in_again(oidc: DeployedHub, provider: Provider):
    provider.set_user("carol", groups=["staff"])
    assert come_from_provider(oidc, "carol")[1].status_code == 200
    provider.set_user("carol", groups=[])
    assert come_from_provider(oidc, "carol")[1].status_code == 403


def test_groups_follow_the_provider_without_a_new_login(oidc: DeployedHub, provider: Provider):
    provider.set_user("frank", groups=["staff"])
    browser, _ = come_from_provider(oidc, "frank")
    assert "For science" not in browser.get("/hub/spawn").text
    provider.set_user("frank", groups=["staff", "science"])
    wait_for("the group", lambda: "For science" in browser.get("/hub/spawn").text)
    provider.set_user("frank", groups=["staff"])
    wait_for("its end", lambda: "For science" not in browser.get("/hub/spawn").text)


def test_a_group_of_the_provider_makes_admins(oidc: DeployedHub, provider: Provider):
    provider.set_user("root", groups=["staff", "platform"])
    browser, _ = come_from_provider(oidc, "root")
    assert browser.get("/hub/admin").status_code == 200
    provider.set_user("dan", groups=["staff"])
    browser, _ = come_from_provider(oidc, "dan")
    assert browser.get("/hub/admin").status_code == 403


def test_secrets_are_in_no_log(oidc: DeployedHub):
    assert "s3cret" not in oidc.log("hub")
    assert json.dumps("s3cret") not in (oidc.folder / "hub.yaml").read_text()


@pytest.fixture(scope="module")
def directory(tmp_path_factory: pytest.TempPathFactory) -> Iterator[DeployedHub]:
    folder = tmp_path_factory.mktemp("directory")
    authority = trustme.CA()
    authority.cert_pem.write_to_path(folder / "ca.pem")
    own = authority.issue_cert("localhost")
    own.private_key_pem.write_to_path(folder / "key.pem")
    own.cert_chain_pems[0].write_to_path(folder / "cert.pem")
    [port] = free_ports("127.0.0.1", 1)
    login = {
        "server": "localhost",
        "port": port,
        "ca_file": str(folder / "ca.pem"),
        "search_base": "ou=people,dc=example,dc=org",
        "search_user": "cn=hub,dc=example,dc=org",
        "search_password": {"env": "LDAP_PASSWORD"},
        "group_search_base": "ou=groups,dc=example,dc=org",
    }
    settings = {
        "authentication": {"ldap": login, "allowed": {"groups": ["staff"]}},
        "admins": {"groups": ["platform"]},
        "profiles": write_profiles(folder),
    }
    people = "".join(PERSON.format(name=name, password=word) for name, word in PEOPLE.items())
    (folder / "people.ldif").write_text(ENTRIES + people)
    files = (str(folder / name) for name in ("cert.pem", "key.pem", "people.ldif"))
    extra = "c.Authenticator.auth_refresh_age = 1\n"
    with (
        running("tests.hub.directory_server", str(port), *files),
        noop_deployment(folder, settings, extra=extra, LDAP_PASSWORD="password of the hub") as hub,
    ):
        yield hub


def log_in(hub: DeployedHub, name: str, password: str) -> tuple[httpx.Client, httpx.Response]:
    browser = hub.browser()
    page = browser.get("/hub/login?next=%2Fhub%2Fhome")
    return browser, submit(browser, page, username=name, password=password)


def test_people_of_the_directory_are_offered_what_their_groups_are(directory: DeployedHub):
    browser, page = log_in(directory, "ada", "ada's password")  # by memberUid and by member
    assert page.url.path == "/hub/home"
    assert "For science" in browser.get("/hub/spawn").text
    assert browser.get("/hub/admin").status_code == 403
    browser, page = log_in(directory, "bob", "bob's password")  # by uniqueMember
    assert "For science" not in browser.get("/hub/spawn").text
    assert browser.get("/hub/admin").status_code == 200


@pytest.mark.parametrize(
    ("name", "password"),
    [
        ("ada", "bob's password"),
        ("ada", ""),
        ("*", "ada's password"),
        ("ada)(uid=*", "ada's password"),
        ("eve", "eve's password"),  # who is in no allowed group
        ("hub", "password of the hub"),
    ],
)
def test_nobody_else_of_the_directory_gets_in(directory: DeployedHub, name: str, password: str):
    assert log_in(directory, name, password)[1].status_code == 403


def test_who_leaves_a_group_has_left_it_here_too(directory: DeployedHub):
    ldif = directory.folder / "people.ldif"
    before = ldif.read_text()
    browser, _ = log_in(directory, "ada", "ada's password")
    try:
        ldif.write_text(before.replace("memberUid: ada", "memberUid: none"))
        wait_for("the group", lambda: "For science" not in browser.get("/hub/spawn").text)
        assert browser.get("/hub/home").url.path == "/hub/home"
        ldif.write_text(before.replace("member: uid=ada", "member: uid=none"))
        wait_for("the end", lambda: browser.get("/hub/home").url.path == "/hub/login")
    finally:
        ldif.write_text(before)


# In a process of its own: importing ldap3 warns, and warnings are errors here.
LOGIN = """
import asyncio, pathlib, sys
from traitlets.config import Config
from celltrail_hub.deployment.configure import configure_deployment
from celltrail_hub.deployment.settings import load_deployment
from celltrail_hub.logins.directory import CelltrailDirectory
c = Config()
configure_deployment(c, load_deployment(pathlib.Path(sys.argv[1])))
login = {"username": "ada", "password": "ada's password"}
print(asyncio.run(CelltrailDirectory(config=c).authenticate(None, login)))
"""


def test_a_directory_whose_certificate_is_not_trusted_gets_no_password(
    directory: DeployedHub, tmp_path: Path
):
    settings = yaml.safe_load((directory.folder / "hub.yaml").read_text())
    other = tmp_path / "other.pem"
    trustme.CA().cert_pem.write_to_path(other)
    settings["authentication"]["ldap"]["ca_file"] = str(other)
    path = tmp_path / "hub.yaml"
    path.write_text(yaml.safe_dump(settings))
    found = subprocess.run(
        [sys.executable, "-c", LOGIN, str(path)], env=directory.env, capture_output=True, text=True
    )
    assert found.returncode == 1
    assert "HTTP 503" in found.stderr
    assert "The directory that knows the users does not answer" in found.stderr


@pytest.fixture(scope="module")
def accounts(tmp_path_factory: pytest.TempPathFactory) -> Iterator[DeployedHub]:
    settings = {
        "authentication": {
            "native": {"admin_password": {"env": "ADMIN"}},
            "allowed": {"everyone": True, "users": ["dan"]},
        },
        "admins": {"users": ["ada", "root"]},
    }
    folder = tmp_path_factory.mktemp("accounts")
    extra = "c.Authenticator.auth_refresh_age = 1\n"
    with noop_deployment(folder, settings, extra=extra, ADMIN="first of the admins") as hub:
        yield hub


def sign_up(hub: DeployedHub, name: str, password: str) -> str:
    browser = hub.browser()
    assert 'href="/hub/signup"' in browser.get("/hub/login").text
    fields = {"signup_password": password, "signup_password_confirmation": password}
    return submit(browser, browser.get("/hub/signup"), username=name, **fields).text


def test_who_signs_up_waits_for_an_admin(accounts: DeployedHub):
    assert "Your information has been sent to the admin" in sign_up(accounts, "bob", "bob's secret")
    assert log_in(accounts, "bob", "bob's secret")[1].status_code == 403
    admin, page = log_in(accounts, "ada", "first of the admins")
    assert page.url.path == "/hub/home"
    area = admin.get("/hub/authorize")
    admin.get("/hub/authorize/bob")  # as a page of others could make the browser do
    assert log_in(accounts, "bob", "bob's secret")[1].status_code == 403
    xsrf = re.search(r'name="_xsrf" value="([^"]+)"', area.text)
    assert xsrf
    admin.post("/hub/authorize/bob", data={"_xsrf": xsrf.group(1)})
    browser, page = log_in(accounts, "bob", "bob's secret")
    assert page.url.path == "/hub/home"
    assert browser.post("/hub/authorize/bob", data={"_xsrf": xsrf.group(1)}).status_code == 403
    token = browser.post(
        "/hub/api/users/bob/tokens",
        headers={"X-XSRFToken": browser.cookies.get("_xsrf", path="/hub/") or ""},
        json={},
    ).json()["token"]
    address, bearer = f"{accounts.url}/hub/api/user", {"Authorization": f"token {token}"}
    assert httpx.get(address, headers=bearer).status_code == 200
    admin.post("/hub/authorize/bob", data={"_xsrf": xsrf.group(1)})  # locks out
    wait_for("the end", lambda: browser.get("/hub/home").url.path == "/hub/login")
    wait_for("the token's", lambda: httpx.get(address, headers=bearer).status_code == 403)


@pytest.mark.parametrize("name", ["ada", "dan"])
def test_nobody_gets_in_under_the_name_of_an_admin_or_of_who_is_allowed(
    accounts: DeployedHub, name: str
):
    sign_up(accounts, name, "long enough for all")
    assert log_in(accounts, name, "long enough for all")[1].status_code == 403


def test_an_admin_changes_the_first_password(accounts: DeployedHub):
    admin, _ = log_in(accounts, "root", "first of the admins")
    new = "known to root alone"
    page = submit(
        admin,
        admin.get("/hub/change-password"),
        old_password="first of the admins",
        new_password=new,
        new_password_confirmation=new,
    )
    assert page.status_code == 200
    assert log_in(accounts, "root", "first of the admins")[1].status_code == 403
    assert log_in(accounts, "root", new)[1].url.path == "/hub/home"


def test_a_short_password_is_refused(accounts: DeployedHub):
    for password in ("short", "11 letters."):
        assert "Something went wrong" in sign_up(accounts, "carol", password)
