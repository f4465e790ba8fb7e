"""The part that all partners share: one WSGI callable, its requests read and its answers written as JSON."""

import json
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from http import HTTPStatus
from typing import Any
from urllib.parse import parse_qs

MOST_BODY = 64 * 1024
START = datetime(2025, 3, 4, 9, tzinfo=UTC)

Now = Callable[[], datetime]


def standing_still() -> datetime:
    """A clock for those who bring none: nothing in this package reads the real one."""
    return START


@dataclass(frozen=True)
class Answer:
    """What a partner says: JSON, or bytes of another media type."""

    status: int
    content: Any
    headers: Mapping[str, str] = field(default_factory=dict)
    media_type: str = "application/json"


class Refusal(Exception):  # noqa: N818  said to the client, not raised at anybody
    """A request that a partner turns down, with a code for programs and a sentence for people."""

    def __init__(self, status: int, code: str, message: str, headers: Mapping[str, str] | None = None) -> None:
        self.answer = Answer(status, {"error": {"code": code, "message": message}}, headers or {})
        super().__init__(message)


class Call:
    """One request to a partner."""

    def __init__(self, environ: Mapping[str, Any]) -> None:
        """Read a WSGI environ."""
        self._environ = environ
        self.method = "GET" if environ["REQUEST_METHOD"] == "HEAD" else str(environ["REQUEST_METHOD"])
        self.path = str(environ.get("PATH_INFO", "")).encode("latin-1").decode("utf-8", errors="replace")
        query = parse_qs(str(environ.get("QUERY_STRING", "")), keep_blank_values=True)
        self.query = {name: values[-1] for name, values in query.items()}

    def header(self, name: str) -> str | None:
        """The value of a header field."""
        value = self._environ.get(f"HTTP_{name.upper().replace('-', '_')}")
        return None if value is None else str(value)

    @property
    def root(self) -> str:
        """The base URL under which the client reached the partner."""
        return f"{self._environ.get('wsgi.url_scheme', 'http')}://{self.header('Host') or 'localhost'}"

    def json(self) -> dict[str, Any]:
        """The object in the request's body. Raises Refusal where there is none."""
        if str(self._environ.get("CONTENT_TYPE", "")).partition(";")[0].strip().lower() != "application/json":
            raise Refusal(415, "unsupported_media_type", "Send JSON, and say so in Content-Type.")
        length = str(self._environ.get("CONTENT_LENGTH") or "0")
        if not length.isdigit() or int(length) > MOST_BODY:
            raise Refusal(413, "too_large", f"A body may have {MOST_BODY} bytes.")
        try:
            content = json.loads(self._environ["wsgi.input"].read(int(length)))
        except (ValueError, RecursionError):
            raise Refusal(400, "malformed_json", "The body isn't JSON.") from None
        if not isinstance(content, dict):
            raise Refusal(400, "malformed_json", "The body must be a JSON object.")
        return content


class Partner:
    """A WSGI callable that answers by its `routes`: path patterns, each with its methods.

    In a pattern, ``*`` stands for one segment of the path, which the method receives as an argument.
    """

    def routes(self) -> Mapping[str, Mapping[str, Callable[..., Answer]]]:
        """Say who answers what."""
        raise NotImplementedError

    def __call__(self, environ: Mapping[str, Any], start_response: Callable[..., Any]) -> Iterable[bytes]:
        """Answer one request (PEP 3333)."""
        try:
            answer = self._answer(Call(environ))
        except Refusal as refusal:
            answer = refusal.answer
        raw = isinstance(answer.content, bytes)
        body = answer.content if raw else json.dumps(answer.content, ensure_ascii=False).encode()
        fields = {"Content-Type": answer.media_type, "Content-Length": str(len(body)), **answer.headers}
        start_response(f"{answer.status} {HTTPStatus(answer.status).phrase}", list(fields.items()))
        return [b"" if environ["REQUEST_METHOD"] == "HEAD" else body]

    def _answer(self, call: Call) -> Answer:
        for pattern, methods in self.routes().items():
            arguments = _match(pattern, call.path)
            if arguments is None:
                continue
            if call.method not in methods:
                allow = {"Allow": ", ".join(sorted(methods))}
                raise Refusal(405, "method_not_allowed", f"{call.method} isn't possible here.", allow)
            return methods[call.method](call, *arguments)
        raise Refusal(404, "not_found", "There is nothing here.")


def _match(pattern: str, path: str) -> list[str] | None:
    wanted, given = pattern.split("/"), path.split("/")
    if len(wanted) != len(given) or any(want not in ("*", got) for want, got in zip(wanted, given, strict=True)):
        return None
    return [got for want, got in zip(wanted, given, strict=True) if want == "*"]
