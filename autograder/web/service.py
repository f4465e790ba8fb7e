"""A mock HTTP service: an app, a script of answers and faults, and a journal of what arrived."""

from __future__ import annotations

import re
import threading
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from fnmatch import fnmatchcase
from types import EllipsisType

from autograder.web import transport
from autograder.web.clock import VirtualClock
from autograder.web.handled import Handled
from autograder.web.hosted import WsgiApp, call_wsgi
from autograder.web.incoming import Reader, RefusedError, read_request
from autograder.web.journal import Entry, Journal
from autograder.web.message import Request, Response
from autograder.web.outgoing import is_sendable
from autograder.web.reply import Answer, Lost, Slow, Step, Stream

__all__ = ["Route", "Script", "Service"]

Route = str | tuple[str, str]
"""A path, or a method and a path; ``*`` in a path stands for anything."""

Script = Mapping[Route, Step | Sequence[Step]]
"""What happens on each route, entry by entry; the last entry repeats."""

_NOT_FOUND = Response(404, (("Content-Type", "application/json"),), b'{"error": "not found"}')
_BUSY = Response(503, (("Content-Type", "text/plain"),), b"Busy with an earlier request.\n")
_TURN_SECONDS = 5.0
_OVERRUN = Response(503, (("Content-Type", "text/plain"),), b"Too many requests: does your loop end?\n")


class Service:
    """A partner's HTTP API for one check.

    Args:
        app: a WSGI app that answers what no script answers; or a script, if there is no app.
        script: what happens on each route instead, such as ``{("GET", "/distance"): [drop(), ok({...})]}``. Entries
            are played in order and the last one repeats; ``...`` passes the request on to the app.
        clock: stamps each request with its time of arrival.
        host: the name under which the service is reached where there are no sockets.
        budget: how many requests are answered. More of them fail the check: the loop probably doesn't end.

    Raises:
        ValueError, TypeError: the script is malformed.

    Example:
        >>> service = Service({("GET", "/distance"): [status(503), ok({"distance_m": 1200})]})
        >>> with service.running() as base_url:
        ...     answers = [requests.get(f"{base_url}/distance", timeout=5).status_code for _ in range(3)]
        >>> answers, service.requests.count("GET", "/distance")
        ([503, 200, 200], 3)
    """

    def __init__(
        self,
        app: WsgiApp | Script | None = None,
        *,
        script: Script | None = None,
        clock: VirtualClock | None = None,
        host: str = "maps.hopline.test",
        budget: int = 200,
    ) -> None:
        if not re.fullmatch(r"[a-z0-9]([a-z0-9.-]*[a-z0-9])?", host):
            raise ValueError(f"Expected a host name such as 'maps.hopline.test', got {host!r}.")
        self.app: WsgiApp | None = None
        scripts = dict(script or {})
        if isinstance(app, Mapping):
            scripts |= app
        else:
            self.app = app
        self.clock = clock or VirtualClock()
        self.host = host
        self.requests = Journal(budget)
        self._routes = [_Scripted.of(route, steps) for route, steps in scripts.items()]
        self._lock = threading.RLock()

    @contextmanager
    def running(self) -> Iterator[str]:
        """Answer requests inside the block. Afterwards nothing of it is left: no thread, no port, nothing patched.

        Yields:
            The base URL, without a slash at its end.

        Raises:
            CheckFailed: more requests arrived than `budget`, whatever else went wrong in the block.
            RuntimeError: it is running already, or another service runs under the same host name.
        """
        with transport.reachable(self, self.host) as base_url:
            try:
                yield base_url
            except Exception as error:
                if self.requests.overrun:
                    _overrun(self.requests, error)
                raise
        self.requests.expect_within_budget()

    @property
    def exhausted(self) -> bool:
        """Whether the budget is spent: new connections are refused from then on."""
        return self.requests.overrun

    def stray(self, address: str) -> None:
        """Take note that a client tried to connect to somewhere that is no service."""
        self.requests.strays.append(address)

    def handle(self, reader: Reader) -> Handled | None:
        """Read one request and decide what happens; None when the stream ended before a request began."""
        try:
            request = read_request(reader, self.clock.time)
        except RefusedError as refusal:
            return self._refuse(refusal)
        if request is None:
            return None
        if not self._lock.acquire(timeout=_TURN_SECONDS):  # the app is waiting for an answer of this very service
            return Handled(_BUSY, None)
        try:
            return self._answer(request)
        finally:
            self._lock.release()

    def _refuse(self, refusal: RefusedError) -> Handled:
        self._spend()
        self.requests.refused.append(refusal.reason)
        body = f"{refusal.reason}\n".encode()
        return Handled(Response(refusal.status, (("Content-Type", "text/plain"),), body), None)

    def _answer(self, request: Request) -> Handled:
        if not self._spend():
            return Handled(_OVERRUN, None)
        entry = Entry(request)
        self.requests.add(entry)
        answer = self._decide(entry)
        entry.answer = type(answer).__name__.lower()
        if isinstance(answer, Response | Stream):
            entry.answer, entry.status = str(answer.status), answer.status
        return Handled(answer, entry)

    def _spend(self) -> bool:
        """Whether one more request is within the budget."""
        spent = len(self.requests) + len(self.requests.refused)
        self.requests.overrun = self.requests.overrun or spent >= self.requests.budget
        return not self.requests.overrun

    def _decide(self, entry: Entry) -> Answer:
        """Play the route's next entry; an error of the author's own is a 500, and is noted."""
        request = entry.request
        try:
            played = next((route.next_step() for route in self._routes if route.fits(request)), ...)
            answer = self._play(played, request)
            if isinstance(answer, Response) and not is_sendable(answer):
                raise ValueError("The response's status or a header field can't be sent.")
        except Exception as error:  # the mock's mistake must not look like the network's
            entry.error = f"{type(error).__name__}: {error}"[:500]
            return Response(500, (("Content-Type", "text/plain"),), b"Internal Server Error\n")
        return answer

    def _play(self, step: Step, request: Request) -> Answer:
        for _ in range(10):
            if isinstance(step, EllipsisType):
                return call_wsgi(self.app, request) if self.app else _NOT_FOUND
            answer = step(request)
            if isinstance(answer, Slow):
                self.clock.advance(answer.seconds)
                step = answer.then
            elif isinstance(answer, Lost):
                if self.app:
                    call_wsgi(self.app, request)
                step = answer.then
            else:
                return answer
        raise ValueError("An entry of the script refers to itself.")


class _Scripted:
    """One route of a script and how far it has been played."""

    def __init__(self, method: str, path: str, steps: Sequence[Step]) -> None:
        self._method, self._path, self._steps, self._played = method, path, steps, 0

    @classmethod
    def of(cls, route: Route, steps: Step | Sequence[Step]) -> _Scripted:
        method, path = ("*", route) if isinstance(route, str) else route
        if not path.startswith(("/", "*")) or method != method.upper():
            raise ValueError(f"Expected a route such as ('GET', '/distance') or '/distance', got {route!r}.")
        listed = tuple(steps) if isinstance(steps, Sequence) else (steps,)
        if not listed:
            raise ValueError(f"The script of {route!r} is empty: it needs one entry at least.")
        for step in listed:
            if step is not ... and not callable(step):
                raise TypeError(f"An entry of {route!r} is {step!r}: expected a reply such as ok({{...}}), or `...`.")
        return cls(method, path, listed)

    def fits(self, request: Request) -> bool:
        same_path = request.path == self._path or ("*" in self._path and fnmatchcase(request.path, self._path))
        return self._method in ("*", request.method) and same_path

    def next_step(self) -> Step:
        step = self._steps[min(self._played, len(self._steps) - 1)]
        self._played += 1
        return step


def _overrun(journal: Journal, cause: Exception) -> None:
    try:
        journal.expect_within_budget()
    except AssertionError as failure:
        raise failure from cause
