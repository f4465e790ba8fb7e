"""The public comparison: what it finds can be replayed, what it can't judge it says."""

import sqlite3
from collections import Counter

import pytest

from autograder.sql import compare_queries
from autograder.sql.rows import key_of
from autograder.sql.search.verdict import Policy, Status

DDL = """
CREATE TABLE dept (id INTEGER PRIMARY KEY, name TEXT NOT NULL);
CREATE TABLE emp (id INTEGER PRIMARY KEY, name TEXT NOT NULL, salary INT, hired TEXT,
  grade TEXT NOT NULL CHECK (grade IN ('A', 'B', 'C')), dept_id INT REFERENCES dept(id));
"""
ENDLESS = "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n)"

DIFFERENT = {
    "boundary": ("SELECT name FROM emp WHERE salary > 100", "SELECT name FROM emp WHERE salary >= 100"),
    "null": ("SELECT name FROM emp WHERE salary IS NULL", "SELECT name FROM emp WHERE salary = NULL"),
    "not in null": (
        "SELECT name FROM dept WHERE id NOT IN (SELECT dept_id FROM emp WHERE dept_id IS NOT NULL)",
        "SELECT name FROM dept WHERE id NOT IN (SELECT dept_id FROM emp)",
    ),
    "left join": (
        "SELECT d.name, count(e.id) FROM dept d LEFT JOIN emp e ON e.dept_id = d.id GROUP BY d.id",
        "SELECT d.name, count(*) FROM dept d LEFT JOIN emp e ON e.dept_id = d.id GROUP BY d.id",
    ),
    "on or where": (
        "SELECT d.name, e.name FROM dept d LEFT JOIN emp e ON e.dept_id = d.id AND e.grade = 'A'",
        "SELECT d.name, e.name FROM dept d LEFT JOIN emp e ON e.dept_id = d.id WHERE e.grade = 'A'",
    ),
    "group size": (
        "SELECT dept_id FROM emp GROUP BY dept_id HAVING count(*) >= 6",
        "SELECT dept_id FROM emp GROUP BY dept_id HAVING count(*) > 6",
    ),
    "duplicates": ("SELECT DISTINCT grade FROM emp", "SELECT grade FROM emp"),
    "ties": (
        "SELECT name FROM emp ORDER BY salary DESC LIMIT 1",
        "SELECT name FROM emp WHERE salary = (SELECT max(salary) FROM emp)",
    ),
    "last day": (
        "SELECT id FROM emp WHERE hired >= '2024-01-01' AND hired < '2025-01-01'",
        "SELECT id FROM emp WHERE hired BETWEEN '2024-01-01' AND '2024-12-30'",
    ),
    "check list": ("SELECT id FROM emp WHERE grade <> 'A'", "SELECT id FROM emp WHERE grade = 'B'"),
    "no order": ("SELECT name FROM emp ORDER BY name", "SELECT name FROM emp"),
    "no order of groups": (
        "SELECT grade, count(*) FROM emp GROUP BY grade ORDER BY grade",
        "SELECT grade, count(*) FROM emp GROUP BY grade",
    ),
    "empty table": ("SELECT sum(salary) FROM emp", "SELECT total(salary) FROM emp"),
    "runs away": ("SELECT name FROM emp", f"{ENDLESS} SELECT count(*) FROM n"),
    "a million rows": ("SELECT name FROM emp", f"{ENDLESS} SELECT i FROM n LIMIT 1000000"),
    "a blob": ("SELECT name FROM emp", "SELECT zeroblob(100000000) FROM emp"),
    "not utf-8": ("SELECT name FROM emp", "SELECT CAST(x'ff' AS TEXT) FROM emp"),
    "no select": (
        "VALUES ((SELECT count(*) FROM emp WHERE salary > 31415))",
        "VALUES ((SELECT count(*) FROM emp WHERE salary >= 31415))",
    ),
}
SAME = {
    "keywords": ("SELECT name FROM emp", "select name  from emp -- all\n;"),
    "distinct key": ("SELECT id FROM emp", "SELECT DISTINCT id FROM emp"),
    "check list": ("SELECT id FROM emp WHERE grade <> 'A'", "SELECT id FROM emp WHERE grade IN ('B', 'C')"),
    "tied order": ("SELECT name, salary FROM emp ORDER BY salary", "SELECT name, salary FROM emp ORDER BY salary, id"),
    "anti-join": (
        "SELECT name FROM dept d WHERE NOT EXISTS (SELECT 1 FROM emp e WHERE e.dept_id = d.id)",
        "SELECT d.name FROM dept d LEFT JOIN emp e ON e.dept_id = d.id WHERE e.id IS NULL",
    ),
    "star": (
        "SELECT * FROM emp e JOIN dept d ON d.id = e.dept_id",
        "SELECT * FROM dept d JOIN emp e ON d.id = e.dept_id",
    ),
    "any rows": ("SELECT name FROM emp LIMIT 2", "SELECT name FROM emp LIMIT 2 OFFSET 0"),
    "floats": ("SELECT avg(salary) FROM emp", "SELECT sum(salary) * 1.0 / count(salary) FROM emp"),
    "aggregated text": (
        "SELECT group_concat(name) FROM emp",
        "SELECT group_concat(name) FROM (SELECT * FROM emp ORDER BY name)",
    ),
}


def replayed(example, sql):
    database = sqlite3.connect(":memory:")
    database.text_factory = lambda data: data.decode("utf-8", "backslashreplace")
    database.executescript(example.setup)
    return [key_of(row) for row in database.execute(sql)]


@pytest.mark.parametrize("name", DIFFERENT)
def test_a_wrong_query_is_refused_with_a_small_database(name):
    reference, candidate = DIFFERENT[name]
    verdict = compare_queries(DDL, reference, candidate, 2)
    assert verdict.status is Status.DIFFERENT
    assert len(verdict.counterexample) <= 8


@pytest.mark.parametrize("name", [name for name in DIFFERENT if name not in ("runs away", "a million rows", "a blob")])
def test_the_setup_script_replays_what_was_seen(name):
    reference, candidate = DIFFERENT[name]
    example = compare_queries(DDL, reference, candidate, 2).counterexample
    assert Counter(replayed(example, reference)) == Counter(map(key_of, example.expected.rows))
    assert replayed(example, candidate) == list(map(key_of, example.got.rows))
    assert list(example.expected.rows) != list(example.got.rows)


@pytest.mark.parametrize("name", SAME)
def test_a_right_query_is_accepted(name):
    verdict = compare_queries(DDL, *SAME[name], 0.15)
    assert verdict.status is Status.SAME


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("", "no query here yet"),
        ("-- soon", "no query here yet"),
        ("SELECT 1; SELECT 2", "found 2 statements"),
        ("DELETE FROM emp", "DELETE is not allowed"),
        ("SELECT name FRO emp", "FROM instead of `fro`"),
        ("SELECT nam FROM emp", "Did you mean `name`"),
        ("SELECT name FROM employees", "no table `employees`"),
        ("SELECT load_extension('x')", "not allowed here"),
        ("SELECT zeroblob(100000000)", "too large"),
        ("SELECT '\ud800'", "half of a character pair"),
        ("SELECT " + "(" * 300 + "1" + ")" * 300, "nested too deeply"),
    ],
)
def test_what_is_no_query_gets_its_own_message(text, message):
    verdict = compare_queries(DDL, "SELECT name FROM emp", text, 0.1)
    assert verdict.status is Status.INVALID
    assert message.casefold() in verdict.message.casefold()


@pytest.mark.parametrize(
    ("ddl", "reference", "message"),
    [
        ("CREATE TABLE (", "SELECT 1", "schema can't be built"),
        (DDL, "SELECT x FROM nowhere", "reference does not run"),
        (DDL, "", "reference is no query"),
        (DDL, "SELECT name FROM emp ORDER BY random()", "calls random()"),
        (DDL, f"{ENDLESS} SELECT count(*) FROM n", "no result on any database"),
        (
            "CREATE TABLE t (x INT NOT NULL CHECK (x < 5 AND x > 5))",
            "SELECT x + 1 FROM t",
            "No row could be put into t",
        ),
    ],
)
def test_what_can_not_be_tested_is_never_called_the_same(ddl, reference, message):
    candidate = "SELECT name FROM emp" if ddl == DDL else "SELECT x FROM t"
    verdict = compare_queries(ddl, reference, candidate, 0.1)
    assert verdict.status is Status.UNTESTED
    assert message in verdict.message


def test_the_shape_comes_before_any_row():
    verdict = compare_queries(DDL, "SELECT name, salary FROM emp", "SELECT name FROM emp", 0.1)
    assert verdict.counterexample.kind == "columns"
    assert "name, salary" in verdict.message
    assert verdict.databases == 0


def test_names_of_columns_count_only_if_asked_for():
    pair = ("SELECT name AS who FROM emp", "SELECT name FROM emp")
    assert compare_queries(DDL, *pair, 0.05).status is Status.SAME
    assert compare_queries(DDL, *pair, 0.05, policy=Policy(names=True)).status is Status.DIFFERENT


def test_an_empty_table_can_be_left_out():
    pair = (
        "SELECT sum(salary) FROM emp WHERE salary IS NOT NULL",
        "SELECT total(salary) FROM emp WHERE salary IS NOT NULL",
    )
    verdict = compare_queries(DDL, *pair, 0.3, policy=Policy(empty=False))
    assert verdict.status is Status.DIFFERENT
    assert all(verdict.counterexample.tables.values())


def test_the_same_arguments_find_the_same_counterexample():
    first, second = (compare_queries(DDL, *DIFFERENT["on or where"], 5) for _ in range(2))
    assert first.counterexample == second.counterexample
    assert first.databases == second.databases


def test_values_look_like_those_of_the_sample():
    sample = {"emp": [(1, "Ana Silva", 1200, "2024-05-01", "A", 1), (2, "Bo Lund", 900, "2024-06-01", "B", None)]}
    pair = ("SELECT name FROM emp WHERE salary > 1000", "SELECT name FROM emp WHERE salary >= 1000")
    (row,) = compare_queries(DDL, *pair, 2, sample=sample).counterexample.tables["emp"]
    assert row[1] in ("Ana Silva", "Bo Lund")
    assert row[2] == 1000


def test_a_number_of_databases_can_be_the_limit():
    pair = SAME["anti-join"]
    assert compare_queries(DDL, *pair, 60, databases=25).databases == 25


def test_a_condition_of_hundreds_of_parts_is_no_trouble():
    long = " AND ".join(f"salary <> {n}" for n in range(600))
    verdict = compare_queries(DDL, f"SELECT name FROM emp WHERE {long}", "SELECT name FROM emp", 0.5)
    assert verdict.status is Status.DIFFERENT


@pytest.mark.parametrize(
    "ddl",
    [
        "CREATE TABLE t (id TEXT PRIMARY KEY, x INT) WITHOUT ROWID",
        "CREATE TABLE t (x INTEGER, y TEXT) STRICT",
        "CREATE TABLE t (y INT AS (x * 2), x INT)",
        "CREATE TABLE u (x INT); CREATE VIEW t AS SELECT x FROM u",
        "CREATE TABLE t (x INT); CREATE TRIGGER more AFTER INSERT ON t BEGIN UPDATE t SET x = x + 1; END",
        f"CREATE TABLE t (x INT, {', '.join(f'c{n} INT' for n in range(200))})",
        "CREATE TABLE t (id INTEGER PRIMARY KEY, x INT, boss INT NOT NULL REFERENCES t(id))",
        "CREATE TABLE t (x INT, u INT NOT NULL REFERENCES u(id)); CREATE TABLE u (id INTEGER PRIMARY KEY, t INT)",
        'CREATE TABLE "T" ("X" DECIMAL(5, 2) NOT NULL CHECK ("X" BETWEEN 4.5 AND 5.5))',
    ],
)
def test_schemas_of_every_shape_can_be_searched(ddl):
    verdict = compare_queries(ddl, "SELECT x FROM t WHERE x > 5", "SELECT x FROM t WHERE x >= 5", 3)
    assert verdict.status is Status.DIFFERENT
    assert verdict.counterexample.got.rows == ((5,),)
