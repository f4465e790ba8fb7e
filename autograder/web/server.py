"""The socket form of a service: its own small threaded server, because faults need the connection in the raw."""

from __future__ import annotations

import contextlib
import io
import socket
import threading
import time
from typing import Any

from autograder.web import settings
from autograder.web.handled import Handled, Handler
from autograder.web.journal import Entry
from autograder.web.message import Request
from autograder.web.reply import Hang
from autograder.web.watched import client_at

__all__ = ["Server"]

_READ_SECONDS = 10.0  # for a whole request, however slowly it drips in
_SEND_SECONDS = 10.0  # for a client to take in one more piece
_DRAIN_SECONDS = 0.5  # for a refused client to stop sending
_GRACE_SECONDS = 0.5  # for a client whose timeout ends just now, on a busy machine
_JOIN_SECONDS = 2.0
_MOST_CONNECTIONS = 64
_SEND_BUFFER = 64 * 1024  # small, so that a client which stops reading soon stops the sender, too


class Server:
    """Answers on a free port of the loopback interface, one exchange per connection, until it is stopped.

    Args:
        handler: the service.
        number: how many servers run already: each gets a loopback address of its own where the system allows that,
            so that two services are two hosts to clients.
    """

    def __init__(self, handler: Handler, number: int = 0) -> None:
        self._handler = handler
        self._stopping = False
        self._open: dict[socket.socket, threading.Thread] = {}
        self._lock = threading.Lock()
        self._listener = _listen(number)
        self.host, self.port = self._listener.getsockname()[:2]
        self._thread = threading.Thread(target=self._accept, name=f"mock service {self.port}", daemon=True)
        self._thread.start()

    def stop(self) -> None:
        """Close the port and every connection, and wait for the threads to end."""
        self._stopping = True
        self._knock()
        self._thread.join(_JOIN_SECONDS)
        self._listener.close()
        with self._lock:
            remaining = dict(self._open)
        for connection in remaining:
            with contextlib.suppress(OSError):
                connection.shutdown(socket.SHUT_RDWR)  # wakes a thread that reads or sends
        for thread in remaining.values():
            thread.join(_JOIN_SECONDS)

    def _accept(self) -> None:
        with self._listener:
            while not self._stopping and not self._handler.exhausted:
                try:
                    connection, _ = self._listener.accept()
                except OSError:
                    return
                self._begin(connection)

    def _begin(self, connection: socket.socket) -> None:
        with self._lock:
            if self._stopping or len(self._open) >= _MOST_CONNECTIONS:
                connection.close()
                return
            thread = threading.Thread(target=self._converse, args=(connection,), daemon=True)
            try:
                thread.start()
            except RuntimeError:  # the system has no more threads to give
                connection.close()
                return
            self._open[connection] = thread

    def _converse(self, connection: socket.socket) -> None:
        try:
            with contextlib.suppress(OSError, ValueError):  # the client left, or the server stops
                connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
                handled = self._handler.handle(io.BufferedReader(_Arriving(connection)))
                if handled is not None:
                    self._speak(connection, handled)
        finally:
            with self._lock:
                self._open.pop(connection, None)
            connection.close()
        if self._handler.exhausted:
            self._knock()

    def _knock(self) -> None:
        """Wake the accepting thread, on every system: it looks whether there is a reason to close the port."""
        with contextlib.suppress(OSError), socket.socket() as knock:
            knock.settimeout(_DRAIN_SECONDS)
            knock.connect((self.host, self.port))

    def _speak(self, connection: socket.socket, handled: Handled) -> None:
        if isinstance(handled.answer, Hang):
            self._hang(connection, handled.answer.seconds, handled.entry or Entry(Request.of("GET", "/")))
            return
        connection.settimeout(_SEND_SECONDS)
        for piece in handled.spoken():
            connection.sendall(piece)
        connection.shutdown(socket.SHUT_WR)
        if handled.entry is None:  # closing now would reset the connection under a client that is still sending
            _client_leaves(connection, _DRAIN_SECONDS)

    def _hang(self, connection: socket.socket, seconds: float, entry: Entry) -> None:
        """Keep silent. The entry notes a client without a timeout, or with one longer than these seconds."""

        def waited() -> None:
            entry.waited = True

        client = client_at(connection.getpeername()[1])
        if client is not None:
            client.silence(seconds, waited)
        elif not _client_leaves(connection, min(seconds * settings.PACE + _GRACE_SECONDS, settings.patience)):
            entry.waited = not self._stopping


def _listen(number: int) -> socket.socket:
    for host in (f"127.0.0.{1 + number % 200}", "127.0.0.1"):  # not every system knows more than one
        listener = socket.socket()
        try:
            listener.setsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF, _SEND_BUFFER)  # connections inherit it
            listener.bind((host, 0))
            listener.listen(_MOST_CONNECTIONS)
        except OSError:
            listener.close()
            continue
        return listener
    raise RuntimeError("No port of the loopback interface is to be had.")


def _client_leaves(connection: socket.socket, seconds: float) -> bool:
    """Wait for the client to close its side, for so many seconds at most."""
    end = time.monotonic() + seconds
    while (left := end - time.monotonic()) > 0:
        connection.settimeout(left)
        try:
            if not connection.recv(1 << 16):
                return True
        except TimeoutError:
            return False
        except OSError:
            return True
    return False


class _Arriving(io.RawIOBase):
    """The bytes that a client sends, all of which must be here within `_READ_SECONDS`."""

    def __init__(self, connection: socket.socket) -> None:
        self._connection, self._end = connection, time.monotonic() + _READ_SECONDS

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any, /) -> int:
        left = self._end - time.monotonic()
        if left <= 0:
            raise TimeoutError("The request took too long to arrive.")
        self._connection.settimeout(left)
        return self._connection.recv_into(buffer)
