"""Module A3: the lesson shows what its queries really give, and no order of blocks is refused unfairly."""

import itertools
import re
import sqlite3
from pathlib import Path

import hopline

from autograder.notebooks.master import read_module
from autograder.notebooks.model import Passage

MODULE = read_module(Path(__file__).parents[2] / "course" / "a3_joins" / "a3_joins.py")
TINY = hopline.load("tiny")


def table(sql):
    """The result of a query as lines of a Markdown table, without the line below the header."""
    cursor = TINY.execute(sql)
    rows = [[column for column, *_ in cursor.description], *cursor]
    lines = (" | ".join("NULL" if cell is None else str(cell) for cell in row) for row in rows)
    return "\n".join(f"| {line} |" for line in lines)


def test_the_lesson_shows_what_its_cells_give():
    """Below each query stands its result, in a block that the learner opens after the prediction."""
    cells = [part.cell for part in MODULE.parts if isinstance(part, Passage) and part.role == "lesson"]
    waiting, seen = [], 0
    for cell in cells:
        if cell.is_sql and "fails" not in cell.options:
            waiting.append(table(cell.source.removeprefix("%%sql\n")))
        elif waiting:
            shown = re.sub(r"^\|(---\|)+\n", "", cell.source, flags=re.MULTILINE)
            assert all(result in shown for result in waiting), waiting
            seen, waiting = seen + len(waiting), []
    assert seen == 11


def test_the_receipt_query_has_four_orders_that_run():
    """Both that keep each ON behind its JOIN are right; the other two exchange the ONs, and the task forbids it."""
    question = next(one for one in MODULE.questions if one.id == "A3.1")
    blocks = dict(re.findall(r"^([a-h])   (.*)$", question.prompt.source, re.MULTILINE))
    runs = set()
    for order in itertools.permutations("abdefh"):  # nothing runs that doesn't begin with SELECT, block g
        try:
            TINY.execute("\n".join(blocks[letter] for letter in ("g", *order)))
        except sqlite3.Error:
            continue
        runs.add("".join(("g", *order)))
    assert runs == {"gdfhaeb", "gdaefhb", "gdfeahb", "gdahfeb"}
