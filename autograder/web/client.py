"""A client for the app under test: every call is one exchange, without a socket."""

from __future__ import annotations

import json as json_module
import time
from collections.abc import Iterable, Mapping, Sequence
from types import TracebackType
from typing import Any, Protocol
from urllib.parse import quote, urlencode, urljoin, urlsplit

from autograder.errors import CheckFailed, NotAttempted, WireError
from autograder.web.answer import AppFault, ExchangeLimits, check_headers, in_size
from autograder.web.driver import MOST_AT_ONCE, Answer, exchange
from autograder.web.message import Request, Response
from autograder.web.transcript import Exchange, conversation_table, transcript_table

__all__ = ["Call", "Client"]

Headers = Mapping[str, str | None] | Sequence[tuple[str, str]]
Pairs = Mapping[str, object] | Sequence[tuple[str, object]]
Call = tuple[str, str] | tuple[str, str, Mapping[str, Any]] | Request
"""One request for `Client.parallel`: method, target, and what else `Client.request` takes."""

_UNRESERVED = "/%:@!$&'()*+,;=~-._"
_BODY_BY_HABIT = ("POST", "PUT", "PATCH")


class _Clock(Protocol):
    def time(self) -> float: ...


class Client:
    """Ask an app and keep what was said.

    A status such as 404 or 500 is an answer like any other. Redirects aren't followed and cookies aren't kept: a
    `Browser` does that.

    >>> def app(environ, start_response):
    ...     start_response("200 OK", [("Content-Type", "text/plain")])
    ...     return [b"hello"]
    >>> Client(app).get("/").text
    'hello'

    Args:
        app: what ``create_app`` returned: a WSGI or ASGI app, or a stand-in for one that has ``__exchange__``.
        base: what relative targets are relative to.
        clock: gives each request its time; the real one when left out.
        limits: what one exchange may take.
    """

    def __init__(
        self,
        app: Any,
        *,
        base: str = "http://api.hopline.test",
        clock: _Clock | None = None,
        limits: ExchangeLimits | None = None,
    ) -> None:
        self.base = base
        self.transcript: list[Exchange] = []
        self._app, self._clock, self._limits = app, clock, limits or ExchangeLimits()

    def __repr__(self) -> str:
        return f"Client(base={self.base!r}): {len(self.transcript)} exchanges so far"

    def __enter__(self) -> Client:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def close(self) -> None:
        """Tell an ASGI app that it ends (its lifespan's shutdown). A later request starts it again."""
        _ask(self._app, [], self._limits, close=True)

    def get(self, target: str, **more: Any) -> Exchange:
        return self.request("GET", target, **more)

    def head(self, target: str, **more: Any) -> Exchange:
        return self.request("HEAD", target, **more)

    def options(self, target: str, **more: Any) -> Exchange:
        return self.request("OPTIONS", target, **more)

    def post(self, target: str, **more: Any) -> Exchange:
        return self.request("POST", target, **more)

    def put(self, target: str, **more: Any) -> Exchange:
        return self.request("PUT", target, **more)

    def patch(self, target: str, **more: Any) -> Exchange:
        return self.request("PATCH", target, **more)

    def delete(self, target: str, **more: Any) -> Exchange:
        return self.request("DELETE", target, **more)

    def request(self, method: str, target: str, **more: Any) -> Exchange:
        """Make one request.

        Args:
            method: sent as it is.
            target: a path with its query, or an absolute URL.
            more: ``params``, ``json``, ``data`` and ``headers``, as `prepare` takes them.

        Raises:
            CheckFailed: the app gave no answer (``ran`` is False), or one that isn't HTTP.
            NotAttempted: the app is still a stub that raises NotImplementedError.
        """
        return self._exchange([self.prepare(method, target, **more)])[0]

    def parallel(self, calls: Iterable[Call]) -> list[Exchange]:
        """Make several requests at the same moment; the exchanges come in the order of the calls.

        Args:
            calls: each ``("POST", "/trips")`` or ``("POST", "/trips", {"json": ...})``, or a prepared request; at
                most 64.

        Raises:
            CheckFailed: one of them got no answer.
        """
        made = [call if isinstance(call, Request) else self._prepared(*call) for call in calls]
        if not 1 <= len(made) <= MOST_AT_ONCE:
            raise ValueError(f"Between 1 and {MOST_AT_ONCE} requests can be made at once, got {len(made)}.")
        return self._exchange(made)

    def _prepared(self, method: str, target: str, more: Mapping[str, Any] | None = None) -> Request:
        return self.prepare(method, target, **(more or {}))

    def prepare(
        self,
        method: str,
        target: str,
        *,
        params: Pairs = (),
        json: Any = None,
        data: bytes | str | Pairs | None = None,
        headers: Headers = (),
    ) -> Request:
        """Build a request without sending it.

        Args:
            method: sent as it is.
            target: a path with its query, or an absolute URL. Letters that no URL may hold are percent-encoded.
            params: appended to the query, encoded; a list as a value stands for several parameters of that name.
            json: sent as JSON; bytes are sent exactly as they are, for JSON that Python can't write.
            data: the body: bytes or text as it is, pairs as a form.
            headers: a mapping, or pairs where a name occurs twice; None takes away a header that is set by default.

        Raises:
            ValueError: a header that can't be sent, or both ``json`` and ``data``.
        """
        if json is not None and data is not None:
            raise ValueError("Give json or data, not both.")
        body, media_type = _body(json, data)
        url = urlsplit(urljoin(self.base, target) if not target.startswith("//") else self.base + target)
        query = "&".join(part for part in (url.query, urlencode(_listed(params), doseq=True)) if part)
        path = quote(url.path or "/", safe=_UNRESERVED) + (f"?{quote(query, safe=_UNRESERVED + '?')}" if query else "")
        given = list(headers.items()) if isinstance(headers, Mapping) else list(headers)
        length = str(len(body)) if body or method in _BODY_BY_HABIT else None
        named = {name.lower() for name, _ in given}
        usual = [("Host", url.netloc), ("Accept", "*/*"), ("Content-Type", media_type), ("Content-Length", length)]
        sent = [pair for pair in usual if pair[0].lower() not in named] + given
        fields = _checked([(name, value) for name, value in sent if value is not None])
        full = path if url.scheme == "http" else f"{url.scheme}://{url.netloc}{path}"
        at = self._clock.time() if self._clock else time.time()
        return Request.of(method, full, fields, body, at)

    def _exchange(self, requests: Sequence[Request]) -> list[Exchange]:
        started = time.monotonic()
        answers = _ask(self._app, requests, self._limits)
        seconds = time.monotonic() - started
        first = len(self.transcript) + 1
        made = [
            Exchange(request, answer.response, seconds, answer.fault, first + at, answer.log)
            for at, (request, answer) in enumerate(zip(requests, answers, strict=True))
        ]
        self.transcript += made
        for one, answer in zip(made, answers, strict=True):
            if answer.fault:
                raise self._failure(one, answer)
        return made

    def _failure(self, failed: Exchange, answer: Answer) -> CheckFailed | NotAttempted:
        if answer.kind == "not-written":
            return NotAttempted(answer.fault)
        tables = [transcript_table(failed)]
        if len(self.transcript) > 1:
            tables.append(conversation_table(self.transcript, {failed.number}))
        return CheckFailed(f"`{failed.asked}`: {answer.fault}", tables=tuple(tables), ran=answer.ran)


def _ask(app: Any, requests: Sequence[Request], limits: ExchangeLimits, *, close: bool = False) -> list[Answer]:
    """Put the requests to the app, here or over the wall; what comes from over there is read with suspicion."""
    data = {"requests": [request.to_json() for request in requests], "limits": limits.to_json(), "close": close}
    if not hasattr(app, "__exchange__"):
        return [Answer.from_json(one) for one in exchange(app, data)["answers"]]
    try:
        answers = [Answer.from_json(one) for one in app.__exchange__(data)["answers"]]
        for answer in answers:
            _check_size(answer.response, limits)
        if len(answers) != len(requests):
            raise ValueError("one answer for each request was expected")
    except (KeyError, TypeError, ValueError, AttributeError) as error:
        raise WireError(f"The app's answer did not come across whole ({error}).") from None
    return answers


def _check_size(response: Response | None, limits: ExchangeLimits) -> None:
    if response is None:
        return
    if len(response.body) > limits.body or len(response.headers) > limits.headers + 1:
        raise ValueError(f"a body of {in_size(len(response.body))} with {len(response.headers)} headers is too large")


def _body(json: Any, data: bytes | str | Pairs | None) -> tuple[bytes, str | None]:
    """The body's bytes and its media type, as far as it's known."""
    if json is not None:
        raw = json if isinstance(json, bytes) else json_module.dumps(json).encode()
        return raw, "application/json"
    if data is None:
        return b"", None
    if isinstance(data, bytes | str):
        return data if isinstance(data, bytes) else data.encode(), None
    return urlencode(_listed(data), doseq=True).encode(), "application/x-www-form-urlencoded"


def _listed(pairs: Pairs) -> list[tuple[str, object]]:
    return list(pairs.items() if isinstance(pairs, Mapping) else pairs)


def _checked(headers: Sequence[tuple[str, str]]) -> Sequence[tuple[str, str]]:
    """The header fields, if HTTP can carry them: the author's mistakes are not the app's."""
    try:
        return check_headers(headers, ExchangeLimits(headers=1_000, header_bytes=1 << 20))
    except AppFault as fault:
        raise ValueError(f"This request can't be sent. {fault.text.replace('the app gave', 'got')}") from None
