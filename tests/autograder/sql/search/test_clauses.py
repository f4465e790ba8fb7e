"""The clauses that differ are named, whatever the tables are called."""

import pytest
import sqlglot

from autograder.sql.search.clauses import differing_clauses

REFERENCE = (
    "SELECT d.name, count(*) FROM dept d JOIN emp e ON e.dept_id = d.id WHERE e.pay > 5 GROUP BY d.name ORDER BY 1"
)


def differing(candidate, reference=REFERENCE):
    return differing_clauses(*(sqlglot.parse_one(sql, read="sqlite") for sql in (reference, candidate)))


@pytest.mark.parametrize(
    ("change", "to", "clauses"),
    [
        ("> 5", ">= 5", ["WHERE"]),
        ("ORDER BY 1", "", ["ORDER BY"]),
        ("JOIN emp", "LEFT JOIN emp", ["FROM"]),
        ("count(*)", "count(pay)", ["SELECT"]),
        ("SELECT", "SELECT DISTINCT", ["SELECT"]),
        ("GROUP BY d.name ORDER BY 1", "GROUP BY d.name HAVING count(*) > 1 ORDER BY 1 LIMIT 3", ["HAVING", "LIMIT"]),
    ],
)
def test_a_change_is_found_in_its_clause(change, to, clauses):
    assert differing(REFERENCE.replace(change, to)) == clauses


def test_aliases_and_case_are_no_difference():
    other = REFERENCE.replace("d.", "x.").replace("dept d", "DEPT AS x").replace("e.", "emp.").replace("emp e", "emp")
    assert differing(other.replace("emp.dept_id", "EMP.Dept_Id")) == []


def test_queries_that_are_built_differently_are_not_compared():
    assert differing("SELECT 1 UNION SELECT 2") == []
    assert differing("WITH c AS (SELECT 1) SELECT * FROM c") == []
    assert differing_clauses(None, None) == []
