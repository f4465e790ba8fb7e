"""Every mutant is killed by data, equal for a reason, or named."""

import pytest

from autograder.notebooks.master import read_module
from autograder.notebooks.material import gather
from autograder.notebooks.strength import distil, measure
from autograder.notebooks.suites import StoredSuite, Survivor

TABLE = (
    "CREATE TABLE cars (plate, electric, retired_at);",
    "CREATE TABLE cars (plate TEXT PRIMARY KEY NOT NULL, electric INTEGER NOT NULL CHECK (electric IN (0, 1)), "
    "retired_at TEXT);",
)


@pytest.fixture
def material(changed):
    path = changed(TABLE)
    (found,) = gather(read_module(path), path.parent.parent)
    return found


def test_a_suite_of_another_schema_is_a_problem(material):
    found = measure(material, StoredSuite(({"gone": ((1,),)},)))
    assert "don't fit this question any more" in found.problem
    assert "Run: engineroom distill" in found.problem


def test_without_a_suite_a_search_shows_the_mistakes(material):
    found = measure(material, StoredSuite())
    assert (found.suite, found.hidden) == (0, 0)
    assert found.searched > 10
    assert found.unexplained == ()
    assert found.rate == 1.0


def test_a_distilled_suite_shows_all_that_can_be_shown(material):
    stored = distil(material, StoredSuite())
    found = measure(material, stored)
    assert found.searched == found.hidden == 0
    assert found.suite + len(found.equal) == found.mutants
    assert (found.databases, found.rows) == (len(stored.databases), stored.rows)
    assert stored.rows <= 6
    assert 0.5 < found.visible <= 1
    assert {"SELECT DISTINCT instead of SELECT", "`electric >= 1` instead of `electric = 1`"} == {
        one.change for one in found.equal
    }
    with_wrong = [wrong.sql for wrong in material.question.wrong]
    assert with_wrong
    assert distil(material, stored) == stored, "once small, it stays as it is"


def test_what_nothing_shows_is_named_until_the_author_explains_it(changed):
    """No stored row has a comma in its plate, says the author; the schema doesn't."""
    clause = " WHERE electric = 1 AND retired_at IS NULL"
    path = changed(TABLE, (clause, f"{clause} AND 'ab' < 'b'"))
    (material,) = gather(read_module(path), path.parent.parent)
    stored = distil(material, StoredSuite())
    named = {one.change for one in stored.survivors}
    assert "without `'ab' < 'b'`" in named
    found = measure(material, stored)
    assert {one.change for one in found.unexplained} == named
    assert found.rate < 1
    why = tuple(Survivor(one.change, one.sql, "it is always so") for one in stored.survivors)
    explained = measure(material, StoredSuite(stored.databases, why))
    assert (explained.rate, explained.unexplained) == (1.0, ())
    assert {one.why for one in explained.explained} == {"it is always so"}
    assert distil(material, StoredSuite(stored.databases, why)).survivors == why


def test_an_order_that_comes_by_luck_is_explained_by_itself(changed):
    """SQLite sorts to group, whatever the data."""
    query = "SELECT substr(plate, 1, 1) AS plate, count(*) AS n FROM cars GROUP BY 1"
    path = changed(
        TABLE,
        ("# SELECT plate FROM cars\n#  WHERE electric = 1 AND retired_at IS NULL", f"# {query} ORDER BY 1"),
        ("# SELECT plate FROM cars WHERE electric AND retired_at ISNULL", f"# {query} ORDER BY plate"),
        ("from_solution(electric, on=city)", "from_solution(electric, on=city, ordered=True)"),
    )
    (material,) = gather(read_module(path), path.parent.parent)
    (survivor,) = (one for one in distil(material, StoredSuite()).survivors if "ORDER BY" in one.change)
    assert survivor.why == "its order comes by luck, which the further look sees"
