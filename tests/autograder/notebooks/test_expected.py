"""Tests of running the setup and working out what checks compare with."""

import ast
import sys

import pytest

from autograder.errors import FormatError
from autograder.notebooks.expected import filled_tests
from autograder.notebooks.master import read_module


def rows(sql, wrong=(), *, on, ordered=False):
    """Stands in for the engine's own."""
    return {"sql": sql, "rows": [list(row) for row in on.execute(sql)], "tags": [one["tag"] for one in wrong]}


def fill(path):
    return filled_tests(read_module(path), path.parent.parent, rows)


def literal(text, name):
    """The value that a filled line of a test cell assigns."""
    line = next(line for line in text.split("\n") if line.startswith(f"{name} = "))
    return ast.literal_eval(line.partition(" = ")[2].partition("  #")[0])


def test_a_failing_setup_is_refused_with_its_line(changed, line_of):
    """The author reads what Python said, and where."""
    path = changed(("import sqlite3\n", "import sqlite3\n\n1 / 0\n"))
    with pytest.raises(FormatError, match="setup cell fails: ZeroDivisionError") as caught:
        fill(path)
    assert caught.value.line == line_of("1 / 0")


def test_a_setup_that_is_not_python_is_refused_with_its_line(changed, line_of):
    """A syntax error has a line, too."""
    path = changed(("import sqlite3\n", "import sqlite3\nx = = 1\n"))
    with pytest.raises(FormatError, match="SyntaxError") as caught:
        fill(path)
    assert caught.value.line == line_of("x = = 1")


def test_an_unknown_database_is_refused(changed, line_of):
    """`on=` may only use what the setup cells bind."""
    path = changed(("on=city)  #", "on=town)  #"))
    with pytest.raises(FormatError, match=r"`on=town` fails after the setup cells: NameError") as caught:
        fill(path)
    assert caught.value.line == line_of("on=town")


@pytest.mark.parametrize(
    ("kind", "values", "problem"),
    [
        ("sql-query", "[{}]", "Only a script has `values=`"),
        ("sql-script", "nothing", r"`values=nothing` fails after the setup cells: NameError"),
        ("sql-script", "[]", "a list of mappings"),
        ("sql-script", "5", "`values=5` fails"),
    ],
)
def test_values_that_cannot_be_used_are_refused(changed, line_of, kind, values, problem):
    """They belong to scripts, one mapping for each time that one is run."""
    path = changed(('type="sql-query"', f'type="{kind}"'), ("on=city)  #", f"on=city, values={values})  #"))
    with pytest.raises(FormatError, match=problem) as caught:
        fill(path)
    assert caught.value.line == line_of("on=city, values")


def test_a_failing_solution_is_refused(changed):
    """A solution that doesn't run on the check's database is the author's to mend."""
    path = changed(("# SELECT plate FROM cars\n", "# SELECT plates FROM cars\n"))
    with pytest.raises(FormatError, match=r"The solution fails on `city`: OperationalError: no such column: plates"):
        fill(path)


def test_a_result_that_cannot_be_written_is_refused(changed, line_of):
    """An infinite number has no literal."""
    path = changed(("# SELECT plate FROM cars\n", "# SELECT 9e999, plate FROM cars\n"))
    with pytest.raises(FormatError, match="expected result can't be written") as caught:
        fill(path)
    assert caught.value.line == line_of("expected = ")


def test_visible_checks_hold_rows_and_hidden_ones_the_statements(module):
    """What a learner can read holds no statement; what only the grader has holds all of them."""
    tests = filled_tests(module, module.path.parent.parent, rows)
    visible, hidden = literal(tests["A2.1", "check"], "expected"), literal(tests["A2.1", "hidden"], "reference")
    assert visible["rows"] == [["a"], ["é'x"]]
    assert visible["tags"] == ["null-equals"]
    assert visible["answer"] == "electric"
    assert hidden == {
        "answer": "electric",
        "ordered": True,
        "sql": "SELECT plate FROM cars\n WHERE electric = 1 AND retired_at IS NULL",
        "wrong": [
            {
                "tag": "null-equals",
                "says": "`= NULL` is never true: ask with IS NULL.",
                "sql": "SELECT plate FROM cars WHERE electric = 1 AND retired_at = NULL",
            }
        ],
    }
    assert tests["A2.2", "check"] == module.questions[1].check.source


def test_a_pattern_goes_into_both_kinds_of_check(changed):
    """Only where the author wrote one."""
    path = changed(('null-equals language="sql"', 'null-equals language="sql" when="= *NULL"'))
    seen = []
    tests = filled_tests(
        read_module(path), path.parent.parent, lambda sql, wrong=(), **_: {"rows": seen.extend(wrong) or []}
    )
    assert [one["when"] for one in seen] == ["= *NULL"]
    assert [one["when"] for one in literal(tests["A2.1", "hidden"], "reference")["wrong"]] == ["= *NULL"]


def test_the_setup_may_import_from_the_course_folder(changed, tmp_path):
    """The scenario package needn't be installed, and the path is as before afterwards."""
    path = changed(("import sqlite3\n", "import sqlite3\nimport scenario_of_this_test\n"))
    (tmp_path / "course" / "scenario_of_this_test.py").write_text("")
    before = list(sys.path)
    assert fill(path)
    assert sys.path == before


def test_a_setup_that_no_check_needs_is_not_run(changed):
    """Modules without SQL build without running anything."""
    path = changed(
        ("expected = from_solution(electric, on=city)  # é stays\n", "expected = {}\n"),
        ("import sqlite3\n", "import sqlite3\n1 / 0\n"),
    )
    assert fill(path)
