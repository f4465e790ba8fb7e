"""Loopback connections for a guest that may make none: a trusted guest beside it makes them and hands them over.

In tier B there is no network namespace, so the guest's filter refuses `socket`, `connect`, `bind` and `listen`. The
broker fulfils such wishes, sent over a packet socket: a TCP socket, connecting it, binding it, listening on it, closing
it. Both sides then hold the same socket, and everything else (accepting, sending, receiving, options) the guest does
itself. Only this run can be reached: what the trusted guest listens on, and what the guest itself listens on by way of
the broker, each by its own address.
"""

from __future__ import annotations

import contextlib
import errno
import ipaddress
import json
import os
import select
import socket
import stat
import threading
from collections.abc import Mapping
from typing import Any

__all__ = ["Broker", "use"]

_MESSAGE = 4096
_MOST_SOCKETS = 128
_PATIENCE_MS = 5_000
_BACKLOG = 128
_EVERYWHERE = "0.0.0.0"  # noqa: S104 - a name that is looked at; nothing binds to it
_HOSTS = ("", "localhost", _EVERYWHERE)  # what programs call the loopback interface


class Broker:
    """Fulfils wishes until the other end is closed. It believes nothing that it is told.

    Args:
        end: a packet socket; the guest that may not connect holds the other end.
    """

    def __init__(self, end: socket.socket) -> None:
        self._end = end
        self._number = 0
        self._lent: dict[int, socket.socket] = {}  # neither connected nor bound yet; the oldest first
        self._bound: dict[int, socket.socket] = {}  # kept, so that nobody else can take the address over

    def serve(self) -> None:
        """Answer one wish after another."""
        with contextlib.suppress(OSError):
            while wish := self._end.recv(_MESSAGE):
                self._answer(wish)

    def _answer(self, wish: bytes) -> None:
        given: list[int] = []
        found: Mapping[str, Any] = {}
        try:
            found = dict(json.loads(wish))
            number = self._fulfil(found)
            if found["op"] == "socket":
                given = [self._lent[number].fileno()]
            reply = {"id": number}
        except OSError as error:
            reply = {"errno": error.errno or errno.EIO}
        except (ValueError, TypeError, LookupError, RecursionError, OverflowError):
            reply = {"errno": errno.EINVAL}
        if found.get("op") == "close":
            return  # nobody waits: sockets are closed whenever Python finds time to
        socket.send_fds(self._end, [json.dumps(reply).encode()], given)

    @staticmethod
    def fence() -> None:
        """Keep this process's own clients to the ports of this run, for good: a guest's app may send them elsewhere.

        The process is trusted, so it is enough to stand where Python connects.
        """
        plain = socket.socket.connect

        def connect(own: socket.socket, address: Any) -> None:
            if own.family in (socket.AF_INET, socket.AF_INET6):
                _require_ours((_near(str(address[0])), int(address[1])))
            plain(own, address)

        def connect_ex(own: socket.socket, address: Any) -> int:
            try:
                connect(own, address)
            except OSError as error:
                return error.errno or errno.EIO
            return 0

        socket.socket.connect = connect  # type: ignore[assignment, method-assign]
        socket.socket.connect_ex = connect_ex  # type: ignore[assignment, method-assign]

    def _fulfil(self, wish: Mapping[str, Any]) -> int:
        if wish["op"] == "socket":
            return self._lend()
        number = int(wish["id"])
        if wish["op"] == "close":
            (self._lent.pop(number, None) or self._bound.pop(number)).close()
        elif wish["op"] == "listen":
            self._bound[number].listen(max(0, min(int(wish["backlog"]), socket.SOMAXCONN)))
        elif wish["op"] == "bind":
            self._bind(number, _address(wish))
        else:
            self._connect(number, _address(wish))
        return number

    def _lend(self) -> int:
        if len(self._lent) >= _MOST_SOCKETS:
            self._lent.pop(next(iter(self._lent))).close()
        self._number += 1
        self._lent[self._number] = socket.socket(socket.AF_INET, socket.SOCK_STREAM)
        return self._number

    def _bind(self, number: int, address: tuple[str, int]) -> None:
        if len(self._bound) >= _MOST_SOCKETS:
            raise OSError(errno.EMFILE, "too many ports")
        self._lent[number].bind(address)
        self._bound[number] = self._lent.pop(number)

    def _connect(self, number: int, address: tuple[str, int]) -> None:
        lent = self._lent[number]
        _require_ours(address)
        _connect(lent, address)
        self._lent.pop(number).close()


def _require_ours(address: tuple[str, int]) -> None:
    """Refuse addresses that nobody of this run listens on."""
    if not any(port == address[1] and host in (address[0], _EVERYWHERE) for host, port in _listening()):
        raise OSError(errno.ECONNREFUSED, "nobody of this run listens there")


def _address(wish: Mapping[str, Any]) -> tuple[str, int]:
    return _near(str(wish["host"])), int(wish["port"])


def _near(host: str) -> str:
    """The loopback address that a host means.

    Raises:
        OSError: it is another machine.
    """
    if host.strip().lower() in _HOSTS:
        return "127.0.0.1"
    with contextlib.suppress(ValueError):
        if isinstance(found := ipaddress.ip_address(host), ipaddress.IPv4Address) and found.is_loopback:
            return host
    raise OSError(errno.ENETUNREACH, "only the loopback interface can be reached")


def _connect(lent: socket.socket, address: tuple[str, int]) -> None:
    """Connect a socket that the guest may have made non-blocking."""
    try:
        lent.connect(address)
    except BlockingIOError:
        poll = select.poll()
        poll.register(lent, select.POLLOUT)
        if not poll.poll(_PATIENCE_MS):
            raise OSError(errno.ETIMEDOUT, os.strerror(errno.ETIMEDOUT)) from None
        if failed := lent.getsockopt(socket.SOL_SOCKET, socket.SO_ERROR):
            raise OSError(failed, os.strerror(failed)) from None


def _listening() -> set[tuple[str, int]]:
    """The addresses that this process listens on: its own, and those that were bound for the guest."""
    found = set()
    for entry in os.listdir("/proc/self/fd"):  # noqa: PTH208 - names are numbers
        with contextlib.suppress(OSError):
            if not stat.S_ISSOCK(os.fstat(int(entry)).st_mode):
                continue
            with socket.socket(fileno=os.dup(int(entry))) as own:
                if own.family == socket.AF_INET and own.getsockopt(socket.SOL_SOCKET, socket.SO_ACCEPTCONN):
                    found.add(own.getsockname())
    return found


class _Wishes:
    """The guest's side: one wish at a time."""

    def __init__(self, end: socket.socket) -> None:
        self._end, self._lock = end, threading.Lock()

    def ask(self, wish: Mapping[str, Any]) -> tuple[int, int]:
        """Return the socket's number with the broker and, for a new one, its descriptor (else -1)."""
        with self._lock:
            self._end.sendall(json.dumps(wish).encode())
            text, descriptors, _, _ = socket.recv_fds(self._end, _MESSAGE, 1)
        reply = json.loads(text or b'{"errno": 5}')
        if failed := reply.get("errno"):
            raise OSError(failed, os.strerror(failed))
        return int(reply["id"]), descriptors[0] if descriptors else -1

    def forget(self, number: int) -> None:
        """Say that a socket is closed. Takes no lock: a garbage collection may call it in the middle of `ask`."""
        with contextlib.suppress(OSError):
            self._end.sendall(json.dumps({"op": "close", "id": number}).encode())


def use(end: socket.socket) -> None:
    """Let this process's sockets come from the broker at the other end, for good."""
    wishes = _Wishes(end)
    plain = socket.socket

    class Brokered(plain):  # type: ignore[misc, valid-type]
        """A socket whose making, connecting and binding is somebody else's work."""

        _number = -1

        def __init__(self, family: int = -1, type: int = -1, proto: int = -1, fileno: int | None = None) -> None:
            kind = socket.SOCK_STREAM if type == -1 else type & ~(socket.SOCK_NONBLOCK | socket.SOCK_CLOEXEC)
            if fileno is None and family in (-1, socket.AF_INET) and kind == socket.SOCK_STREAM:
                self._number, fileno = wishes.ask({"op": "socket"})
                super().__init__(socket.AF_INET, socket.SOCK_STREAM, max(proto, 0), fileno)
                if type != -1 and type & socket.SOCK_NONBLOCK:
                    self.setblocking(False)
            else:
                super().__init__(family, type, proto, fileno)

        def connect(self, address: Any) -> None:
            if self._number < 0:
                super().connect(address)
            else:
                wishes.ask({"op": "connect", "id": self._number, "host": address[0], "port": address[1]})
                self._number = -1  # the broker has forgotten it

        def connect_ex(self, address: Any) -> int:
            try:
                self.connect(address)
            except OSError as error:
                return error.errno or errno.EIO
            return 0

        def bind(self, address: Any) -> None:
            if self._number < 0:
                super().bind(address)
            else:
                wishes.ask({"op": "bind", "id": self._number, "host": address[0], "port": address[1]})

        def listen(self, backlog: int = _BACKLOG) -> None:
            if self._number < 0:
                super().listen(backlog)
            else:
                wishes.ask({"op": "listen", "id": self._number, "backlog": backlog})

        def _real_close(self, *rest: Any) -> None:
            """Close it over there as well, so that its address is free and nobody waits for an answer from it."""
            super()._real_close(*rest)
            if self._number >= 0:
                wishes.forget(self._number)
                self._number = -1

    socket.socket = Brokered  # type: ignore[misc]
