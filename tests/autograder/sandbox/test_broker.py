"""A guest reaches its run's own servers by any client, and no other socket of the machine, with or without a broker."""

from __future__ import annotations

import errno
import json
import os
import socket
import subprocess
import sys
import threading

import pytest

from autograder.sandbox.broker import Broker
from autograder.sandbox.walls import Tier

# --- the network ---

SOCKETS = {"netlink": (16, 3, 0), "packet": (17, 3, 0), "raw": (2, 3, 1), "vsock": (40, 1, 0), "alg": (38, 5, 0)}
SOCKETS |= {
    "ping": (2, 2, 1),
    "sctp": (2, 1, 132),
    "udp-lite": (2, 2, 136),
    "bluetooth": (31, 1, 0),
    "tipc": (30, 5, 0),
}


@pytest.mark.parametrize("name", SOCKETS)
def test_a_guest_makes_no_unusual_socket(house, name):
    """The kernel wouldn't hand most of them out anyway; but it would load its code for them."""
    made = house.run(
        "import _socket\ntry: _socket.socket(*kind).close()\nexcept OSError as error: return error.errno",
        kind=SOCKETS[name],
    )
    assert made in {errno.EAFNOSUPPORT, errno.EPROTONOSUPPORT, errno.EPERM}


def test_a_guest_makes_no_unusual_pair_of_sockets(house):
    """AF_TIPC has pairs as well."""
    assert house.refuses("import _socket\n_socket.socketpair(30, 1, 0)") == "OSError"
    assert house.run("import socket\na, b = socket.socketpair()\na.send(b'x')\nreturn b.recv(1) == b'x'")


def test_a_guest_reaches_no_socket_of_the_host(house, tmp_path):
    """A port on the loopback interface, a name in the abstract namespace, a socket file, another machine."""
    abstract = b"\0engineroom-test-" + str(os.getpid()).encode()
    for folder in (tmp_path, *list(tmp_path.parents)[:-2]):
        folder.chmod(0o755)
    reach = """
import socket
answers = []
for family, kind, address in (
    (socket.AF_INET, socket.SOCK_STREAM, ('127.0.0.1', port)), (socket.AF_INET, socket.SOCK_DGRAM, ('127.0.0.1', port)),
    (socket.AF_INET6, socket.SOCK_STREAM, ('::1', port)), (socket.AF_INET, socket.SOCK_STREAM, ('192.0.2.1', 80)),
    (socket.AF_UNIX, socket.SOCK_STREAM, abstract.encode('latin-1')), (socket.AF_UNIX, socket.SOCK_STREAM, path),
):
    try:
        with socket.socket(family, kind) as end:
            end.settimeout(1)
            end.connect(address)
            if kind == socket.SOCK_STREAM: answers.append(address)
            else: end.send(b'hello'); end.recv(1)
    except OSError as error:
        pass
return answers
"""
    with socket.socket(socket.AF_UNIX) as name, socket.socket(socket.AF_UNIX) as file, socket.socket() as tcp:
        name.bind(abstract)
        file.bind(str(tmp_path / "socket"))
        (tmp_path / "socket").chmod(0o777)
        tcp.bind(("127.0.0.1", 0))
        for end in (name, file, tcp):
            end.listen()
            end.setblocking(False)
        port = tcp.getsockname()[1]
        assert house.run(reach, port=port, abstract=abstract.decode("latin-1"), path=str(tmp_path / "socket")) == []
        for end in (name, file, tcp):
            with pytest.raises(BlockingIOError):
                end.accept()


def test_a_neighbour_is_reached_over_loopback_in_tier_a(zygote, tier, open_house):
    """By TCP and UDP; a third box hears nothing of it."""
    if tier is not Tier.NAMESPACES:
        pytest.skip("tier B has a broker: see its tests")
    serve = "import socket\nwith socket.create_server(('127.0.0.1', 8000)) as server:\n"
    serve += "    tell('up')\n    end, _ = server.accept()\n    return end.recv(5).decode()"
    call = "import socket\nwith socket.create_connection(('localhost', 8000), 5) as end: return end.send(b'hello')"
    with open_house(zygote) as one, open_house(zygote, one) as other, open_house(zygote) as third:
        server = other.start(serve)
        assert server.next() == "up"
        assert third.refuses(call) == "ConnectionRefusedError"
        assert one.run(call) == 5
        assert server.next() == "hello"
        server.close()
        other.box.empty()
        assert one.refuses(call) == "ConnectionRefusedError"


# --- the broker ---

USE = "from autograder.sandbox import broker\nimport socket\nbroker.use(socket.socket(fileno=given[0]))\n"
SERVE = """
import http.server, threading
class Handler(http.server.BaseHTTPRequestHandler):
    protocol_version = 'HTTP/1.1'
    def do_GET(self):
        body = self.path.encode()
        self.send_response(200); self.send_header('Content-Length', str(len(body))); self.end_headers()
        self.wfile.write(body)
    def log_message(self, *_): pass
server = http.server.ThreadingHTTPServer(('localhost', 0), Handler)
threading.Thread(target=server.serve_forever, daemon=True).start()
port = server.server_address[1]
url = f'http://localhost:{port}/well'
"""


@pytest.fixture(scope="module")
def lent(make_zygote, open_house):
    """A tier B guest that has a broker."""
    if not found_b():
        pytest.skip("tier B doesn't hold on this machine")
    with open_house(make_zygote(Tier.LANDLOCK)) as house:
        yield Lent(house)


def found_b():
    command = [sys.executable, "-m", "autograder.sandbox.tiers"]
    said = json.loads(subprocess.run(command, check=True, capture_output=True, text=True).stdout)
    return said.get("landlock") == said.get("seccomp") == "ok"


class Lent:
    """Runs a guest with a broker that lives in a process of its own, as the checker is one."""

    PROGRAM = (
        "import socket, sys\n"
        "from autograder.sandbox.broker import Broker\n"
        "own = socket.create_server(('127.0.0.1', 0)) if len(sys.argv) > 2 else None\n"
        "print(own.getsockname()[1] if own else 0, flush=True)\n"
        "Broker(socket.socket(fileno=int(sys.argv[1]))).serve()\n"
    )

    def __init__(self, house):
        self.house = house

    def run(self, code, *, listens=False, refused=False, **names):
        ours, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
        command = [sys.executable, "-c", self.PROGRAM, str(ours.fileno()), *(["listens"] if listens else [])]
        process = subprocess.Popen(command, pass_fds=[ours.fileno()], stdout=subprocess.PIPE, text=True)
        try:
            with ours, theirs:
                names["brokers"] = int(process.stdout.readline())
                ask = self.house.refuses if refused else self.house.run
                return ask(USE + code, [theirs.fileno()], **names)
        finally:
            self.house.box.empty()
            process.stdout.close()
            assert process.wait(10) == 0  # the guest is gone, so the broker is

    def refuses(self, code, **options):
        return self.run(code, refused=True, **options)


@pytest.mark.parametrize(
    "client",
    [
        "import urllib.request\nreturn urllib.request.urlopen(url, timeout=5).read().decode()",
        "import requests\nreturn requests.get(url, timeout=5).text",
        "import requests\nwith requests.Session() as s: return s.get(url).text and s.get(url).text",
        "import http.client\nc = http.client.HTTPConnection('127.0.0.1', port)\nc.request('GET', '/well')\n"
        "return c.getresponse().read().decode()",
        "with socket.create_connection(('localhost', port)) as end:\n"
        "    end.sendall(b'GET /well HTTP/1.0\\r\\n\\r\\n')\n    return end.makefile().read().split()[-1]",
    ],
    ids=["urllib", "requests", "session", "http.client", "socket"],
)
def test_every_client_reaches_the_guests_own_server(lent, client):
    assert lent.run(SERVE + client) == "/well"


def test_asyncio_serves_and_asks(lent):
    code = """
import asyncio
async def answer(reader, writer):
    writer.write((await reader.readline()).upper()); await writer.drain(); writer.close()
async def main():
    server = await asyncio.start_server(answer, 'localhost', 0)
    port = server.sockets[0].getsockname()[1]
    said = []
    for _ in range(3):
        reader, writer = await asyncio.open_connection('localhost', port)
        writer.write(b'hello\\n'); await writer.drain()
        said.append((await reader.readline()).decode()); writer.close()
    server.close()
    return said
return asyncio.run(main())
"""
    assert lent.run(code.replace("\\\\n", "\\n")) == ["HELLO\n"] * 3


def test_a_checkers_service_is_reached(lent):
    """What the broker's own process listens on."""
    assert (
        lent.run("socket.create_connection(('127.0.0.1', brokers), 5).close()\nreturn 'reached'", listens=True)
        == "reached"
    )


def test_a_non_blocking_socket_connects(lent):
    code = (
        SERVE
        + """
import select
end = socket.socket(); end.setblocking(False)
code = end.connect_ex(('127.0.0.1', port))
select.select([], [end], [], 5)
end.send(b'GET /well HTTP/1.0\\r\\n\\r\\n')
end.setblocking(True)
return [code, end.makefile().read().split()[-1]]
"""
    )
    assert lent.run(code.replace("\\\\", "\\")) == [0, "/well"]


def test_a_port_that_nobody_listens_on_refuses(lent):
    assert lent.refuses("socket.create_connection(('127.0.0.1', 1), 5)") == "ConnectionRefusedError"
    silent = "end = socket.socket()\nend.bind(('127.0.0.1', 0))\nsocket.create_connection(end.getsockname(), 5)"
    assert lent.refuses(silent) == "ConnectionRefusedError"


def test_a_closed_server_refuses_and_its_port_is_free_again(lent):
    """Nobody waits for an answer from it, and it can be started once more."""
    code = """
first = socket.create_server(('127.0.0.1', 0))
address = first.getsockname()
first.close()
try: socket.create_connection(address, 5)
except ConnectionRefusedError: pass
second = socket.create_server(address)
socket.create_connection(address, 5).close()
return 'twice'
"""
    assert lent.run(code) == "twice"


@pytest.fixture
def foreign():
    """A server of somebody else's, on every loopback address; it must hear nothing."""
    with socket.create_server(("127.0.0.1", 0)) as one:
        port = one.getsockname()[1]
        one.setblocking(False)
        yield port
        with pytest.raises(BlockingIOError):
            one.accept()


@pytest.mark.parametrize(
    "attack",
    [
        "socket.create_connection(('127.0.0.1', port), 2)",
        "socket.create_connection(('localhost', port), 2)",
        "socket.create_connection(('127.1', port), 2)",
        "socket.create_connection(('2130706433', port), 2)",
        "socket.socket().sendto(b'hello', socket.MSG_FASTOPEN, ('127.0.0.1', port))",
        "socket.socket().sendmsg([b'hello'], [], socket.MSG_FASTOPEN, ('127.0.0.1', port))",
        "mine = socket.create_server(('127.0.0.2', port)); socket.create_connection(('127.0.0.1', port), 2)",
        "mine = socket.socket(); mine.setsockopt(1, 15, 1); mine.bind(('127.0.0.1', port)); mine.listen()",
        "plain = socket.socket.__mro__[1]; plain(fileno=socket.socket().detach()).connect(('127.0.0.1', port))",
        "import _socket; _socket.socket().connect(('127.0.0.1', port))",
        "import _socket; _socket.socket(2, 2).sendto(b'hello', ('127.0.0.1', port))",
        "socket.socket(socket.AF_INET, socket.SOCK_DGRAM).sendto(b'hello', ('127.0.0.1', port))",
        "import os, sys; os.execv(sys.executable, [sys.executable, '-c', program])",
    ],
)
def test_a_foreign_port_is_refused(lent, foreign, attack):
    """However the guest goes about it, and whatever it binds or executes beforehand."""
    program = f"import socket\nsocket.create_connection(('127.0.0.1', {foreign}))"
    try:
        refused = lent.refuses(attack, port=foreign, program=program)
    except EOFError:
        assert "execv" in attack
    else:
        assert refused in {"ConnectionRefusedError", "PermissionError", "OSError", "gaierror"}


def test_a_guest_listens_on_nothing_but_the_loopback_interface(lent):
    code = """
import _socket
bound = [socket.create_server((host, 0)).getsockname()[0] for host in ('0.0.0.0', '', 'localhost', '127.0.0.1')]
for attempt in (
    lambda: _socket.socket.listen(socket.socket()), lambda: socket.socket().listen(),
    *(lambda host=host: socket.socket().connect((host, 80)) for host in ('192.0.2.1', '8.8.8.8', 'example.org', '::1')),
    *(lambda host=host: socket.socket().bind((host, 0)) for host in ('192.0.2.1', 'example.org', '::1')),
):
    try: bound.append(attempt())
    except OSError: pass
return bound
"""
    assert lent.run(code) == ["127.0.0.1"] * 4


# --- the broker believes nothing ---


@pytest.fixture
def line():
    ours, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
    broker = Broker(theirs)
    thread = threading.Thread(target=broker.serve)
    thread.start()
    theirs_end = ours
    theirs_end.settimeout(10)
    yield Line(ours, broker)
    ours.close()
    thread.join(10)
    theirs.close()
    assert not thread.is_alive()
    for kept in (*broker._lent.values(), *broker._bound.values()):
        kept.close()


class Line:
    def __init__(self, end, broker):
        self.end, self.broker = end, broker

    def ask(self, wish):
        self.end.send(wish if isinstance(wish, bytes) else json.dumps(wish).encode())
        text, descriptors, _, _ = socket.recv_fds(self.end, 4096, 4)
        for descriptor in descriptors:
            os.close(descriptor)
        return json.loads(text), len(descriptors)


@pytest.mark.parametrize(
    "wish",
    [
        *(b"x", b"[]", b"{}", b"null", b'{"op": 1}', b"\xff\xfe", b"[" * 3000, b'{"op": "connect"}', b'{"op": "close"'),
        *(
            {"op": "connect", "id": 99, "host": "127.0.0.1", "port": 80},
            {"op": "connect", "id": [], "host": 1, "port": {}},
        ),
        *({"op": "bind", "id": 1, "host": "127.0.0.1", "port": 1 << 70}, {"op": "listen", "id": 1, "backlog": 1}),
        {"op": "connect", "id": "1e400", "host": "x" * 2000, "port": -1},
    ],
)
def test_a_wish_that_makes_no_sense_is_an_error_and_the_next_is_heard(line, wish):
    reply, given = line.ask(wish)
    assert (reply, given) == ({"errno": errno.EINVAL}, 0)
    assert line.ask({"op": "socket"}) == ({"id": 1}, 1)


def test_sockets_and_ports_are_not_without_end(line):
    """The oldest of those that lead nowhere are taken back; ports are kept, and at some point refused."""
    for number in range(1, 400):
        assert line.ask({"op": "socket"}) == ({"id": number}, 1)
    assert len(line.broker._lent) == 128
    bound = [line.ask({"op": "bind", "id": number, "host": "", "port": 0})[0] for number in range(272, 400)]
    assert all("id" in reply for reply in bound)
    line.ask({"op": "socket"})
    assert line.ask({"op": "bind", "id": 400, "host": "", "port": 0})[0] == {"errno": errno.EMFILE}


def test_a_closed_socket_is_forgotten_without_an_answer(line):
    line.ask({"op": "socket"})
    line.end.send(b'{"op": "close", "id": 1}')
    line.end.send(b'{"op": "close", "id": 77}')
    assert line.ask({"op": "socket"}) == ({"id": 2}, 1)
    assert list(line.broker._lent) == [2]


def test_a_connection_that_nobody_takes_is_an_error_in_time(monkeypatch, line):
    """A full backlog: with a non-blocking socket the broker must not report success."""
    monkeypatch.setattr("autograder.sandbox.broker._PATIENCE_MS", 200)
    with socket.socket() as server:
        server.bind(("127.0.0.1", 0))
        server.listen(0)
        port = server.getsockname()[1]
        answers = []
        for _ in range(4):
            line.end.send(b'{"op": "socket"}')
            text, (descriptor,), _, _ = socket.recv_fds(line.end, 4096, 4)
            os.set_blocking(descriptor, False)
            answers.append(line.ask({"op": "connect", "id": json.loads(text)["id"], "host": "", "port": port})[0])
            os.close(descriptor)
        assert answers[-1] == {"errno": errno.ETIMEDOUT}


def test_a_process_with_a_fence_reaches_its_own_ports_and_no_other():
    """A learner's app may redirect the checker's client to a service of the machine."""
    program = """
import socket, sys
from autograder.sandbox.broker import Broker
Broker.fence()
with socket.create_server(("127.0.0.1", 0)) as own:
    socket.create_connection(own.getsockname(), 5).close()
for host, port in (("127.0.0.1", int(sys.argv[1])), ("192.0.2.1", 80)):
    with socket.socket() as client:
        client.settimeout(5)
        print(client.connect_ex((host, port)))
"""
    with socket.create_server(("127.0.0.1", 0)) as foreign:
        command = [sys.executable, "-c", program, str(foreign.getsockname()[1])]
        done = subprocess.run(command, capture_output=True, text=True, check=True)
    assert done.stdout.split() == [str(errno.ECONNREFUSED), str(errno.ENETUNREACH)]
