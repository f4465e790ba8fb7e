"""The learner's process runs cells and lends their results, and ends when nobody listens."""

from __future__ import annotations

import contextlib
import sqlite3
import time
from pathlib import Path
from typing import Any

import pytest

from autograder.web.answer import ExchangeLimits
from autograder.web.driver import Answer
from autograder.web.message import Request


def value_of(worker: Any, name: str) -> Any:
    return worker.ask("get", name=name)["value"]


def test_cells_share_their_names(worker: Any) -> None:
    """As in a notebook; values come as JSON."""
    assert worker.run("rows = [(1, 'a')]") == {"out": ""}
    assert worker.run("rows.append(2)") == {"out": ""}
    assert value_of(worker, "rows") == [{"$": "tuple", "v": [1, "a"]}, 2]
    assert worker.ask("get", name="nothing") == {"missing": True, "out": ""}


def test_texts_come_along_with_the_cell_that_binds_them(worker: Any) -> None:
    """Short ones that are really texts; what else is wanted of a cell is asked for."""
    source = "class T(str): ...\na, b, c, d = 'x', T('x'), 1, 'x' * 20_000"
    assert worker.ask("run", source=source, seconds=5, names=["a", "b", "c", "d", "e"])["texts"] == {"a": "x"}
    assert "texts" not in worker.ask("run", source="a = 'y'", seconds=5)


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


def test_iterators_are_lent_and_read_one_by_one(worker: Any) -> None:
    """What they raise is raised, and their end is told."""
    worker.run(
        "def pages():\n    yield [1]\n    raise KeyError('k')\nclass Many:\n    def __iter__(self): return pages()"
    )
    made = worker.ask("call", id=worker.lent("pages"), args=[], kwargs={})["value"]
    assert made["iterator"] is True
    assert worker.ask("next", id=made["id"])["value"] == [1]
    assert worker.ask("next", id=made["id"])["error"]["arg"] == "k"
    assert worker.ask("next", id=made["id"])["end"] is True
    assert worker.ask("call", id=worker.lent("Many"), args=[], kwargs={})["value"]["iterator"] is False


def test_setup_names_are_kept_as_they_were(worker: Any) -> None:
    """A reference by name means what the name meant right after the setup cell."""
    assert worker.ask("run", source="import json as http\ntax = len", twins=["http", "tax", "no"]) == {"out": ""}
    worker.run("http = None\ndef name(of): return of.__name__")
    ask = {"op": "call", "id": worker.lent("name"), "kwargs": {}}
    assert worker.ask(**ask, args=[{"$": "twin", "v": "http"}])["value"] == "json"
    assert worker.ask(**ask, args=[{"$": "builtin", "v": "ValueError"}])["value"] == "ValueError"
    assert "bind no 'no'" in worker.ask(**ask, args=[{"$": "twin", "v": "no"}])["unsendable"]


def test_an_app_is_driven_with_data_in_and_data_out(worker: Any) -> None:
    """As it is in a kernel; many requests at once go to many threads."""
    worker.run(
        "def app(environ, start_response):\n    print('asked')\n"
        "    start_response('200 OK', [('Content-Type', 'text/plain')])\n    return [environ['PATH_INFO'].encode()]"
    )
    requests = [Request.of("GET", f"/{number}", {"Host": "a.test"}).to_json() for number in range(10)]
    data = {"requests": requests, "limits": ExchangeLimits().to_json()}
    reply = worker.ask("exchange", id=worker.lent("app"), data=data)
    answers = [Answer.from_json(one) for one in reply["exchange"]["answers"]]
    assert [one.response and one.response.text for one in answers] == [f"/{number}" for number in range(10)]
    assert reply["out"] == "asked\n" * 10
    assert "error" in worker.ask("exchange", id=worker.lent("app"), data={})


def test_it_ends_with_its_channel(worker: Any, tmp_path: Path) -> None:
    """Even with threads still running."""
    process = type(worker)(tmp_path)
    process.run("import threading, time\nthreading.Thread(target=time.sleep, args=[60]).start()")
    process.channel.close()
    begin = time.monotonic()
    process.process.wait(10)
    assert time.monotonic() - begin < 5


def test_a_function_gets_a_connection_to_a_file(worker: Any, tmp_path: Path) -> None:
    """Opened and closed over there; the file is on both sides."""
    worker.run(
        "def make(con, name):\n    con.execute('CREATE TABLE t (a)')\n    with con:\n"
        "        con.execute('INSERT INTO t VALUES (?)', (name,))\n    return con.total_changes"
    )
    about = {"path": str(tmp_path / "data.db"), "row_factory": "", "log": True, "at": 0}
    reply = worker.ask("connected", id=worker.lent("make"), about=about, args=["O'Brien"], kwargs={})
    assert (reply["value"]["value"], reply["value"]["kept"]) == (1, True)
    assert reply["value"]["texts"][1:] == ["INSERT INTO t VALUES ('O''Brien')"]
    with contextlib.closing(sqlite3.connect(about["path"])) as con:
        assert con.execute("SELECT a FROM t").fetchall() == [("O'Brien",)]
    again = worker.ask("connected", id=worker.lent("make"), about=about, args=[""], kwargs={})
    assert again["error"]["type"] == "OperationalError"
