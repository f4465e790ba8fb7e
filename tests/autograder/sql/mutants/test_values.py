"""Mistakes in computed values."""

import pytest

from autograder.sql.mutants import mutants

CASE = "SELECT CASE WHEN a THEN 1 WHEN b THEN 2 ELSE 3 END FROM t"
MISTAKES = [
    ("SELECT COUNT(*) FROM t", "COUNT(*) for a column", 81, []),
    ("SELECT SUM(DISTINCT x) FROM t", "aggregate", 80, []),
    (
        "SELECT SUM(x) FROM t",
        "aggregate",
        80,
        [f"SELECT {name}(x) FROM t" for name in ("AVG", "MAX", "MIN", "COUNT")],
    ),
    ("SELECT COUNT(x) FROM t", "SUM for COUNT", 80, ["SELECT SUM(x) FROM t"]),
    ("SELECT COUNT(x) FROM t", "COUNT(*) for a column", 81, ["SELECT COUNT(*) FROM t"]),
    ("SELECT COUNT(DISTINCT x) FROM t", "missing DISTINCT in an aggregate", 79, ["SELECT COUNT(x) FROM t"]),
    ("SELECT COUNT(x) FROM t", "extra DISTINCT in COUNT", 78, ["SELECT COUNT(DISTINCT x) FROM t"]),
    ("SELECT SUM(x) FROM t", "extra DISTINCT in a sum", 41, ["SELECT SUM(DISTINCT x) FROM t"]),
    ("SELECT COALESCE(x, 0) FROM t", "missing COALESCE", 45, ["SELECT x FROM t"]),
    ("SELECT TRIM(x) FROM t", "missing function", 80, ["SELECT x FROM t"]),
    ("SELECT CAST(x AS REAL) FROM t", "missing CAST", 13, ["SELECT x FROM t"]),
    ("SELECT 100.0 * x FROM t", "whole number for a fraction", 13, ["SELECT 100 * x FROM t"]),
    (CASE, "missing ELSE", 66, [CASE.replace(" ELSE 3", "")]),
    (CASE, "missing branch", 66, [CASE.replace(" WHEN a THEN 1", ""), CASE.replace(" WHEN b THEN 2", "")]),
    (CASE, "branches exchanged", 63, ["SELECT CASE WHEN b THEN 2 WHEN a THEN 1 ELSE 3 END FROM t"]),
    ("SELECT a - b FROM t", "arithmetic", 80, ["SELECT a + b FROM t", "SELECT a * b FROM t", "SELECT a / b FROM t"]),
    (
        "SELECT RANK() OVER (ORDER BY x) FROM t",
        "ranking",
        80,
        ["SELECT DENSE_RANK() OVER (ORDER BY x) FROM t", "SELECT ROW_NUMBER() OVER (ORDER BY x) FROM t"],
    ),
]


@pytest.mark.parametrize(("query", "operator", "taxonomy", "wanted"), MISTAKES)
def test_a_mistake_is_made_in_every_way_and_carries_its_number(query, operator, taxonomy, wanted):
    found = [mutant for mutant in mutants(query) if mutant.operator == operator]
    assert [mutant.sql for mutant in found] == wanted
    assert {mutant.taxonomy for mutant in found} <= {taxonomy}
