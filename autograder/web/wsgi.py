"""Call a WSGI app with one request, as a server does, and say what it does wrong (PEP 3333)."""

from __future__ import annotations

import inspect
import io
from collections.abc import Callable, Iterator
from typing import Any
from urllib.parse import unquote_to_bytes

from autograder.web.answer import (
    AppFault,
    ExchangeLimits,
    Gathered,
    LogText,
    a_type,
    check_body,
    check_headers,
    check_status,
    split_target,
    stopped,
)
from autograder.web.message import Headers, Request, Response

__all__ = ["call_wsgi", "environ_of"]


def call_wsgi(app: Callable[..., Any], request: Request, limits: ExchangeLimits, log: LogText) -> Response:
    """Return the app's response.

    Args:
        app: the WSGI callable.
        request: what to ask.
        limits: for headers and body; nobody watches the clock here.
        log: what the app writes to ``wsgi.errors`` goes there.

    Raises:
        AppFault: the app gave no answer, or none that is HTTP.
    """
    answer = _Answer(limits)
    try:
        parts = app(environ_of(request, log), answer.start)
        try:
            answer.take(parts)
        finally:
            close = getattr(parts, "close", None)
            if callable(close):
                close()
    except AppFault as fault:
        raise answer.completed(fault) from None
    except BaseException as error:  # sys.exit() among them: a server would lose the request just the same
        raise answer.stopped(error) from None
    # A server isn't part of Django; Django leaves to it what HEAD must not have.
    strict = not type(app).__module__.startswith("django.")
    return check_body(request, answer.response(), answer.gathered.size, strict=strict)


def environ_of(request: Request, log: LogText) -> dict[str, Any]:
    """The request as PEP 3333 wants it."""
    scheme, raw_path, query = split_target(request.target)
    host, _, port = (request.header("Host") or "localhost").rpartition("@")[2].partition(":")
    environ: dict[str, Any] = {
        "REQUEST_METHOD": request.method,
        "SCRIPT_NAME": "",
        "PATH_INFO": unquote_to_bytes(raw_path).decode("latin-1"),
        "QUERY_STRING": query,
        "REQUEST_URI": f"{raw_path}?{query}" if query else raw_path,
        "SERVER_NAME": host or "localhost",
        "SERVER_PORT": port or ("443" if scheme == "https" else "80"),
        "SERVER_PROTOCOL": "HTTP/1.1",
        "REMOTE_ADDR": "127.0.0.1",
        "wsgi.version": (1, 0),
        "wsgi.url_scheme": scheme,
        "wsgi.input": _Input(request.body),
        "wsgi.errors": log,
        "wsgi.multithread": True,
        "wsgi.multiprocess": False,
        "wsgi.run_once": False,
    }
    if (request.header("Content-Length") or str(len(request.body))) == str(len(request.body)):
        environ["wsgi.input_terminated"] = True  # else the input goes on: frameworks must read what is announced only
    for name, value in request.headers:
        key = name.upper().replace("-", "_")
        key = key if key in {"CONTENT_TYPE", "CONTENT_LENGTH"} else f"HTTP_{key}"
        environ[key] = f"{environ[key]}{'; ' if key == 'HTTP_COOKIE' else ','}{value}" if key in environ else value
    return environ


class _Input:
    """The request's body with the four ways of reading that PEP 3333 promises, and no other."""

    def __init__(self, body: bytes) -> None:
        self._body = io.BytesIO(body)

    def read(self, size: int = -1) -> bytes:
        return self._body.read(size)

    def readline(self, size: int = -1) -> bytes:
        return self._body.readline(size)

    def readlines(self, hint: int = -1) -> list[bytes]:
        return self._body.readlines(hint)

    def __iter__(self) -> Iterator[bytes]:
        return iter(self._body)


class _Answer:
    """One answer on its way from the app to the client."""

    def __init__(self, limits: ExchangeLimits) -> None:
        self._limits = limits
        self.gathered = Gathered(limits.body)
        self._status = 0
        self._headers: Headers = ()
        self._sent = False
        self._fault: AppFault | None = None

    def start(self, status: object, headers: Any, exc_info: Any = None, /) -> Callable[[bytes], None]:
        """What the app calls as ``start_response``."""
        self._keeping(self._start, status, headers, exc_info)
        return self._write

    def _start(self, status: object, headers: Any, exc_info: Any) -> None:
        if exc_info:
            try:
                if self._sent:
                    raise exc_info[1].with_traceback(exc_info[2])
            finally:
                exc_info = None  # no circle of frames
        elif self._status:
            raise AppFault(
                "started-twice",
                "The app called start_response twice for one request. Look for a missing `return` after the first "
                "call (PEP 3333).",
            )
        if not isinstance(headers, list):
            raise AppFault(
                "header",
                f"The headers given to start_response must be a list of pairs; the app gave {a_type(headers)} "
                "(PEP 3333).",
            )
        self._status, self._headers = check_status(status), check_headers(headers, self._limits)

    def _write(self, part: bytes) -> None:
        self._sent = True
        self._keeping(self.gathered.add, part)

    def _keeping(self, step: Callable[..., None], *args: Any) -> None:
        """Do a step, and remember its fault: the app may swallow the exception."""
        try:
            step(*args)
        except AppFault as fault:
            self._fault = self._fault or fault
            raise

    def take(self, parts: Any) -> None:
        """Read the body that the app returned."""
        if inspect.iscoroutine(parts):
            parts.close()
            raise AppFault(
                "no-app",
                "The app returned a coroutine: a WSGI app is a plain `def app(environ, start_response)`, "
                "an ASGI app an `async def app(scope, receive, send)`.",
                ran=False,
            )
        if isinstance(parts, str | bytes | bytearray) or not hasattr(parts, "__iter__"):
            self._require_start("returned")
            raise AppFault(
                "body-type",
                "The app must return a list, or another iterable, of the parts of its body, such as `[body]`; it "
                f"returned {a_type(parts)} (PEP 3333).",
            )
        for part in parts:
            self._require_start("began its body")
            self._sent = self._sent or bool(part)
            self._keeping(self.gathered.add, part)
        self._require_start("returned")

    def _require_start(self, did: str) -> None:
        if self._fault:
            raise self._fault
        if not self._status:
            raise AppFault(
                "not-started",
                f"The app {did} without calling start_response, so there is no status. "
                'Call `start_response("200 OK", headers)` first, on every way through the function.',
                ran=False,
            )

    def response(self) -> Response:
        return Response.of(self._status, self._headers, self.gathered.body)

    def completed(self, fault: AppFault) -> AppFault:
        """Add to the fault what had arrived before it."""
        if fault.response is None and self._status:
            fault.response = self.response()
        return fault

    def stopped(self, error: BaseException) -> AppFault:
        """Say that the app ended with an exception."""
        if self._fault:
            return self.completed(self._fault)
        return self.completed(stopped(error, begun=bool(self._status)))
