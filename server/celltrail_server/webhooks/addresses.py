"""To which addresses this server sends requests on behalf of users: to public ones only.

A user chooses the URL of a webhook, and the server stands where the user may not: beside cloud
metadata services, databases, other people's notebooks. So the name is resolved here, every
address it has must be public, and the request goes to the address that was checked: a name that
is resolved again could lead elsewhere by then.
"""

import asyncio
import ipaddress
import socket
from collections.abc import Awaitable, Callable, Collection
from urllib.parse import SplitResult, urlsplit

from celltrail.errors import InvalidError

SCHEMES = ("http", "https")
MAX_URL = 2048
RESOLVE_SECONDS = 5

type Resolver = Callable[[str, int], Awaitable[list[str]]]
"""(host name, port) → addresses; raises OSError if there are none."""

# Azure answers for the platform at a public address; https://learn.microsoft.com/azure/
# virtual-network/what-is-ip-address-168-63-129-16
_PLATFORM = ipaddress.IPv4Address("168.63.129.16")
_NAT64 = ipaddress.IPv6Network("64:ff9b::/96")


async def resolve(host: str, port: int) -> list[str]:
    """Return the addresses of a name, as the system knows them."""
    found = await asyncio.get_running_loop().getaddrinfo(host, port, type=socket.SOCK_STREAM)
    return list(dict.fromkeys(str(address[0]) for *_, address in found))


class Allowed:
    """Decides where webhooks may go.

    hosts: names or addresses, `HOST` or `HOST:PORT`, that may be internal, by the admin's wish.
    """

    def __init__(self, hosts: Collection[str] = (), resolver: Resolver = resolve) -> None:
        self._hosts = frozenset(host.lower() for host in hosts)
        self._resolver = resolver

    async def addresses(self, url: str) -> list[str]:
        """Return the addresses at which the URL's host may be asked, at least one.

        Raises `InvalidError` for a URL that is none, a name that has no address, and an address
        that is not public.
        """
        parts = split_url(url)
        host = str(parts.hostname)
        port = parts.port or (443 if parts.scheme == "https" else 80)
        try:
            async with asyncio.timeout(RESOLVE_SECONDS):
                found = await self._resolver(host, port)
        except (OSError, UnicodeError) as error:  # a timeout is an OSError
            reason = str(error) or f"no answer in {RESOLVE_SECONDS} s"
            raise InvalidError(f"Cannot resolve Webhook URL hostname '{host}': {reason}") from error
        if not {host.lower(), f"{host.lower()}:{port}"} & self._hosts:
            for address in found:
                if not is_public(address):
                    raise InvalidError(
                        "Webhook URL must not resolve to a non-public IP address. "
                        f"'{host}' resolves to {address}. An admin can allow internal hosts by "
                        "`webhook_allowed_hosts`."
                    )
        return found


def split_url(url: str) -> SplitResult:
    """Return the parts of a webhook's URL; raises `InvalidError` for one that is not taken."""
    if not url.strip():
        raise InvalidError(f"Webhook URL cannot be empty or just whitespace: {url!r}")
    if len(url) > MAX_URL or not url.isprintable() or set(url) & set(" \\"):
        raise InvalidError(
            f"a webhook's URL has at most {MAX_URL} characters and no spaces or backslashes"
        )
    try:
        parts = urlsplit(url)
        has_host = bool(parts.hostname) and parts.port != 0
    except ValueError as error:
        raise InvalidError(f"Invalid webhook URL {url!r}: {error}") from error
    if parts.scheme not in SCHEMES:
        raise InvalidError(
            f"Invalid webhook URL scheme: {parts.scheme!r}. Allowed schemes are: "
            f"{', '.join(SCHEMES)}."
        )
    if not has_host:
        raise InvalidError(f"Webhook URL must include a hostname: {url!r}")
    if "@" in parts.netloc:
        # It would be shown in every answer that shows the webhook.
        raise InvalidError("a webhook's URL holds no user or password; sign with `secret` instead")
    return parts


def is_public(address: str) -> bool:
    """Whether an address lies in the public internet.

    Addresses that carry another one in them (IPv4 in IPv6, 6to4, Teredo, NAT64) count as that one.
    """
    ip = ipaddress.ip_address(address.partition("%")[0])
    inner = _carried(ip)
    return all(
        one.is_global
        and not (one.is_multicast or one.is_reserved or one.is_loopback or one.is_link_local)
        and one != _PLATFORM
        for one in inner
    )


def _carried(
    ip: ipaddress.IPv4Address | ipaddress.IPv6Address,
) -> tuple[ipaddress.IPv4Address | ipaddress.IPv6Address, ...]:
    if isinstance(ip, ipaddress.IPv4Address):
        return (ip,)
    if ip.teredo:
        return ip.teredo
    if ip in _NAT64:
        return (ipaddress.IPv4Address(int(ip) & 0xFFFFFFFF),)
    return (ip.ipv4_mapped or ip.sixtofour or ip,)
