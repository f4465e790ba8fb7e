"""Rows respect keys, links and constraints as far as their tables can show it."""

import random
import sqlite3

from autograder.sql.search.checks import Checks, note_checks
from autograder.sql.search.facts import Facts
from autograder.sql.search.maker import Mixture, RowMaker
from autograder.sql.search.notes import Notes
from autograder.sql.search.pools import pools

DDL = """
CREATE TABLE dept (id INTEGER PRIMARY KEY, code TEXT NOT NULL UNIQUE);
CREATE TABLE emp (id INTEGER PRIMARY KEY, dept_id INTEGER NOT NULL REFERENCES dept(id),
  percent INT, amount INT, CHECK ((percent IS NULL) <> (amount IS NULL)));
"""
MIXTURE = Mixture(nulls=0.2, constants=0.3, loose=0.05, width=3, matched=1)


def maker():
    database = sqlite3.connect(":memory:")
    database.executescript(DDL)
    facts, notes = Facts.of(database), Notes()
    note_checks(facts, facts.tables, notes)
    checks = {name: Checks(table) for name, table in facts.tables.items()}
    return RowMaker(facts, pools(facts, list(facts.tables), notes, {}), checks, ([], []), random.Random(1))


def test_a_foreign_key_leads_to_a_row_that_exists():
    database = {"dept": [[4, "a"], [9, "b"]], "emp": []}
    rows = [maker().row("emp", MIXTURE, database) for _ in range(30)]
    assert {row[1] for row in rows} <= {4, 9}


def test_keys_are_mostly_new():
    made = maker()
    database = {"dept": [], "emp": []}
    for _ in range(8):
        database["dept"].append(made.row("dept", MIXTURE, database))
    assert len({row[0] for row in database["dept"]}) >= 7
    assert len({row[1] for row in database["dept"]}) >= 6


def test_a_constraint_on_several_columns_holds():
    made = maker()
    rows = [made.row("emp", MIXTURE, {"dept": [[1, "a"]], "emp": []}) for _ in range(40)]
    assert all((row[2] is None) != (row[3] is None) for row in rows)


def test_fixed_values_stay():
    row = maker().row("emp", MIXTURE, {"dept": [[1, "a"]], "emp": []}, {0: 77, 1: 5})
    assert row[:2] == [77, 5]
