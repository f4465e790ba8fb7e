"""The learner's process runs cells and lends their results, and ends when nobody listens."""

from __future__ import annotations

import time
from pathlib import Path
from typing import Any

import pytest


def value_of(worker: Any, name: str) -> Any:
    return worker.ask("get", name=name)["value"]


def test_cells_share_their_names(worker: Any) -> None:
    """As in a notebook; values come as JSON."""
    assert worker.run("rows = [(1, 'a')]") == {"out": ""}
    assert worker.run("rows.append(2)") == {"out": ""}
    assert value_of(worker, "rows") == [{"$": "tuple", "v": [1, "a"]}, 2]
    assert worker.ask("get", name="nothing") == {"missing": True, "out": ""}


def test_functions_are_called_by_their_number(worker: Any) -> None:
    """The same function has the same number; what it prints comes with the result."""
    worker.run("def add(a, b=1):\n    print('adding')\n    return a + b")
    lent = value_of(worker, "add")
    assert (lent["callable"], lent["type"], lent["name"]) == (True, "function", "add")
    assert value_of(worker, "add")["id"] == lent["id"]
    assert worker.ask("call", id=lent["id"], args=[2], kwargs={"b": 3}) == {"value": 5, "out": "adding\n"}
    assert worker.ask("attr", id=lent["id"], name="__name__")["value"] == "add"


def test_objects_are_lent_with_what_they_say_of_themselves(worker: Any) -> None:
    """A class is called, its object has attributes."""
    worker.run("class Cart:\n    def __init__(self): self.items = []\n    def __repr__(self): return 'a cart'")
    made = worker.ask("call", id=value_of(worker, "Cart")["id"], args=[], kwargs={})["value"]
    assert (made["callable"], made["type"], made["text"]) == (False, "Cart", "a cart")
    assert worker.ask("attr", id=made["id"], name="items")["value"] == []


def test_errors_come_as_data(worker: Any) -> None:
    """Type, bases, text, and the line of the learner's cell."""
    worker.run("class Oops(KeyError): ...\ndef f():\n    x = 1\n    raise Oops('here')")
    error = worker.ask("call", id=value_of(worker, "f")["id"], args=[], kwargs={})["error"]
    assert (error["type"], error["text"], error["line"]) == ("Oops", "'here'", 4)
    assert error["types"][:2] == [["__main__", "Oops"], ["builtins", "KeyError"]]


@pytest.mark.parametrize(
    ("source", "kind"),
    [
        ("1 / 0", "ZeroDivisionError"),
        ("x = (", "SyntaxError"),
        ("import sys; sys.exit(3)", "SystemExit"),
        ("exit()", "SystemExit"),
        ("raise KeyboardInterrupt", "KeyboardInterrupt"),
        ("def f(): return f()\nf()", "RecursionError"),
        ("input()", "EOFError"),
        ("'a\0b'", "SyntaxError"),
        ("%nomagic", "UsageError"),
        ("import no_such_module", "ModuleNotFoundError"),
        ("x = 'a' * (1 << 40)", "MemoryError"),
    ],
)
def test_no_error_ends_the_process(worker: Any, source: str, kind: str) -> None:
    """A cell that fails is only a cell that fails."""
    assert worker.run(source)["error"]["type"] in (kind, "ValueError")
    assert worker.run("1")["out"] == "1\n"


def test_output_is_limited(worker: Any) -> None:
    """A flood is cut, and takes no memory."""
    reply = worker.run("for _ in range(100_000): print('x' * 1000)")
    assert len(reply["out"]) < 1100
    assert reply["out"].endswith("[more output was cut]")


@pytest.mark.parametrize(
    ("source", "words"),
    [("x = []\nx.append(x)", "contains itself"), ("x = 'a' * 9_000_000", "bytes"), ("x = [0] * 300_000", "parts")],
)
def test_what_cannot_be_sent_is_told(worker: Any, source: str, words: str) -> None:
    """The process goes on."""
    worker.run(source)
    assert words in worker.ask("get", name="x")["unsendable"]


def test_it_ends_with_its_channel(worker: Any, tmp_path: Path) -> None:
    """Even with threads still running."""
    process = type(worker)(tmp_path)
    process.run("import threading, time\nthreading.Thread(target=time.sleep, args=[60]).start()")
    process.channel.close()
    begin = time.monotonic()
    process.process.wait(10)
    assert time.monotonic() - begin < 5
