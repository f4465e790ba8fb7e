"""Mistakes in FROM."""

import pytest

from autograder.sql.mutants import mutants

OUTER = "SELECT a.x FROM a LEFT JOIN b ON a.i = b.i AND b.k = 1"
INNER = "SELECT a.x FROM a JOIN b ON a.i = b.i"
MISTAKES = [
    ("SELECT a.x FROM a, b", "missing join condition", 48, []),
    ("SELECT a.x FROM a CROSS JOIN b", "outer for inner join", 105, []),
    ("SELECT a.x, b.x FROM a JOIN b ON a.i = b.i", "missing table", 62, []),
    (OUTER, "inner for outer join", 104, [OUTER.replace("LEFT ", "")]),
    (INNER, "outer for inner join", 105, [INNER.replace("JOIN", "LEFT JOIN")]),
    (INNER, "missing join condition", 48, ["SELECT a.x FROM a CROSS JOIN b"]),
    (
        "SELECT a.x FROM a LEFT JOIN b USING (i)",
        "missing join condition",
        48,
        ["SELECT a.x FROM a CROSS JOIN b"],
    ),
    (OUTER.partition(" AND")[0], "condition missing in ON", 48, ["SELECT a.x FROM a LEFT JOIN b ON TRUE"]),
    (
        OUTER,
        "condition in WHERE for ON",
        104,
        [
            "SELECT a.x FROM a LEFT JOIN b ON b.k = 1 WHERE a.i = b.i",
            "SELECT a.x FROM a LEFT JOIN b ON a.i = b.i WHERE b.k = 1",
        ],
    ),
    (
        "SELECT a.x FROM a LEFT JOIN b ON a.i = b.i WHERE b.k IS NULL",
        "condition in ON for WHERE",
        104,
        ["SELECT a.x FROM a LEFT JOIN b ON (a.i = b.i) AND (b.k IS NULL)"],
    ),
    (INNER, "missing table", 62, ["SELECT a.x FROM a"]),
]


@pytest.mark.parametrize(("query", "operator", "taxonomy", "wanted"), MISTAKES)
def test_a_mistake_is_made_in_every_way_and_carries_its_number(query, operator, taxonomy, wanted):
    found = [mutant for mutant in mutants(query) if mutant.operator == operator]
    assert [mutant.sql for mutant in found] == wanted
    assert {mutant.taxonomy for mutant in found} <= {taxonomy}
