"""Drive an app: one HTTP request in, one response out, in this process and without a socket.

The same function serves a notebook's kernel and the learner's process behind the wall. The app runs in a thread of its
own, so that it can be given up, and so that an event loop that already runs here (Jupyter's) is no hindrance.
"""

from __future__ import annotations

import _thread
import atexit
import contextlib
import ctypes
import inspect
import threading
import time
import weakref
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from autograder.web.answer import AppFault, ExchangeLimits, LogText, a_type, hung, one_line
from autograder.web.asgi import AsgiHost
from autograder.web.message import Request, Response
from autograder.web.wsgi import call_wsgi

__all__ = ["MOST_AT_ONCE", "Answer", "drive", "drive_all", "exchange", "interface"]

MOST_AT_ONCE = 64
_MOST_HOSTS = 8
_GRACE = 0.5  # seconds that an event loop has for ending its own late tasks

_hosts: dict[int, AsgiHost] = {}  # by id() of the app, which the host keeps alive; the least recently used first
_hosts_lock = threading.Lock()


@dataclass(frozen=True, slots=True)
class Answer:
    """What came of one request.

    Args:
        response: the response, or as much of it as there is; None when nothing came.
        fault: what is wrong with it, in words for the learner; empty when it is an answer.
        kind: the fault's short name.
        ran: False when the app gave no answer.
        log: what the app wrote to its error log.
    """

    response: Response | None
    fault: str = ""
    kind: str = ""
    ran: bool = True
    log: str = ""

    @classmethod
    def of(cls, outcome: Response | AppFault, log: str = "") -> Answer:
        if isinstance(outcome, AppFault):
            return cls(outcome.response, outcome.text, outcome.kind, outcome.ran, log)
        return cls(outcome, log=log)

    def to_json(self) -> dict[str, Any]:
        response = None if self.response is None else self.response.to_json()
        return {"response": response, "fault": self.fault, "kind": self.kind, "ran": self.ran, "log": self.log}

    @classmethod
    def from_json(cls, data: Mapping[str, Any]) -> Answer:
        """Build from `to_json` data. Raises KeyError, TypeError or ValueError where it doesn't fit."""
        response = None if data["response"] is None else Response.from_json(data["response"])
        if response is None and not data["fault"]:
            raise ValueError("An answer has a response or a fault.")
        text, kind, log = str(data["fault"])[:2_000], str(data["kind"])[:40], str(data["log"])[:20_000]
        return cls(response, text, kind, bool(data["ran"]), log)


def drive(app: object, request: Request, limits: ExchangeLimits | None = None) -> Response:
    """Return the app's response to one request.

    Raises:
        AppFault: the app gave no answer, or none that is HTTP.
    """
    limits = limits or ExchangeLimits()
    outcome = _outcomes(app, [request], limits, [LogText(limits.log)])[0]
    if isinstance(outcome, AppFault):
        raise outcome
    return outcome


def drive_all(app: object, requests: Sequence[Request], limits: ExchangeLimits | None = None) -> list[Answer]:
    """Make all requests at the same moment, and return what came of each."""
    if len(requests) > MOST_AT_ONCE:
        raise ValueError(f"At most {MOST_AT_ONCE} requests can be made at once, got {len(requests)}.")
    limits = limits or ExchangeLimits()
    logs = [LogText(limits.log) for _ in requests]
    outcomes = _outcomes(app, requests, limits, logs)
    return [Answer.of(outcome, log.text) for outcome, log in zip(outcomes, logs, strict=True)]


def exchange(app: object, data: Mapping[str, Any]) -> dict[str, Any]:
    """Drive an app with JSON in and JSON out: what crosses the wall.

    Args:
        app: the learner's app.
        data: ``{"requests": [...], "limits": {...}, "close": false}``. With ``close`` the app is told that it ends.

    Returns:
        ``{"answers": [...]}``, one for each request.
    """
    requests = [Request.from_json(one) for one in data["requests"]]
    answers = drive_all(app, requests, ExchangeLimits.from_json(data["limits"])) if requests else []
    if data.get("close"):
        _close(app)
    return {"answers": [answer.to_json() for answer in answers]}


# --- what kind of app -----------------------------------------------------------------------------------------------


def interface(app: object) -> str:
    """Return ``wsgi`` or ``asgi``. Raises AppFault when the object is neither."""
    if app is None:
        raise _no_app("`create_app` returned None: return the app at its end.")
    if inspect.iscoroutine(app):
        app.close()
        raise _no_app("`create_app` is an `async def`, so calling it gave a coroutine: make it a plain `def`.")
    if not callable(app):
        raise _no_app(f"`create_app` returned {a_type(app)}, which can't be called: return the app itself.")
    if isinstance(app, type) and any("__call__" in vars(base) for base in app.__mro__):
        raise _no_app(f"`create_app` returned the class {app.__name__}, not an app: make one, and return that.")
    is_async = inspect.iscoroutinefunction(app) or inspect.iscoroutinefunction(getattr(app, "__call__", None))  # noqa: B004 - whether it's async, not whether it can be called
    try:
        # A decorated function shows what it wraps: of Werkzeug's `Request.application`, a function of one request.
        signatures = [inspect.signature(app), inspect.signature(app, follow_wrapped=False)]
    except (TypeError, ValueError):  # a callable of C, or one that hides
        return "asgi" if is_async else "wsgi"
    for signature in signatures:
        if _takes(signature, 3) and (is_async or not _takes(signature, 2)):
            return "asgi"
        if _takes(signature, 2) and not is_async:
            return "wsgi"
    raise _no_app(
        f"`create_app` returned `{_name(app)}{one_line(str(signatures[0]), 100)}`, which is no app: a WSGI app takes "
        "(environ, start_response), an ASGI app is async and takes (scope, receive, send)."
    )


_last: tuple[weakref.ref[Any], str] | None = None  # most requests go to the app of the one before


def _known_interface(app: object) -> str:
    """`interface`, found out once for an app: to read a signature takes as long as a small app's answer."""
    global _last
    if _last is not None and _last[0]() is app and app is not None:
        return _last[1]
    kind = interface(app)
    with contextlib.suppress(TypeError):  # not everything can be referred to weakly
        _last = weakref.ref(app), kind
    return kind


def _takes(signature: inspect.Signature, count: int) -> bool:
    try:
        signature.bind(*range(count))
    except TypeError:
        return False
    return True


def _name(app: object) -> str:
    name = getattr(app, "__name__", None) or type(app).__name__
    return one_line(str(name), 60)


def _no_app(text: str) -> AppFault:
    return AppFault("no-app", text, ran=False)


# --- threads and time -----------------------------------------------------------------------------------------------

Outcomes = list[Response | AppFault]


def _outcomes(app: Any, requests: Sequence[Request], limits: ExchangeLimits, logs: Sequence[LogText]) -> Outcomes:
    try:
        kind = _known_interface(app)
    except AppFault as fault:
        return [fault] * len(requests)
    if kind == "asgi":
        return _asgi_outcomes(app, requests, limits, logs)
    gate = threading.Barrier(len(requests)) if len(requests) > 1 else None

    def job(request: Request, log: LogText) -> Callable[[], Response]:
        def answer() -> Response:
            if gate:
                gate.wait(limits.seconds)
            return call_wsgi(app, request, limits, log)

        return answer

    jobs = [job(request, log) for request, log in zip(requests, logs, strict=True)]
    return _in_threads(jobs, limits.seconds, limits.seconds)


def _asgi_outcomes(app: Any, requests: Sequence[Request], limits: ExchangeLimits, logs: Sequence[LogText]) -> Outcomes:
    host = _host_of(app)
    found = _in_threads([lambda: host.answer(requests, limits, logs)], limits.seconds + _GRACE, limits.seconds)[0]
    if isinstance(found, AppFault):  # its loop still runs, or broke
        _close(app)
    return [found] * len(requests) if isinstance(found, AppFault) else found


def _in_threads(jobs: Sequence[Callable[[], Any]], patience: float, promised: float) -> list[Any]:
    """Run jobs at the same time and return what they return, or the AppFault that ended them.

    Args:
        patience: seconds to wait for all.
        promised: the seconds to speak of when they are over.
    """
    results: list[Any] = [None] * len(jobs)
    ended = [False] * len(jobs)
    running = [_thread.allocate_lock() for _ in jobs]

    def work(at: int) -> None:
        try:
            results[at] = jobs[at]()
        except AppFault as fault:
            results[at] = fault
        except BaseException as error:
            results[at] = AppFault("raised", f"The app raised {type(error).__name__}.", ran=False)
        finally:
            ended[at] = True
            running[at].release()

    deadline = time.monotonic() + patience
    for lock in running:
        lock.acquire()
    try:
        # A `Thread` hands the processor to and fro twice more, which takes as long as a small app's answer.
        threads = [_thread.start_new_thread(work, (at,)) for at in range(len(jobs))]
    except RuntimeError:  # a platform without threads (WebAssembly): nobody can be given up there
        for at in range(len(jobs)):
            work(at)
        return list(results)
    try:
        for lock in running:
            lock.acquire(timeout=max(deadline - time.monotonic(), 0))
    finally:
        # Copied before the late ones are stopped: what they return from now on is nobody's business.
        found = list(results)
        _stop([thread for thread, is_over in zip(threads, ended, strict=True) if not is_over])
    late = AppFault("hung", hung(promised), ran=False)
    return [late if result is None else result for result in found]


def _stop(threads: Iterable[int]) -> None:
    """Ask given-up threads to end at their next line of Python, so that no loop keeps the machine busy."""
    for thread in threads:
        with contextlib.suppress(Exception):
            ctypes.pythonapi.PyThreadState_SetAsyncExc(ctypes.c_ulong(thread), ctypes.py_object(SystemExit))


# --- ASGI apps keep their event loop --------------------------------------------------------------------------------


def _host_of(app: object) -> AsgiHost:
    with _hosts_lock:
        host = _hosts.pop(id(app), None) or AsgiHost(app)
        _hosts[id(app)] = host
        old = [_hosts.pop(key) for key in list(_hosts)[:-_MOST_HOSTS]]
    for one in old:
        _end(one)
    return host


def _close(app: object) -> None:
    """Tell an ASGI app that it ends; for others there is nothing to do."""
    with _hosts_lock:
        host = _hosts.pop(id(app), None)
    if host is not None:
        _end(host)


def _end(host: AsgiHost) -> None:
    _in_threads([host.close], 3, 3)


@atexit.register
def _end_all() -> None:
    for host in list(_hosts.values()):
        with contextlib.suppress(Exception):
            host.close()
    _hosts.clear()
