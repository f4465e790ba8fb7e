"""Mistakes in the shape of a result."""

import pytest

from autograder.sql.mutants import mutants

T = "SELECT x FROM t"
MISTAKES = [
    ("SELECT COUNT(*) FROM t", "extra DISTINCT", 42, []),
    ("SELECT x FROM t ORDER BY x", "missing sort key", 74, []),
    (T + " WHERE a", "missing WHERE", 112, [T]),
    (T + " GROUP BY x HAVING COUNT(*) > 1", "missing HAVING", 114, [T + " GROUP BY x"]),
    (T + " GROUP BY x", "missing GROUP BY", 113, [T]),
    (T + " GROUP BY x, y", "missing group column", 16, [T + " GROUP BY y", T + " GROUP BY x"]),
    (T + " ORDER BY x", "missing ORDER BY", 115, [T]),
    (T + " ORDER BY x, y", "missing sort key", 74, [T + " ORDER BY y", T + " ORDER BY x"]),
    (T + " ORDER BY x, y DESC", "sort keys exchanged", 75, [T + " ORDER BY y DESC, x"]),
    (T + " ORDER BY x", "sort direction", 77, [T + " ORDER BY x DESC"]),
    (T + " ORDER BY x DESC", "sort direction", 77, [T + " ORDER BY x ASC"]),
    (T + " LIMIT 1", "limit", 123, [T + " LIMIT 0", T + " LIMIT 2"]),
    (T + " LIMIT 1", "missing LIMIT", 116, [T]),
    (T + " LIMIT 1 OFFSET 0", "offset", 124, [T + " LIMIT 1 OFFSET 1"]),
    (T + " LIMIT 1 OFFSET 2", "missing OFFSET", 117, [T + " LIMIT 1"]),
    ("SELECT DISTINCT x FROM t", "missing DISTINCT", 72, [T]),
    (T, "extra DISTINCT", 42, ["SELECT DISTINCT x FROM t"]),
    ("SELECT x, y AS z FROM t", "output columns exchanged", 70, ["SELECT y AS x, x AS z FROM t"]),
    (T + " UNION SELECT 1", "UNION and UNION ALL", 72, [T + " UNION ALL SELECT 1"]),
    (
        T + " EXCEPT SELECT 1",
        "set operation",
        80,
        [T + " UNION SELECT 1", T + " INTERSECT SELECT 1", "SELECT 1 EXCEPT " + T],
    ),
]


@pytest.mark.parametrize(("query", "operator", "taxonomy", "wanted"), MISTAKES)
def test_a_mistake_is_made_in_every_way_and_carries_its_number(query, operator, taxonomy, wanted):
    found = [mutant for mutant in mutants(query) if mutant.operator == operator]
    assert [mutant.sql for mutant in found] == wanted
    assert {mutant.taxonomy for mutant in found} <= {taxonomy}
