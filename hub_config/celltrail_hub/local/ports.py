"""TCP ports on this machine that nobody listens on."""

import socket
from contextlib import ExitStack

from celltrail.errors import InvalidError, UnavailableError

ATTEMPTS = 100


def find_port(host: str, wanted: int) -> int:
    """Return `wanted` or the next free port after it; 0: any free one."""
    if not 0 <= wanted <= 65535:
        raise InvalidError(f"port {wanted} does not exist: choose one from 1 to 65535, or 0 (any)")
    if wanted == 0:
        return free_ports(host, 1)[0]
    last = min(wanted + ATTEMPTS, 65535)
    for port in range(wanted, last + 1):
        if _is_free(host, port):
            return port
    raise UnavailableError(f"the ports {wanted} to {last} of {host} are all taken: choose another")


def free_ports(host: str, count: int) -> list[int]:
    """Return `count` different free ports."""
    with ExitStack() as stack:
        sockets = [stack.enter_context(_bind(host, 0)) for _ in range(count)]
        return [each.getsockname()[1] for each in sockets]


def _is_free(host: str, port: int) -> bool:
    try:
        _bind(host, port).close()
    except PermissionError as error:
        raise UnavailableError(
            f"this account may not listen on port {port}: choose one from 1024 on"
        ) from error
    except OSError:
        return False
    return True


def _bind(host: str, port: int) -> socket.socket:
    listener = socket.socket()
    try:
        # As servers do: connections that a stopped one left in TIME_WAIT are no hindrance.
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        listener.bind((host, port))
    except OSError:
        listener.close()
        raise
    return listener
