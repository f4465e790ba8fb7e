"""Any thread of a learner's may call back while a request is open, and none can bring the line out of step."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Any

import pytest

Answer = Callable[[dict[str, Any]], dict[str, Any]]


def offer(number: int = 1) -> dict[str, Any]:
    return {"$": "offer", "id": number, "function": "note"}


def call(worker: Any, name: str, answer: Answer, *args: Any) -> dict[str, Any]:
    """Call a learner's function and answer its calls back."""
    number = worker.lent(name)
    worker.channel.send({"n": 1, "op": "call", "for": 0, "id": number, "args": list(args), "kwargs": {}})
    while "back" in (message := worker.channel.receive(5)):
        worker.channel.send({"for": message["back"], **answer(message)})
    return dict(message)


def test_a_call_goes_over_and_its_result_comes_back(worker: Any) -> None:
    """Arguments and result are values."""
    worker.run("def go(f): return [f(1, (2,), key=b'x'), f()]")
    seen = []
    reply = call(worker, "go", lambda message: seen.append(message) or {"value": len(seen)}, offer(7))
    assert reply == {"n": 1, "value": [1, 2], "out": ""}
    kwargs = {"key": {"$": "bytes", "v": "eA=="}}
    assert seen[0] == {"back": seen[0]["back"], "id": 7, "name": "__call__"} | {
        "args": [1, {"$": "tuple", "v": [2]}],
        "kwargs": kwargs,
    }


def test_a_request_inside_is_served_by_the_thread_that_called(worker: Any) -> None:
    """As in one process: a connection may be used in its own thread only."""
    worker.run(
        "import threading\ndef who(): return threading.get_ident()\ndef here(f): return [who(), f()]\n"
        "def there(f):\n    got = []\n    thread = threading.Thread(target=lambda: got.extend(here(f)))\n"
        "    thread.start()\n    thread.join()\n    return got"
    )
    who = worker.lent("who")

    def inner(message: dict[str, Any]) -> dict[str, Any]:
        worker.channel.send({"n": 2, "op": "call", "for": message["back"], "id": who, "args": [], "kwargs": {}})
        reply = worker.channel.receive(5)
        assert (reply["n"], "out" in reply) == (2, False)
        return {"value": reply["value"]}

    for name in ("here", "there", "here"):
        mine, inside = call(worker, name, inner, offer())["value"]
        assert mine == inside


def test_threads_get_their_own_results(worker: Any) -> None:
    """Also if these come in another order."""
    worker.run(
        "from concurrent.futures import ThreadPoolExecutor\n"
        "def go(f):\n    with ThreadPoolExecutor(8) as pool:\n        return list(pool.map(f, range(8)))"
    )
    worker.channel.send({"n": 1, "op": "call", "for": 0, "id": worker.lent("go"), "args": [offer()], "kwargs": {}})
    waiting = [worker.channel.receive(5) for _ in range(8)]
    for message in reversed(waiting):
        worker.channel.send({"for": message["back"], "value": message["args"][0] * 10})
    assert worker.channel.receive(5)["value"] == [number * 10 for number in range(8)]


LATE = """
import threading
said, gate = [], threading.Event()
def late(f):
    def wait():
        gate.wait()
        try:
            said.append(f())
        except RuntimeError as error:
            said.append(str(error))
    thread = threading.Thread(target=wait)
    thread.start()
    said.append(thread)
def tell():
    gate.set()
    said[0].join()
    return said.pop()
"""


def test_a_call_that_comes_too_late_is_told(worker: Any) -> None:
    """Nothing is sent, so the next reply is that of the next request; within a later request it isn't too late."""
    worker.run(LATE)
    for _ in range(20):
        worker.run("said.clear(); gate.clear()")
        assert call(worker, "late", lambda _: {"value": 1}, offer())["value"] is None
        assert call(worker, "tell", lambda _: {"value": 5})["value"] == 5
    worker.run("said.clear(); gate.clear()")
    call(worker, "late", lambda _: {"value": 1}, offer())
    worker.run("threading.Timer(0.1, gate.set).start()")
    time.sleep(0.3)
    assert "comes too late" in call(worker, "tell", lambda _: {"value": 5})["value"]


def test_a_function_may_end_before_its_threads(worker: Any) -> None:
    """The call back that is still open gets its result, and requests go on meanwhile."""
    worker.run(LATE + "gate.set()")
    worker.run("def early(f):\n    late(f)\n    import time\n    time.sleep(0.1)")
    worker.channel.send({"n": 1, "op": "call", "for": 0, "id": worker.lent("early"), "args": [offer()], "kwargs": {}})
    back = worker.channel.receive(5)["back"]
    assert worker.channel.receive(5)["n"] == 1
    assert worker.run("1 + 1") == {"out": "2\n"}
    worker.channel.send({"for": back, "value": "at last"})
    assert call(worker, "tell", lambda _: {})["value"] == "at last"
    assert worker.run("2 + 1") == {"out": "3\n"}


STOPPED = """
import ctypes, threading, time
def stopped(f):
    thread = threading.Thread(target=f, daemon=True)
    thread.start()
    time.sleep(0.05)
    ctypes.pythonapi.PyThreadState_SetAsyncExc(ctypes.c_ulong(thread.ident), ctypes.py_object(SystemExit))
    thread.join(5)
    return thread.is_alive()
"""


@pytest.mark.parametrize("inside", [False, True])
def test_a_thread_that_is_stopped_in_a_call_disturbs_nobody(worker: Any, inside: bool) -> None:
    """Its result is dropped, and a request for it is answered in its place."""
    worker.run(STOPPED)
    worker.channel.send({"n": 1, "op": "call", "for": 0, "id": worker.lent("stopped"), "args": [offer()], "kwargs": {}})
    back = worker.channel.receive(5)["back"]
    assert worker.channel.receive(5)["value"] is False
    if inside:
        worker.channel.send({"n": 2, "op": "get", "for": back, "name": "x"})
        assert worker.channel.receive(5) == {"n": 2, "unsendable": "the thread that called the check was stopped."}
    worker.channel.send({"for": back, "value": 5})
    for _ in range(3):
        assert worker.run("1 + 1") == {"out": "2\n"}
        assert call(worker, "stopped", lambda _: {"value": 1}, offer())["value"] is False


def test_another_process_cannot_use_the_line(worker: Any) -> None:
    """A forked child is told so, and never answers in its parent's place."""
    worker.run(
        "import os\ndef fork(f):\n    r, w = os.pipe()\n    if os.fork() == 0:\n        try: f()\n"
        "        except RuntimeError as error: os.write(w, str(error).encode())\n        return 'child'\n"
        "    os.close(w)\n    os.wait()\n    return os.read(r, 1000).decode()"
    )
    assert "in another process" in call(worker, "fork", lambda _: {"value": 1}, offer())["value"]
    assert worker.run("os.fork() and os.wait() and None") == {"out": ""}
    assert worker.run("1 + 1") == {"out": "2\n"}


def test_what_is_too_large_to_be_sent_is_told(worker: Any) -> None:
    """In the learner's own code; the line stays in step."""
    worker.run("def big(f):\n    try: f('x' * 9_000_000)\n    except ValueError as error: return str(error)")
    assert "can't be handed to the check" in call(worker, "big", lambda _: {}, offer())["value"]
    worker.run("def deep(f):\n    a = []\n    a.append(a)\n    f(a)")
    assert "contains itself" in call(worker, "deep", lambda _: {}, offer())["error"]["text"]
    assert worker.run("1 + 1") == {"out": "2\n"}
