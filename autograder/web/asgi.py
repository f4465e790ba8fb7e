"""Call an ASGI app with requests on an event loop of its own, and say what it does wrong (ASGI 3).

The loop of an app is kept from one exchange to the next, with its lifespan, and runs only while something is asked: no
thread stays behind. Whoever calls must be in a thread in which no loop runs; `driver` sees to that.
"""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import Awaitable, Mapping, Sequence
from typing import Any
from urllib.parse import unquote

from autograder.web.answer import (
    AppFault,
    ExchangeLimits,
    Gathered,
    LogText,
    a_type,
    check_body,
    check_code,
    check_headers,
    hung,
    one_line,
    repr_of,
    split_target,
    stopped,
    told,
    whole,
)
from autograder.web.message import Headers, Request, Response

__all__ = ["AsgiHost"]

Message = dict[str, Any]
_VERSIONS = {"version": "3.0", "spec_version": "2.4"}
_PATIENCE = 0.2  # seconds for a cancelled task to end


class AsgiHost:
    """One app with its event loop: what a server is to it."""

    def __init__(self, app: Any) -> None:
        self.app = app
        self._loop = asyncio.new_event_loop()
        self._loop.set_exception_handler(lambda *_: None)  # a learner's forgotten task is not our noise
        self._lifespan: _Lifespan | None = None
        self._given_up = False

    def __repr__(self) -> str:
        return f"AsgiHost({self.app!r}){', closed' if self._given_up else ''}"

    def answer(
        self, requests: Sequence[Request], limits: ExchangeLimits, logs: Sequence[LogText]
    ) -> list[Response | AppFault]:
        """Ask all requests at once, and return what came of each."""
        try:
            return self._loop.run_until_complete(self._answer(requests, limits, logs))
        finally:
            if self._given_up:
                self.close()

    def close(self) -> None:
        """Tell the app that it ends, and free the loop; while it runs, that is left to whoever runs it."""
        self._given_up = True
        if self._loop.is_running() or self._loop.is_closed():
            return
        with contextlib.suppress(Exception):
            self._loop.run_until_complete(self._end())
        self._loop.close()

    async def _answer(
        self, requests: Sequence[Request], limits: ExchangeLimits, logs: Sequence[LogText]
    ) -> list[Response | AppFault]:
        if self._lifespan is None:
            lifespan = _Lifespan(self.app)
            try:
                await lifespan.start(limits.seconds)
            except AppFault as fault:
                return [fault] * len(requests)
            self._lifespan = lifespan
        state = self._lifespan.state
        calls = [_Call(self.app, request, limits, log, state) for request, log in zip(requests, logs, strict=True)]
        tasks = [asyncio.ensure_future(call.run()) for call in calls]
        _, late = await asyncio.wait(tasks, timeout=limits.seconds)
        await _cancel(late)
        return [call.outcome(task) for call, task in zip(calls, tasks, strict=True)]

    async def _end(self) -> None:
        if self._lifespan is not None:
            await self._lifespan.stop()
        await _cancel(asyncio.all_tasks() - {asyncio.current_task()})
        await self._loop.shutdown_asyncgens()


async def _cancel(tasks: Any) -> None:
    for task in tasks:
        task.cancel()
    if tasks:
        await asyncio.wait(tasks, timeout=_PATIENCE)


class _ExitError(Exception):
    """sys.exit() in an app: as it is, it would end the loop with all its tasks."""


async def _kept_in(work: Awaitable[object]) -> None:
    try:
        await work
    except (SystemExit, KeyboardInterrupt) as error:
        raise _ExitError from error


class _Lifespan:
    """The conversation about starting and stopping, if the app takes part in it."""

    def __init__(self, app: Any) -> None:
        self.state: Message | None = {}
        self._app = app
        self._inbox: asyncio.Queue[Message] = asyncio.Queue()
        self._news: asyncio.Queue[Message] = asyncio.Queue()
        self._task: asyncio.Future[Any] | None = None

    async def start(self, seconds: float) -> None:
        """Return when the app is ready. Raises AppFault when it says that it can't start, or says nothing."""
        scope = {"type": "lifespan", "asgi": _VERSIONS, "state": self.state}
        self._task = asyncio.ensure_future(_kept_in(self._app(scope, self._inbox.get, self._hear)))
        await self._inbox.put({"type": "lifespan.startup"})
        message = await self._next(seconds)
        if message is None and not self._task.done():
            await _cancel([self._task])
            raise AppFault("hung", f"The app's startup (lifespan) did not end within {whole(seconds)}.", ran=False)
        if message and message["type"] == "lifespan.startup.failed":
            await _cancel([self._task])
            text = str(message.get("message", "")).strip().splitlines()
            said = f": {one_line(text[-1])}" if text else ""
            raise AppFault("startup", f"The app's startup (lifespan) failed{said}.", ran=False)
        if message is None:  # it ended at once: the app knows of no lifespan, which is allowed
            self._task.cancelled() or self._task.exception()
            self._task, self.state = None, None

    async def stop(self) -> None:
        if self._task is not None and not self._task.done():
            await self._inbox.put({"type": "lifespan.shutdown"})
            await asyncio.wait([self._task], timeout=2)

    async def _hear(self, message: Message) -> None:
        if not str(message.get("type", "")).startswith("lifespan."):
            raise RuntimeError("This is the lifespan scope, not a request: look at scope['type'].")
        await self._news.put(message)

    async def _next(self, seconds: float) -> Message | None:
        """What the app says next; None when it ends or stays silent."""
        assert self._task is not None
        waiting = asyncio.ensure_future(self._news.get())
        await asyncio.wait({self._task, waiting}, timeout=seconds, return_when=asyncio.FIRST_COMPLETED)
        if waiting.done():
            return waiting.result()
        waiting.cancel()
        return None if self._news.empty() else self._news.get_nowait()


class _Call:
    """One request and what the app sends back."""

    def __init__(
        self, app: Any, request: Request, limits: ExchangeLimits, log: LogText, state: Mapping[str, Any] | None
    ) -> None:
        self._app, self._request, self._limits, self._log = app, request, limits, log
        self._scope = scope_of(request)
        if state is not None:
            self._scope["state"] = dict(state)
        self._asked = False
        self._over = asyncio.Event()
        self._status = 0
        self._headers: Headers = ()
        self._gathered = Gathered(limits.body)
        self._fault: AppFault | None = None

    async def run(self) -> None:
        await _kept_in(self._app(self._scope, self._receive, self._send))

    async def _receive(self) -> Message:
        if not self._asked:
            self._asked = True
            return {"type": "http.request", "body": self._request.body, "more_body": False}
        await self._over.wait()
        return {"type": "http.disconnect"}

    async def _send(self, message: Any) -> None:
        try:
            self._take(message)
        except AppFault as fault:  # the app may swallow it, so it's kept
            self._fault = self._fault or fault
            self._over.set()
            raise

    def _take(self, message: Any) -> None:
        kind = message.get("type") if isinstance(message, dict) else None
        if self._over.is_set():
            raise AppFault("after-end", f"The app sent {_shown(kind)} after the end of its answer.")
        if kind == "http.response.start":
            if self._status:
                raise AppFault("started-twice", 'The app sent "http.response.start" twice for one request.')
            self._status = check_code(message.get("status"))
            self._headers = check_headers(map(_as_text, message.get("headers", ())), self._limits)
        elif kind == "http.response.body":
            if not self._status:
                raise AppFault(
                    "not-started", 'The app sent a body before "http.response.start": there is no status.', ran=False
                )
            self._gathered.add(message.get("body", b""))
            if not message.get("more_body", False):
                self._over.set()
        else:
            raise AppFault(
                "message",
                f'The app sent {_shown(kind)}; an answer is one "http.response.start" and then "http.response.body".',
            )

    def outcome(self, task: asyncio.Future[None]) -> Response | AppFault:
        """The response; or what is wrong with it."""
        error = None if not task.done() or task.cancelled() else task.exception()
        if self._over.is_set() and not self._fault:
            if error is not None:
                self._log.write(f"{told(error)}\n")  # after the answer: the client has it already
            try:
                return check_body(self._request, self._response(), self._gathered.size, strict=False)
            except AppFault as contradiction:
                return contradiction
        fault = self._fault or self._unfinished(task, error)
        if self._status and fault.response is None:
            fault.response = self._response()
        return fault

    def _unfinished(self, task: asyncio.Future[None], error: BaseException | None) -> AppFault:
        if error is not None:
            return stopped(
                error.__cause__ or error if isinstance(error, _ExitError) else error, begun=bool(self._status)
            )
        if not task.done() or task.cancelled():
            return AppFault("hung", hung(self._limits.seconds), ran=False)
        if self._status:
            return AppFault(
                "unfinished", 'The app ended without its last "http.response.body": the answer has no end.', ran=False
            )
        return AppFault("not-started", 'The app ended without sending "http.response.start".', ran=False)

    def _response(self) -> Response:
        return Response.of(self._status, self._headers, self._gathered.body)


def scope_of(request: Request) -> Message:
    """The request as ASGI wants it."""
    scheme, raw_path, query = split_target(request.target)
    host, _, port = (request.header("Host") or "localhost").rpartition("@")[2].partition(":")
    number = int(port) if port.isascii() and port.isdigit() else 443 if scheme == "https" else 80
    return {
        "type": "http",
        "asgi": _VERSIONS,
        "http_version": "1.1",
        "method": request.method,
        "scheme": scheme,
        "path": unquote(raw_path),
        "raw_path": raw_path.encode("latin-1", "replace"),
        "query_string": query.encode("latin-1", "replace"),
        "root_path": "",
        "headers": [(name.lower().encode("latin-1"), value.encode("latin-1")) for name, value in request.headers],
        "client": ("127.0.0.1", 50000),
        "server": (host or "localhost", number),
    }


def _as_text(pair: Any) -> tuple[object, object]:
    """A header field of an ASGI message, whose parts are bytes."""
    if not (isinstance(pair, tuple | list) and len(pair) == 2):
        raise AppFault("header", f"Headers must be pairs of name and value; the app gave {_shown(pair)}.")
    for part in pair:
        if not isinstance(part, bytes):
            raise AppFault("header", f"An ASGI app's headers are bytes; the app gave {a_type(part)}: {_shown(part)}.")
    return pair[0].decode("latin-1"), pair[1].decode("latin-1")


def _shown(value: object) -> str:
    return f"`{one_line(repr_of(value), 120)}`"
