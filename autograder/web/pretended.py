"""The in-process form of a connection: an object that clients take for a socket, with a service behind it."""

from __future__ import annotations

import io
from collections.abc import Iterator
from typing import Any

from autograder.web.handled import Handler
from autograder.web.reply import Hang

__all__ = ["PretendedSocket"]


class PretendedSocket:
    """Collects what a client sends; when the client wants to read, the service decides on the spot.

    It has what ``http.client`` and urllib3 use of a socket, and carries one exchange. Nothing ever waits: a service
    that hangs becomes a timeout at once, or a closed connection if the client has set no timeout.
    """

    def __init__(self, handler: Handler, timeout: float | None) -> None:
        self._handler, self._timeout = handler, timeout
        self._sent = bytearray()
        self._answer: io.BufferedReader | None = None

    def settimeout(self, value: float | None) -> None:
        self._timeout = value

    def gettimeout(self) -> float | None:
        return self._timeout

    def sendall(self, content: Any) -> None:
        self._sent += content

    def send(self, content: Any) -> int:
        self._sent += content
        return len(content)

    def makefile(self, mode: str = "r", *_args: Any, **_more: Any) -> io.BufferedReader:
        """The answer, as a file of bytes; that is all ``http.client`` ever asks for."""
        if "b" not in mode or "w" in mode:
            raise io.UnsupportedOperation(f"A connection to a mock service can't be opened in mode {mode!r}.")
        if self._answer is None:
            self._answer = io.BufferedReader(_Answer(self))
        return self._answer

    def recv(self, size: int, _flags: int = 0) -> bytes:
        return self.makefile("rb").read1(size)

    def recv_into(self, buffer: Any, size: int = 0, _flags: int = 0) -> int:
        view = memoryview(buffer)
        return self.makefile("rb").readinto1(view[: size or len(view)])

    def close(self) -> None:
        """Let the service see a request whose answer nobody wanted to read."""
        if self._answer is None and self._sent:
            self._answer = io.BufferedReader(_Answer(self))
            self._answer.peek(1)

    def setsockopt(self, *_option: Any) -> None:
        """Options are about sockets, and there is none."""

    def shutdown(self, _how: int) -> None:
        """Nothing is held open."""

    def fileno(self) -> int:
        return -1

    def getpeername(self) -> tuple[str, int]:
        return ("127.0.0.1", 80)

    getsockname = getpeername

    def converse(self) -> Iterator[bytes]:
        """Hand the request over, and yield what comes back.

        Raises:
            TimeoutError: the service keeps silent for longer than the client's timeout.
        """
        handled = self._handler.handle(io.BytesIO(bytes(self._sent)))
        if handled is None:
            return
        if not isinstance(handled.answer, Hang):
            yield from handled.spoken()
        elif self._timeout is not None and self._timeout <= handled.answer.seconds:
            raise TimeoutError("timed out")
        elif handled.entry:
            handled.entry.waited = True


class _Answer(io.RawIOBase):
    """The bytes of an answer, made as they are read: a client that stops reading stops the making."""

    def __init__(self, connection: PretendedSocket) -> None:
        self._parts, self._ahead = connection.converse(), b""

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any, /) -> int:
        while not self._ahead:
            part = next(self._parts, None)
            if part is None:
                return 0
            self._ahead = part
        taken = self._ahead[: len(buffer)]
        self._ahead = self._ahead[len(taken) :]
        buffer[: len(taken)] = taken
        return len(taken)
