"""The mistake of naming another column."""

import pytest

from autograder.sql.mutants import mutants

TABLES = {
    "t": {"id": "INTEGER", "paid_cents": "INTEGER", "fare_cents": "INTEGER", "name": "TEXT"},
    "u": {"id": "INTEGER", "t_id": "INTEGER"},
}
MISTAKES = [
    ("SELECT name FROM t", "other output column", 71, []),
    ("SELECT x.id FROM t", "other output column", 71, []),
    ("SELECT z FROM (SELECT id AS z FROM u) AS s WHERE z = 1", "other column in a condition", 67, []),
    (
        "SELECT fare_cents FROM T",
        "other output column",
        71,
        ["SELECT paid_cents AS fare_cents FROM T", "SELECT id AS fare_cents FROM T"],
    ),
    ("SELECT t_id FROM u WHERE id = 1", "other column in a condition", 67, ["SELECT t_id FROM u WHERE t_id = 1"]),
    ("SELECT MAX(u.id) FROM u", "other column in an aggregate", 81, ["SELECT MAX(u.t_id) FROM u"]),
    ("SELECT t_id FROM u ORDER BY id", "other sort column", 75, ["SELECT t_id FROM u ORDER BY t_id"]),
    ("SELECT COUNT(*) FROM u GROUP BY id", "other group column", 16, ["SELECT COUNT(*) FROM u GROUP BY t_id"]),
    (
        "SELECT u.id FROM u JOIN u AS v ON u.id = v.t_id",
        "other column in a join",
        60,
        ["SELECT u.id FROM u JOIN u AS v ON u.t_id = v.t_id", "SELECT u.id FROM u JOIN u AS v ON u.id = v.id"],
    ),
]


@pytest.mark.parametrize(("query", "operator", "taxonomy", "wanted"), MISTAKES)
def test_a_mistake_is_made_in_every_way_and_carries_its_number(query, operator, taxonomy, wanted):
    found = [mutant for mutant in mutants(query, TABLES) if mutant.operator == operator]
    assert [mutant.sql for mutant in found] == wanted
    assert {mutant.taxonomy for mutant in found} <= {taxonomy}
