"""Client sockets whose timeouts we know: so a service that keeps silent costs no real time, and is judged exactly."""

from __future__ import annotations

import contextlib
import socket
import weakref
from collections.abc import Callable
from typing import Any

from autograder.web import settings

__all__ = ["WatchedSocket", "client_at", "watch"]


class WatchedSocket(socket.socket):
    """A real connection to a mock service, on the client's side.

    Waiting for a silent service can be cut short: see `silence`. With a `pace` below 1, its timeouts run faster than
    real time instead: for clients in another process than the service.
    """

    pace = 1.0
    _said: float | None = None
    _silence: tuple[float, Callable[[], None]] | None = None

    def settimeout(self, value: float | None, /) -> None:
        """Keep what the client asked for, and wait as long as `pace` makes of it."""
        self._said = value
        hurried = value and self.pace != 1.0
        super().settimeout(max(settings.SHORTEST, value * self.pace) if value and hurried else value)

    def gettimeout(self) -> float | None:
        """What the client asked for."""
        return self._said

    def silence(self, seconds: float, waited: Callable[[], None]) -> None:
        """Pretend, once the service closes the connection, that it kept silent for so many seconds before.

        A client whose timeout is shorter times out at once. For any other, `waited` is called. It is decided when the
        client reads: some set the timeout for reading only after the request is sent.
        """
        self._silence = (seconds, waited)

    def recv(self, *args: Any) -> bytes:
        """Receive, or time out if the service says so."""
        content = super().recv(*args)
        self._look_at_the_time(len(content))
        return content

    def recv_into(self, *args: Any, **more: Any) -> int:
        """Receive, or time out if the service says so."""
        size = super().recv_into(*args, **more)
        self._look_at_the_time(size)
        return size

    def _look_at_the_time(self, size: int) -> None:
        if size or self._silence is None:
            return
        seconds, waited = self._silence
        if self._said is not None and self._said <= seconds:
            raise TimeoutError("timed out")
        waited()


_clients: weakref.WeakValueDictionary[int, WatchedSocket] = weakref.WeakValueDictionary()


def watch(connection: socket.socket, timeout: float | None, pace: float = 1.0) -> WatchedSocket:
    """Take over a connection and watch its timeouts."""
    watched = WatchedSocket(fileno=connection.detach())
    watched.pace = pace
    watched.settimeout(timeout)
    with contextlib.suppress(OSError):
        _clients[watched.getsockname()[1]] = watched
    return watched


def client_at(port: int) -> WatchedSocket | None:
    """The watched socket of this process that has this local port, if there is one."""
    return _clients.get(port)
