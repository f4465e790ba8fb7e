"""Calls a trusted WSGI app (PEP 3333) with one request, and collects its response."""

from __future__ import annotations

import io
from collections.abc import Callable, Iterable, MutableMapping
from typing import Any
from urllib.parse import unquote_to_bytes, urlsplit

from autograder.web.message import Request, Response, header_pairs

__all__ = ["WsgiApp", "call_wsgi", "environ"]

WsgiApp = Callable[[MutableMapping[str, Any], Callable[..., Any]], Iterable[bytes]]


def call_wsgi(app: WsgiApp, request: Request) -> Response:
    """Run the app in this thread. Whatever it raises comes through.

    Raises:
        ValueError: it never called ``start_response``.
    """
    started: list[Any] = []
    body = io.BytesIO()

    def start_response(status: str, headers: list[tuple[str, str]], _exc_info: object = None) -> Callable[[bytes], int]:
        started[:] = [int(status[:3]), header_pairs(headers)]
        return body.write

    parts = app(environ(request), start_response)
    try:
        for part in parts:
            body.write(part)
    finally:
        getattr(parts, "close", lambda: None)()
    if not started:
        raise ValueError("The app gave a body without calling start_response.")
    return Response(started[0], started[1], body.getvalue())


def environ(request: Request) -> dict[str, Any]:
    """Describe a request as a WSGI environ. What the app writes to ``wsgi.errors`` is dropped."""
    raw = request.target if request.target.startswith("/") else urlsplit(request.target).path or "/"
    path, _, query = raw.partition("?")
    if not request.target.startswith("/"):
        query = urlsplit(request.target).query
    host, _, port = (request.header("Host") or "localhost").rpartition(":")
    named = {
        "REQUEST_METHOD": request.method,
        "SCRIPT_NAME": "",
        "PATH_INFO": unquote_to_bytes(path).decode("latin-1"),
        "QUERY_STRING": query,
        "SERVER_NAME": host if port.isdigit() else port,
        "SERVER_PORT": port if port.isdigit() else "80",
        "SERVER_PROTOCOL": "HTTP/1.1",
        "REMOTE_ADDR": "127.0.0.1",
        "CONTENT_LENGTH": str(len(request.body)),
        "wsgi.version": (1, 0),
        "wsgi.url_scheme": "http",
        "wsgi.input": io.BytesIO(request.body),
        "wsgi.errors": io.StringIO(),
        "wsgi.multithread": False,
        "wsgi.multiprocess": False,
        "wsgi.run_once": False,
    }
    for name, _value in request.headers:
        key = name.upper().replace("-", "_")
        if "_" not in name and key != "CONTENT_LENGTH":  # an underscore would pass for a dash
            named[key if key == "CONTENT_TYPE" else f"HTTP_{key}"] = request.header(name)
    return named
