"""Puts services where clients can reach them, and takes them away again.

While a service runs, new connections of this process are dialled here. In the socket form they go to the service's
port, as they would anyway; in the in-process form they become pretended sockets. In both forms, nothing but running
services can be reached: a client that is sent to another host can't leave, and the attempt is noted. Everything above
the connection - requests, urllib3, ``urllib.request``, ``http.client`` - works as it is.
"""

from __future__ import annotations

import errno
import os
import socket
import threading
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from typing import Any

import urllib3
import urllib3.connectionpool
import urllib3.util.connection

from autograder.web import settings
from autograder.web.handled import Handler
from autograder.web.pretended import PretendedSocket
from autograder.web.server import Server
from autograder.web.watched import watch

__all__ = ["hurried", "reachable", "refusing"]

Connect = Callable[[], socket.socket]


@dataclass
class _Board:
    """Who is reachable under which host and port. The clients' ways out are patched while anybody is on it."""

    lines: dict[tuple[str, int], tuple[Handler, bool]] = field(default_factory=dict)
    closed: set[tuple[str, int]] = field(default_factory=set)
    users: int = 0
    unpatch: Callable[[], None] = lambda: None
    lock: threading.RLock = field(default_factory=threading.RLock)

    @contextmanager
    def patched(self) -> Iterator[None]:
        with self.lock:
            if not self.users:
                self.unpatch = _patch(self.dial)
            self.users += 1
        try:
            yield
        finally:
            with self.lock:
                self.users -= 1
                if not self.users:
                    self.unpatch()

    @contextmanager
    def line(self, host: str, port: int, handler: Handler, *, pretended: bool) -> Iterator[None]:
        with self.lock:
            if (host, port) in self.lines:
                raise RuntimeError(f"A service is running at {host}:{port} already.")
            self.lines[host, port] = (handler, pretended)
        try:
            with self.patched():
                yield
        finally:
            with self.lock:
                del self.lines[host, port]

    def dial(self, address: tuple[str, int], timeout: float | None, connect: Connect) -> Any:
        """Connect a client with a running service.

        Raises:
            ConnectionRefusedError: no running service has this address.
        """
        host, port = str(address[0]).strip("[]").rstrip(".").lower(), int(address[1])
        with self.lock:
            names = [
                place for place in self.lines if place == (host, port) or (host == "localhost" and place[1] == port)
            ]
            line = self.lines[names[0]] if names else None
            handlers = [handler for handler, _ in self.lines.values()]
        if line is None and (host, port) not in self.closed:
            for handler in handlers:
                handler.stray(f"{host}:{port}")
        if line is None or line[0].exhausted:
            raise ConnectionRefusedError(errno.ECONNREFUSED, "Connection refused")
        return PretendedSocket(line[0], timeout) if line[1] else watch(connect(), timeout)


_board = _Board()


@contextmanager
def reachable(handler: Handler, host: str) -> Iterator[str]:
    """Let clients reach a service inside the block, by the transport in use; yield its base URL.

    Raises:
        RuntimeError: another service has this host name.
    """
    if settings.transport_in_use() == "in-process":
        with _board.line(host, 80, handler, pretended=True), _no_proxy(host):
            yield f"http://{host}"
        return
    server = Server(handler, len(_board.lines))
    try:
        with _board.line(server.host, server.port, handler, pretended=False), _no_proxy(f"{server.host},localhost"):
            yield f"http://{server.host}:{server.port}"
    finally:
        server.stop()


@contextmanager
def refusing() -> Iterator[str]:
    """Yield a base URL where every connection is refused, inside the block."""
    host, port = "closed.hopline.test", 80
    if settings.transport_in_use() == "socket":
        with socket.socket() as unused:
            unused.bind(("127.0.0.1", 0))
            host, port = unused.getsockname()
    _board.closed.add((host, port))
    try:
        with _board.patched(), _no_proxy(host):
            yield f"http://{host}" + (f":{port}" if port != 80 else "")
    finally:
        _board.closed.discard((host, port))


@contextmanager
def hurried() -> Iterator[None]:
    """Make the timeouts of this process's connections to the loopback interface pass faster, by `settings.PACE`.

    For a process whose services run in another one: there, a client that never leaves is told from one with a timeout
    of several seconds after `settings.patience`, and nobody has to wait those seconds.
    """

    def dial(address: tuple[str, int], timeout: float | None, connect: Connect) -> socket.socket:
        near = str(address[0]).startswith("127.") or str(address[0]) == "localhost"
        return watch(connect(), timeout, settings.PACE) if near else connect()

    unpatch = _patch(dial)
    try:
        yield
    finally:
        unpatch()


def _patch(dial: Callable[[tuple[str, int], float | None, Connect], Any]) -> Callable[[], None]:
    """Let every new connection go through `dial`; return what undoes that."""
    by_urllib3, by_socket = urllib3.util.connection.create_connection, socket.create_connection

    def for_urllib3(address: tuple[str, int], timeout: Any = ..., *args: Any, **more: Any) -> Any:
        given = () if timeout is ... else (timeout, *args)
        return dial(address, _seconds(timeout), lambda: by_urllib3(address, *given, **more))

    def for_socket(address: tuple[str, int], timeout: Any = ..., *args: Any, **more: Any) -> Any:
        given = () if timeout is ... else (timeout, *args)
        return dial(address, _seconds(timeout), lambda: by_socket(address, *given, **more))

    patches = ExitStack()
    patches.enter_context(_replaced(urllib3.util.connection, "create_connection", for_urllib3))
    patches.enter_context(_replaced(socket, "create_connection", for_socket))
    # In a browser, urllib3 has put a class here that fetches; the one that dials is still around.
    dialling = vars(urllib3.connectionpool)["HTTPConnection"]
    patches.enter_context(_replaced(urllib3.HTTPConnectionPool, "ConnectionCls", dialling))
    return patches.close


@contextmanager
def _replaced(owner: object, name: str, value: object) -> Iterator[None]:
    before = getattr(owner, name)
    setattr(owner, name, value)
    try:
        yield
    finally:
        setattr(owner, name, before)


def _seconds(timeout: Any) -> float | None:
    return float(timeout) if isinstance(timeout, int | float) else socket.getdefaulttimeout() if timeout else None


@contextmanager
def _no_proxy(hosts: str) -> Iterator[None]:
    """Keep a proxy that the environment names out of the way."""
    small, before = os.environ.get("no_proxy"), os.environ.get("no_proxy") or os.environ.get("NO_PROXY")
    os.environ["no_proxy"] = f"{before},{hosts}" if before else hosts
    try:
        yield
    finally:
        if small is None:
            del os.environ["no_proxy"]
        else:
            os.environ["no_proxy"] = small
