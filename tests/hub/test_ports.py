import socket

import pytest

from celltrail.errors import InvalidError
from celltrail_hub.local.ports import find_port, free_ports


def test_a_free_port_is_used_as_asked():
    [port] = free_ports("127.0.0.1", 1)
    assert find_port("127.0.0.1", port) == port


def test_a_taken_port_gives_way_to_the_next_free_one():
    with socket.create_server(("127.0.0.1", 0)) as listener:
        taken = listener.getsockname()[1]
        found = find_port("127.0.0.1", taken)
    assert taken < found <= taken + 100


def test_several_free_ports_are_different():
    ports = free_ports("127.0.0.1", 20)
    assert len(set(ports)) == 20


@pytest.mark.parametrize("port", [-1, 65536])
def test_a_port_that_cannot_exist_is_refused_with_the_range(port: int):
    with pytest.raises(InvalidError, match=rf"port {port} .* 1 to 65535"):
        find_port("127.0.0.1", port)
