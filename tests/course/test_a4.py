"""A4 shows what its examples really give, and asks for no average that two versions of SQLite could round apart."""

import itertools
import re
from contextlib import closing
from fractions import Fraction
from pathlib import Path

import hopline
import pytest

from autograder.notebooks.master import read_module
from autograder.notebooks.model import Passage
from autograder.sql.rows import cell

MASTER = Path(__file__).parents[2] / "course" / "a4_summarise" / "a4_summarise.py"
AVERAGES = {
    "A4.4": (
        100,
        "SELECT SUM(coalesce(tip_cents, 0)), COUNT(*) FROM trips WHERE status = 'completed' GROUP BY driver_id",
    ),
    "A4.5": (10, "SELECT 100 * SUM(status = 'cancelled'), COUNT(*) FROM trips GROUP BY driver_id"),
}


@pytest.fixture(scope="module")
def city():
    with closing(hopline.load("city")) as database:
        yield database


def lessons():
    """Each query of the lesson with the table below it."""
    cells = [part.cell.source for part in read_module(MASTER).parts if isinstance(part, Passage)]
    for query, below in itertools.pairwise(cells):
        tables = re.findall(r"(?m)^(?:\|.*\n?)+", below.split("</details>")[0])
        if query.startswith("%%sql") and tables:
            yield query.removeprefix("%%sql\n"), tables[0]


def test_each_table_below_a_query_is_its_result(city):
    shown = list(lessons())
    assert len(shown) == 9
    for query, table in shown:
        cursor = city.execute(query)
        rows = [[name for name, *_ in cursor.description], *([cell(value) for value in row] for row in cursor)]
        head, _, *body = table.splitlines()
        assert [re.split(r" ?\| ?", line)[1:-1] for line in (head, *body)] == rows


@pytest.mark.parametrize("question", AVERAGES)
def test_no_average_of_the_city_lies_between_two_rounded_values(question, city):
    factor, query = AVERAGES[question]
    for part, whole in city.execute(query):
        assert (Fraction(part, whole) * factor) % 1 != Fraction(1, 2)
