"""A small course for the tests of the builder: one module with an SQL question, a function and a value."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from autograder.errors import FormatError
from autograder.notebooks.master import Module, read_module

MASTER = """\
# ---
# title: Ask one table
# minutes: 50
# needs: [a1]
# ---

# %% [markdown]
# # Ask one table
#
# A query picks rows.

# %% setup
import sqlite3

from autograder import Question, same_rows, same_value

city = sqlite3.connect(":memory:")
city.executescript("CREATE TABLE cars (plate, electric, retired_at);"
                   "INSERT INTO cars VALUES ('a', 1, NULL), ('b', 1, '2020'), ('é''x', 1, NULL), ('d', 0, NULL)")

# %% example language="sql"
# SELECT count(*) FROM cars

# %% A2.1 prompt [markdown] type="sql-query" core=true
# ## A2.1 Electric and on the road
# Which cars run?

# %% A2.1 answer language="sql" magic_args="electric"
# -- Columns: plate
# ### BEGIN SOLUTION
# SELECT plate FROM cars
#  WHERE electric = 1 AND retired_at IS NULL
# ### END SOLUTION

# %% A2.1 check
q = Question("A2.1")
expected = from_solution(electric, on=city)  # é stays
with q.check("the city data", points=1):
    same_rows(electric, expected, on=city)
q.result()

# %% A2.1 hidden
q = Question("A2.1", hidden=True)
reference = from_solution(electric, ordered=True)
secret_city = sqlite3.connect(":memory:")
with q.check("retired cars", points=0.5):
    same_rows(electric, reference, on=secret_city)
with q.check("no cars", points=0.5):
    same_rows(electric, reference, on=secret_city)
q.result()

# %% A2.1 hints [markdown]
# 1. A nudge
#    on two lines
# 2. A pointer
# 3. Nearly the solution:
#
#    ```sql
#    SELECT ...
#    ```

# %% A2.1 wrong null-equals language="sql"
# -- `= NULL` is never true:
# -- ask with IS NULL.
# SELECT plate FROM cars WHERE electric = 1 AND retired_at = NULL

# %% A2.1 right isnull language="sql"
# -- SQLite's own spelling.
# SELECT plate FROM cars WHERE electric AND retired_at ISNULL

# %% [markdown]
# Now Python.

# %% A2.2 prompt [markdown] type="py-function"
# ## A2.2 Half of it

# %% A2.2 answer
def half(cents):
    ### BEGIN SOLUTION
    whole_cents = cents // 2
    return whole_cents
    ### END SOLUTION

# %% A2.2 check
q = Question("A2.2")
with q.check("halves", points=2):
    same_value(half(4), 2)
q.result()

# %% A2.2 hidden
q = Question("A2.2", hidden=True)
with q.check("odd numbers", points=1):
    same_value(half(1234567), 617283)
q.result()

# %% A2.2 hints [markdown]
# 1. a
# 2. b
# 3. c

# %% A2.2 wrong float-money
# Money is whole cents.
def half(cents):
    return cents / 2.0

# %% A2.3 prompt [markdown] type="short"
# ## A2.3 A value

# %% A2.3 answer
### BEGIN SOLUTION
capital = "Lisbon is the capital"
### END SOLUTION

# %% A2.3 check
q = Question("A2.3")
with q.check("a text", points=1):
    assert isinstance(capital, str)
q.result()

# %% A2.3 hidden
q = Question("A2.3", hidden=True)
with q.check("the right text", points=1):
    assert capital.startswith("Lisbon is")
q.result()

# %% A2.3 hints [markdown]
# 1. a
# 2. b
# 3. c
"""


def write_master(root: Path, text: str = MASTER, name: str = "a2_one_table") -> Path:
    """Write a module into the course at ``root``."""
    path = root / "course" / name / f"{name}.py"
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, encoding="utf-8")
    return path


@pytest.fixture
def master_text() -> str:
    """A module that keeps every rule."""
    return MASTER


@pytest.fixture
def course(tmp_path: Path) -> Path:
    """The top folder of a course with that one module."""
    write_master(tmp_path / "hopline")
    return tmp_path / "hopline"


@pytest.fixture
def module(course: Path) -> Module:
    """The module, read."""
    return read_module(course / "course" / "a2_one_table" / "a2_one_table.py")


@pytest.fixture
def changed(tmp_path: Path) -> Callable[..., Path]:
    """Write the module with pieces of its text replaced; gives the file's path."""

    def write(*pairs: tuple[str, str], name: str = "a2_one_table") -> Path:
        text = MASTER
        for old, new in pairs:
            assert old in text, old
            text = text.replace(old, new, 1)
        return write_master(tmp_path, text, name)

    return write


@pytest.fixture
def refused(changed: Callable[..., Path]) -> Callable[..., FormatError]:
    """Change the module so, read it, and give the error that must follow."""

    def read(*pairs: tuple[str, str]) -> FormatError:
        path = changed(*pairs)
        with pytest.raises(FormatError) as caught:
            read_module(path)
        error = caught.value
        assert error.path == path
        assert str(error).startswith(f"{path}:{error.line}: ")
        assert error.problem.endswith(".") or error.problem.endswith("`.")
        assert error.cure
        return error

    return read


@pytest.fixture
def line_of(tmp_path: Path) -> Callable[[str], int]:
    """The line of the module's file, as `changed` wrote it, that first holds a text."""

    def find(text: str) -> int:
        lines = (tmp_path / "course" / "a2_one_table" / "a2_one_table.py").read_text("utf-8").split("\n")
        return next(number for number, line in enumerate(lines, start=1) if text in line)

    return find
