"""Cells run in IPython, without anything of the user's own."""

from __future__ import annotations

from typing import Any

import pytest


def test_ipython_is_there(worker: Any) -> None:
    """Magics, display, top-level await, and get_ipython()."""
    assert "error" not in worker.run("%timeit -n1 -r1 1")
    assert worker.run("import asyncio\nawait asyncio.sleep(0)\nget_ipython().__class__.__name__")["out"] == "'Shell'\n"
    assert "hello" in worker.run("from IPython.display import display\ndisplay('hello')")["out"]


def test_query_cells_keep_their_text(worker: Any) -> None:
    """`%%sql NAME` works as in the learner's notebook."""
    worker.run("import sqlite3\nfrom autograder import use_database\ncity = use_database(sqlite3.connect(':memory:'))")
    worker.run("%%sql one\nSELECT 1 AS n")
    assert "SELECT 1 AS n" in worker.ask("get", name="one")["value"]


@pytest.mark.parametrize(("source", "out"), [("1 + 1", "2\n"), ("1 + 1;", ""), ("None", ""), ("x = 5", "")])
def test_the_last_value_is_shown_plainly(worker: Any, source: str, out: str) -> None:
    """Without numbers before it."""
    assert worker.run(source) == {"out": out}


def test_the_semicolon_behind_a_query_hides_nothing(worker: Any) -> None:
    """It is SQL's own."""
    worker.run("import sqlite3\nfrom autograder import use_database\ncity = use_database(sqlite3.connect(':memory:'))")
    assert "(1 row)" in worker.run("%%sql\nSELECT 1 AS n;")["out"]


def test_a_query_cell_is_shown_as_ipython_shows_it(worker: Any) -> None:
    """Its result is the last value; what stops it is an error; and somebody else's ``%%sql`` is IPython's business."""
    worker.run("import sqlite3\nfrom autograder import use_database\ncity = use_database(sqlite3.connect(':memory:'))")
    shown = worker.run("%%sql\nSELECT 1 AS n, 'x' AS word")["out"]
    assert worker.run("_")["out"] == shown
    assert worker.run("\n%%sql\nSELECT 1 AS n, 'x' AS word")["out"] == shown
    assert worker.run("%%sql") == worker.run("%%sql\n")
    worker.run("import autograder.magics as m\nm.use_database = None\nm.Result = lambda *_: 1 / 0")
    assert worker.run("%%sql\nSELECT 1")["error"]["type"] == "ZeroDivisionError"
    worker.run("get_ipython().register_magic_function(lambda line, cell: cell, 'cell', 'sql')")
    assert worker.run("%%sql a\nSELECT 2")["out"] == "'SELECT 2\\n'\n"


def test_no_history_is_kept(worker: Any) -> None:
    """Neither in files nor in names."""
    worker.run("secret = 'abc'")
    out = worker.run("import os\nprint(In, [f for _, _, fs in os.walk('.') for f in fs if 'history' in f])")["out"]
    assert out == "[''] []\n"


def test_learners_cells_are_the_main_module(worker: Any) -> None:
    """Classes say so, and errors have the cell's line."""
    worker.run("class Mine: ...")
    assert worker.run("import __main__\nMine.__module__, __main__.Mine is Mine")["out"] == "('__main__', True)\n"
    assert worker.run("x = 1\n\nraise ValueError")["error"]["line"] == 3
    assert worker.run("x = 1\ny = = 2")["error"]["line"] == 2


SHOWN = "class Shown:\n    def _repr_png_(self): return b'png'\n    def _repr_html_(self): return '<b>html</b>'\n"


def test_displayed_pictures_are_handed_over(worker: Any) -> None:
    """The last value and what `display` shows, each cell its own; the text says where they were."""
    reply = worker.run(f"{SHOWN}print('before')\ndisplay(Shown())\nprint('between')\nShown()")
    assert reply["out"] == "before\n[picture 1]\nbetween\n[picture 2]\n"
    assert reply["pictures"] == ["cG5n", "cG5n"]
    assert "pictures" not in worker.run("1")
    said = worker.run("from IPython.display import Image\nImage(data=b'\\x89PNG\\r\\n\\x1a\\n123', format='png')")
    assert said["out"] == "[picture 1]\n"
    assert len(said["pictures"]) == 1


def test_other_rich_output_is_dropped_to_its_text(worker: Any) -> None:
    """HTML, SVG, scripts and formulas never leave the process."""
    reply = worker.run(
        "from IPython.display import HTML, SVG, Javascript, Math, display\n"
        "display(HTML('<script>1</script>'), Javascript('1'), Math('x'), {'text/html': '<b>'}, raw=False)\n"
        "display({'text/html': '<b>raw</b>', 'text/plain': 'plain'}, raw=True)"
    )
    assert "<b>raw" not in reply["out"]
    assert "<script>" not in reply["out"]
    assert reply["out"].endswith("plain\n")
    assert "pictures" not in reply
