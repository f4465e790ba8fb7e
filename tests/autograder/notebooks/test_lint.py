"""What an author should look at again is said, with file and line; a sound question draws no remark."""

import pytest

from autograder.notebooks.lint import remarks
from autograder.notebooks.master import read_module
from autograder.notebooks.material import gather
from autograder.notebooks.strength import Strength

TABLE = (
    "CREATE TABLE cars (plate, electric, retired_at);",
    "CREATE TABLE cars (plate TEXT PRIMARY KEY NOT NULL, electric INTEGER NOT NULL, retired_at TEXT);",
)
PROMPT = "# Which cars run?"
QUERY = "# SELECT plate FROM cars\n#  WHERE electric = 1 AND retired_at IS NULL"
RIGHT = "# SELECT plate FROM cars WHERE electric AND retired_at ISNULL"
ORDERED = ("from_solution(electric, on=city)", "from_solution(electric, on=city, ordered=True)")


@pytest.fixture
def said(changed):
    def run(*pairs, visible=1.0):
        path = changed(TABLE, *pairs)
        (material,) = gather(read_module(path), path.parent.parent)
        found = remarks(material, Strength("A2.1", mutants=9, visible=visible))
        assert all(one.startswith(f"{path}:") and ": A2.1: " in one for one in found)
        return "\n".join(one.partition(": A2.1: ")[2] for one in found)

    return run


def test_a_sound_question_draws_no_remark(said):
    assert said((RIGHT, RIGHT.replace("electric AND", "electric = 1 AND"))) == ""


def test_references_that_differ_are_shown_with_the_data(said):
    """`electric` alone is true for 2 as well."""
    found = said()
    assert found.startswith("`isnull` and the solution differ on cars (")
    assert "no rows and (" in found


@pytest.mark.parametrize(
    ("query", "remark"),
    [
        ("# SELECT plate FROM cars ORDER BY random()", "calls random()"),
        ("# SELECT plate FROM cars WHERE retired_at > date('now')", "asks for the present time"),
        ("# SELECT plate FROM cars LIMIT 2", "LIMIT without ORDER BY"),
        ("# SELECT plate FROM cars GROUP BY electric", "a column that its groups don't fix"),
    ],
)
def test_a_result_left_to_luck_is_said(query, remark, said):
    assert remark in said((QUERY, query), (RIGHT, query.replace("plate", "plate AS plate")))


@pytest.mark.parametrize(
    ("query", "doubtful"),
    [
        ("# SELECT plate FROM cars ORDER BY electric", True),
        ("# SELECT electric FROM cars ORDER BY electric", False),
        ("# SELECT plate FROM cars ORDER BY electric, plate DESC", False),
        ("# SELECT electric, count(*) AS plate FROM cars GROUP BY electric ORDER BY 1", False),
        ("# SELECT electric, count(*) AS plate FROM cars GROUP BY electric ORDER BY plate", True),
    ],
)
def test_tied_rows_are_said_where_the_order_counts(query, doubtful, said):
    found = said((QUERY, query), (RIGHT, query.replace("FROM", " FROM")), ORDERED)
    assert ("can leave rows tied, and then which of them comes first is luck" in found) is doubtful
    assert "tied" not in said((QUERY, query), (RIGHT, query.replace("FROM", " FROM")))


@pytest.mark.parametrize(
    ("literal", "task", "told"),
    [
        ("plate = 'AB-12'", "Which cars run?", False),
        ("plate = 'AB-12'", "Is there `ab-12`?", True),
        ("electric = 7", "Which 17 or 70?", False),
        ("electric = 7", "Which are seven?", True),
        ("electric = 1500", "Which have 1 500?", True),
        ("retired_at < '2025-03-05'", "Retired on 4 March 2025?", True),
        ("retired_at < '2025-03-05'", "Retired on 14 March 2025?", False),
        ("retired_at < '2025-07-01'", "Retired in June, not in July?", True),
        ("plate LIKE '%x%'", "Which?", True),
    ],
)
def test_a_literal_of_which_the_task_says_nothing_is_said(literal, task, told, said):
    query = f"# SELECT plate FROM cars WHERE {literal}"
    found = said((QUERY, query), (RIGHT, query.replace("WHERE", " WHERE")), (PROMPT, f"# {task}"))
    assert ("of which the task says nothing" not in found) is told


def test_weak_sample_data_is_said(said):
    same = (RIGHT, RIGHT.replace("electric AND", "electric = 1 AND"))
    assert "shows 79% of its mutants, less than 80%" in said(same, visible=0.79)
    assert said(same, visible=0.8) == ""
