"""Tests of the leak audit: what it must find, and what it must let pass."""

import json
import zipfile

import pytest

from autograder.notebooks.audit import find_leaks, find_markers, secret_lines
from autograder.notebooks.build import build_module

SOLUTION = " WHERE electric = 1 AND retired_at IS NULL"


@pytest.fixture
def secrets(module):
    return secret_lines(module)


def notebook(source, **more):
    """A notebook of one code cell."""
    cell = {"cell_type": "code", "id": "one", "metadata": {}, "outputs": [], "source": source} | more
    return json.dumps({"cells": [cell], "metadata": {}, "nbformat": 4, "nbformat_minor": 5})


@pytest.mark.parametrize(
    "line",
    [
        "WHERE electric = 1 AND retired_at IS NULL",
        "\t\twhere  ELECTRIC=1 and retired_at is null;",
        '# "WHERE electric = 1 AND retired_at IS NULL"',
        "SELECT * FROM cars WHERE electric = 1 AND retired_at IS NULL LIMIT 3",
        "WHERE electric = 1\n   AND retired_at IS NULL",
        "SELECT plate FROM cars WHERE electric AND retired_at ISNULL",
        'assert capital.startswith(  "Lisbon is"  )',
        "with q.check('retired cars', points=0.5):",
        "return whole_cents",
    ],
)
def test_a_planted_leak_is_found_however_it_is_laid_out(line, secrets):
    """Solutions, hidden tests and right answers, with other blanks, quotes, case, comment signs and line breaks."""
    leaks = find_leaks([("x.ipynb", notebook(f"import os\n{line}\n"))], secrets)
    assert leaks
    assert leaks[0].line == 2
    assert leaks[0].cell == "one"


def test_a_leak_names_file_line_and_where_the_secret_comes_from(secrets, module, line_of, changed):
    """The message is enough to mend it."""
    changed()
    (leak,) = find_leaks([("notes.txt", f"hello\n{SOLUTION}\n")], secrets)
    assert (leak.file, leak.line) == ("notes.txt", 2)
    assert leak.secret.path == module.path
    assert leak.secret.line == line_of(SOLUTION)
    assert str(leak).startswith("notes.txt:2 holds a secret of ")


@pytest.mark.parametrize(
    "line",
    [
        '["AB-12", 1, null, "2025-03-04"]',
        "('AB-12', 1, None, '2025-03-04'),",
        "INSERT INTO cars VALUES ('AB-12', 1, NULL, '2025-03-04');",
    ],
)
def test_a_row_of_a_stored_suite_is_a_secret(line, module):
    """Written as JSON, Python or SQL."""
    path = module.path.with_name("suites.json")
    path.write_text('{\n  "cars": [\n   ["AB-12", 1, null, "2025-03-04"]\n]}')
    leak, *_ = find_leaks([("x.ipynb", notebook(f"import os\n{line}\n"))], secret_lines(module))
    assert (leak.secret.path, leak.secret.line, leak.line) == (path, 3, 2)


def test_outputs_and_metadata_are_read_too(secrets):
    """A secret in an output's data or in the notebook's metadata is as readable as one in a cell."""
    output = {"output_type": "display_data", "metadata": {}, "data": {"text/plain": ["x\n", SOLUTION]}}
    assert find_leaks([("x.ipynb", notebook("", outputs=[output]))], secrets)
    assert find_leaks([("x.ipynb", notebook("", metadata={"note": SOLUTION}))], secrets)
    assert find_leaks([("x.ipynb", json.dumps({"cells": [], "metadata": {SOLUTION: 1}}))], secrets)


def test_wheels_are_read_member_by_member(secrets, tmp_path):
    """Also an archive within an archive; the leak names the member."""
    inner, outer = tmp_path / "inner.zip", tmp_path / "engine-1-py3-none-any.whl"
    with zipfile.ZipFile(inner, "w") as archive:
        archive.writestr("pkg/answers.sql", SOLUTION)
    with zipfile.ZipFile(outer, "w") as archive:
        archive.writestr("pkg/__init__.py", "")
        archive.write(inner, "data/inner.zip")
    (leak,) = find_leaks([outer], secrets)
    assert leak.file == f"{outer}!data/inner.zip!pkg/answers.sql"


def test_a_whole_master_is_found_in_any_kind_of_file(secrets, module, tmp_path):
    """Even with another name, and with bytes that are no text."""
    path = tmp_path / "blob.bin"
    path.write_bytes(b"\xff\xfe" + module.path.read_bytes())
    assert len(find_leaks([path], secrets)) >= 5


@pytest.mark.parametrize("frame", ["{}", "[[]]", '{{"cells": 3}}', '{{"cells": ["{}"]}}'])
def test_a_notebook_that_is_none_is_read_as_text(frame, secrets):
    """A broken notebook hides nothing."""
    assert find_leaks([("x.ipynb", frame.replace("{}", "") + SOLUTION)], secrets)


def test_the_release_of_the_module_holds_no_secret(module, course, secrets):
    """What the builder writes for learners passes; the solutions don't."""
    built = build_module(module, course)
    assert find_leaks([("e.ipynb", built.exercise)], secrets) == []
    assert find_leaks([("s.ipynb", built.solution)], secrets)


@pytest.mark.parametrize(
    "line",
    ["q.result()", "# Money is whole cents.", "def half(cents):", "import sqlite3", "return", "same_value(half(4), 2)"],
)
def test_public_and_common_lines_are_no_secrets(line, secrets):
    """Lines of starters, checks and lessons, messages of wrong answers, and what every program says."""
    assert find_leaks([("x.ipynb", notebook(line))], secrets) == []


def test_a_short_line_outside_a_notebook_needs_company(secrets):
    """`return whole_cents` may stand in any program; two lines of one solution may not."""
    assert find_leaks([("x.py", "return whole_cents")], secrets) == []
    assert find_leaks([("x.py", "whole_cents = cents // 2\nreturn whole_cents")], secrets)


def test_what_one_module_teaches_another_does_not_hide(module, changed):
    """A line that a lesson shows is public in the whole course."""
    from autograder.notebooks.master import read_module

    other = read_module(changed(("# A query picks rows.", f"# {SOLUTION}")))
    assert [secret for secret in secret_lines(module, other).values() if secret.text == SOLUTION] == []


def test_markers_left_in_exercises_are_found(module, course):
    """A released notebook holds none of nbgrader's markers."""
    built = build_module(module, course)
    assert find_markers([("e.ipynb", built.exercise)]) == []
    found = find_markers([("s.ipynb", built.solution)])
    assert len(found) == 4
    assert found[0] == "s.ipynb: `### BEGIN SOLUTION` is left in a file for learners."
