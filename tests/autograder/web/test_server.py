"""The socket form among hostile clients: it answers, closes, and leaves nothing behind."""

import gc
import socket
import threading
import time
from pathlib import Path

import pytest
import requests

from autograder.errors import CheckFailed
from autograder.web import Service, hang, ok, stream

pytestmark = pytest.mark.usefixtures("sockets")


def listening() -> int:
    """How many ports this machine listens on (Linux)."""
    table = Path("/proc/net/tcp")
    return sum(line.split()[3] == "0A" for line in table.read_text().splitlines()[1:]) if table.exists() else 0


def descriptors() -> int:
    folder = Path("/proc/self/fd")
    return sum(1 for _ in folder.iterdir()) if folder.exists() else 0


def address(base_url: str) -> tuple[str, int]:
    host, _, port = base_url.removeprefix("http://").partition(":")
    return host, int(port)


def eventually(condition, seconds: float = 5.0) -> bool:
    """Whether something becomes true soon: other threads need a moment."""
    end = time.monotonic() + seconds
    while not condition() and time.monotonic() < end:
        time.sleep(0.01)
    return bool(condition())


def raw(base_url: str, content: bytes, seconds: float = 3.0) -> bytes:
    """Send bytes, and read until the server closes."""
    with socket.create_connection(address(base_url), timeout=seconds) as connection:
        connection.sendall(content)
        answer = b""
        try:
            while part := connection.recv(65_536):
                answer += part
        except ConnectionResetError:
            pass
        return answer


@pytest.mark.parametrize(
    ("content", "status"),
    [
        (b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03", b"400"),
        (b"GET / HTTP/2.0\r\n\r\n", b"400"),
        (b"GET /" + b"a" * 20_000 + b" HTTP/1.1\r\n\r\n", b"414"),
        (b"GET / HTTP/1.1\r\n" + b"A: b\r\n" * 200 + b"\r\n", b"431"),
        (b"POST / HTTP/1.1\r\nContent-Length: 99999999\r\n\r\n", b"413"),
        (b"POST / HTTP/1.1\r\nTransfer-Encoding: gzip\r\n\r\n", b"501"),
        (b"GET / HTTP/1.1\r\nA\r\n\r\n", b"400"),
    ],
)
def test_odd_requests_are_refused_and_the_next_one_is_answered(content, status, capfd):
    """With a status, a short sentence, and silence on stderr."""
    service = Service({"/": ok(1)})
    with service.running() as base_url:
        assert raw(base_url, content).startswith(b"HTTP/1.1 " + status)
        assert requests.get(base_url, timeout=5).json() == 1
    assert len(service.requests) == 1
    assert len(service.requests.refused) == 1
    assert capfd.readouterr().err == ""


def test_a_large_body_is_refused_while_it_is_being_sent():
    """The client reads 413 instead of a broken connection."""
    with Service({"/": ok(1)}).running() as base_url:
        assert requests.post(base_url, data=b"x" * 3_000_000, timeout=5).status_code == 413


def test_old_and_persistent_clients_are_served():
    """HTTP/1.0, and HTTP/1.1 that would like to keep the connection and has sent its next request already."""
    service = Service({"/": ok("hi")})
    with service.running() as base_url:
        for content in (b"GET / HTTP/1.0\r\n\r\n", b"GET / HTTP/1.1\r\nHost: h\r\nConnection: keep-alive\r\n\r\n" * 2):
            assert raw(base_url, content).endswith(b"Connection: close\r\n\r\nhi")
    assert len(service.requests) == 2


def test_refused_requests_count_towards_the_budget():
    """An endless loop of nonsense ends, too."""
    service = Service({"/": ok(1)}, budget=5)

    def run():
        with service.running() as base_url:
            for _ in range(20):
                raw(base_url, b"?\r\n\r\n")

    with pytest.raises(CheckFailed, match="does the loop end"):
        run()


def test_nothing_is_left_of_a_service():
    """No thread, no port, no open file: after clients that hang, stall, break off, leave, or never begin."""
    with Service({"/": ok(1)}).running() as base_url:  # whatever is loaded once is loaded now
        requests.get(base_url, timeout=5)
    gc.collect()
    before = threading.active_count(), descriptors()
    ports = listening()
    service = Service({"/": ok(1), "/hang": hang(30), "/stream": stream(b"x" * 65_536, 10_000)})
    clients = []
    with service.running() as base_url:
        assert listening() >= ports
        for content in (
            b"",
            b"GET / HT",
            b"GET /hang HTTP/1.1\r\n\r\n",
            b"GET /stream HTTP/1.1\r\n\r\n",
            b"GET / HTTP/1.1\r\n\r\n",
        ):
            client = socket.socket()
            client.connect(address(base_url))
            client.sendall(content)
            clients.append(client)
        gone = socket.socket()
        gone.connect(address(base_url))
        gone.sendall(b"POST / HTTP/1.1\r\nContent-Length: 9\r\n\r\nab")
        gone.close()
        assert eventually(lambda: len(service.requests) == 3 and service.requests.refused)
        stopping = time.perf_counter()
    assert time.perf_counter() - stopping < 2.0
    with pytest.raises(ConnectionRefusedError), socket.socket() as late:
        late.connect(address(base_url))
    for client in clients:
        client.close()
    gc.collect()
    assert (threading.active_count(), descriptors()) == before
    assert sorted(request.path for request in service.requests) == ["/", "/hang", "/stream"]


def test_a_hanging_answer_ends_when_the_client_leaves():
    """Its thread doesn't outlive the client."""
    with Service({"/": hang(30)}).running() as base_url:
        threads = threading.active_count()
        client = socket.socket()
        client.connect(address(base_url))
        client.sendall(b"GET / HTTP/1.1\r\n\r\n")
        assert eventually(lambda: threading.active_count() == threads + 1)
        client.close()
        assert eventually(lambda: threading.active_count() == threads, 1.0)


def test_too_many_connections_are_turned_away():
    """The first ones are served, and the end comes quickly."""
    threads = threading.active_count()
    with Service({"/": ok(1)}).running() as base_url:
        idle = []
        for _ in range(80):
            client = socket.socket()
            client.connect(address(base_url))
            idle.append(client)
        assert raw(base_url, b"GET / HTTP/1.1\r\n\r\n") == b""
        for client in idle:
            client.close()
        assert eventually(lambda: threading.active_count() == threads + 1)
        assert requests.get(base_url, timeout=5).json() == 1


def test_starting_and_stopping_is_quick():
    """A question starts a dozen services."""
    before = time.perf_counter()
    for _ in range(20):
        with Service({"/": ok(1)}).running():
            pass
    assert time.perf_counter() - before < 4.0
