"""Databases are made so that a query's conditions matter: its rows are found, or narrowly missed."""

from collections import Counter

import pytest

from autograder.sql.search.arena import prepared
from autograder.sql.search.generate import cut_circles
from autograder.sql.search.hunt import Hunt
from autograder.sql.search.verdict import Policy

DDL = """
CREATE TABLE dept (id INTEGER PRIMARY KEY, name TEXT NOT NULL);
CREATE TABLE emp (id INTEGER PRIMARY KEY, name TEXT NOT NULL, salary INT, hired TEXT, dept_id INT REFERENCES dept(id),
  boss_id INT REFERENCES emp(id));
"""


def hunt(sql, other="SELECT name FROM emp"):
    return Hunt(prepared(DDL), sql, other, Policy())


@pytest.mark.parametrize(
    "sql",
    [
        "SELECT 1 FROM emp WHERE salary BETWEEN 31415 AND 31416 AND name LIKE 'Q%'",
        "SELECT 1 FROM emp e JOIN dept d ON d.id = e.dept_id WHERE d.name = 'Sales' AND e.salary > 31415",
        "SELECT 1 FROM emp WHERE strftime('%Y-%m', hired) = '1987-03'",
        "SELECT 1 FROM emp a JOIN emp b ON b.hired = date(a.hired, '+3 days')",
        "SELECT 1 FROM emp WHERE salary * 12 = 120012",
        "SELECT dept_id FROM emp GROUP BY dept_id HAVING count(*) = 7",
        "SELECT 1 FROM emp e WHERE NOT EXISTS (SELECT 1 FROM emp x WHERE x.boss_id = e.id) AND e.salary = 31415",
    ],
)
def test_a_guided_database_soon_has_rows_that_a_random_one_would_not(sql):
    made = hunt(sql)
    main, found = made.arena.main, 0
    for _ in range(60):
        main.load(made.generator.guided(made.sketches[0]))
        found += bool(main.run(sql))
    assert found


def test_the_same_pair_meets_the_same_databases():
    first, second = (hunt("SELECT 1 FROM emp WHERE salary > 5") for _ in range(2))
    pairs = zip(first._databases(), second._databases(), strict=False)
    assert all(one == other for one, other in (next(pairs) for _ in range(12)))


def test_other_pairs_meet_other_databases():
    first, second = hunt("SELECT 1 FROM emp WHERE salary > 5"), hunt("SELECT 1 FROM emp WHERE salary > 6")
    assert [next(first._databases())] != [next(second._databases())]


def test_empty_tables_nulls_and_repeated_rows_all_occur():
    made = hunt("SELECT name FROM emp ORDER BY salary LIMIT 3")
    databases = [made.generator.mixed() for _ in range(80)] + [made.generator.empty()]
    assert any(not database["emp"] for database in databases)
    cells = [row[2] for database in databases for row in database["emp"]]
    assert None in cells
    names = (Counter(row[1] for row in database["emp"]) for database in databases if database["emp"])
    assert any(max(count.values()) > 1 for count in names)


def test_a_circle_is_cut_and_a_chain_is_not():
    rows = [[1, 3], [2, 1], [3, 2], [4, 1], [5, 99]]
    cut_circles(rows, child=1, parent=0)
    assert [row[1] for row in rows].count(None) == 1
    assert rows[3] == [4, 1]
    assert rows[4] == [5, 99]
