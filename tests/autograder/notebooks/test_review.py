"""What stands openly in the author's text and shouldn't, and what should and doesn't."""

import pytest

from autograder.notebooks.master import read_module
from autograder.notebooks.review import objections

SQL = "SELECT plate FROM cars WHERE electric = 1 AND retired_at IS NULL"


@pytest.fixture
def objected(changed):
    """Change the module so, and give what is objected to it, without what isn't about solutions."""

    def read(*pairs):
        path = changed(*pairs)
        found = [problem.removeprefix(f"{path}:") for problem in objections(read_module(path))]
        return [problem for problem in found if " needs " not in problem]

    return read


def test_a_module_that_gives_nothing_away(objected):
    assert objected() == []


@pytest.mark.parametrize(
    ("old", "new", "what", "cure"),
    [
        ("# A query picks rows.", f"# {SQL}", "this lesson cell", "Take it out."),
        ("# A query picks rows.", f"# > So: `{SQL.lower()};` and done.", "this lesson cell", "Take it out."),
        (
            "# A query picks rows.",
            "# ```sql\n# select plate  -- which\n# FROM cars WHERE electric=1\n#  AND retired_at IS NULL;\n# ```",
            "this lesson cell",
            "Take it out.",
        ),
        ("# SELECT count(*) FROM cars", f"# {SQL}", "this lesson cell", "Take it out."),
        ("# Which cars run?", f"# Which cars run? Not -- {SQL}", "the prompt of A2.1", "Take it out."),
        ("# -- Columns: plate", f"# -- {SQL}", "the starter of A2.1", "Take it out."),
        ("#    SELECT ...", f"#    {SQL}", "a hint of A2.1", "Leave a gap in it."),
        (
            "# 2. A pointer",
            "# 2. A pointer:\n#    `SELECT plate FROM cars WHERE electric = 1\n#    AND retired_at IS NULL`",
            "a hint of A2.1",
            "Leave a gap in it.",
        ),
    ],
)
def test_a_whole_solution_that_learners_could_read(objected, line_of, old, new, what, cure):
    """However it is laid out, with comments or as one; the line is the one on which it begins."""
    (problem,) = objected((old, new))
    assert problem == f"{line_of(next(line for line in new.split(chr(10)) if 'plate' in line.lower()))}: " + (
        f"{what} holds the whole solution of A2.1. {cure}"
    )


@pytest.mark.parametrize(
    "hint", ["whole_cents = cents // 2\n#    return whole_cents", "whole_cents = cents // 2  # floor\n#    return …"]
)
def test_a_python_solution_and_one_with_a_gap(objected, hint):
    """The lines that the learner has to write make the solution; half of them make a hint."""
    found = objected(("# 3. c\n", f"# 3. {hint}\n"))
    assert ["a hint of A2.2 holds the whole solution of A2.2" in problem for problem in found] == [True] * (
        "…" not in hint
    )


def test_a_short_solution_may_stand_anywhere(objected):
    """`x = 1` is in every lesson."""
    pair = ('capital = "Lisbon is the capital"', 'capital = "Lisbon"')
    assert objected(pair, ("# A query picks rows.", '# Such as `capital = "Lisbon"`.')) == []


def test_enough_wrong_and_right_answers_are_asked_for(changed, line_of):
    """Two wrong ones of queries and functions, one of small types, and a right one of each."""
    path = changed()
    assert [problem.removeprefix(f"{path}:") for problem in objections(read_module(path))] == [
        f"{line_of('A2.1 prompt')}: A2.1 needs 2 `wrong` answers or more; it has 1.",
        f"{line_of('A2.2 prompt')}: A2.2 needs 2 `wrong` answers or more; it has 1.",
        f"{line_of('A2.2 prompt')}: A2.2 needs a `right` answer: an unusual one that must pass.",
        f"{line_of('A2.3 prompt')}: A2.3 needs 1 `wrong` answer or more; it has none.",
        f"{line_of('A2.3 prompt')}: A2.3 needs a `right` answer: an unusual one that must pass.",
    ]
