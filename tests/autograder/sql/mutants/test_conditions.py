"""Mistakes in a single condition."""

import pytest

from autograder.sql.mutants import mutants

T = "SELECT x FROM t WHERE "
MISTAKES = [
    (T + "a = b", "boundary", 57, []),
    (T + "a IS TRUE", "= NULL", 21, []),
    (T + "a = '2025-02-30'", "day", 57, []),
    (T + "a < 5", "boundary", 57, [T + "a <= 5"]),
    (T + "a >= 5", "comparison", 57, [T + "a <= 5"]),
    (T + "a = b", "join comparison", 61, [T + "a <> b"]),
    (T + "a = 0", "number", 57, [T + "a = 1"]),
    ("SELECT x + 1 FROM t LIMIT 7", "number", 57, ["SELECT x + 0 FROM t LIMIT 7", "SELECT x + 2 FROM t LIMIT 7"]),
    (T + "a < '2025-03-01T00:00:00Z'", "day", 57, [T + "a < '2025-02-28T00:00:00Z'", T + "a < '2025-03-02T00:00:00Z'"]),
    (T + "a = 'open'", "letter case", 57, [T + "a = 'OPEN'"]),
    (T + "a BETWEEN 1 AND 3", "open start", 57, [T + "(a > 1 AND a <= 3)"]),
    (T + "a BETWEEN 1 AND 3", "open end", 57, [T + "(a >= 1 AND a < 3)"]),
    (T + "a IS NULL", "= NULL", 21, [T + "a = NULL"]),
    (T + "a IS NOT NULL", "= NULL", 21, [T + "NOT a <> NULL"]),
    (T + "a IS NULL", "empty text for NULL", 45, [T + "a = ''"]),
    (T + "a IN (1, 2)", "extra NOT", 53, [T + "NOT a IN (1, 2)"]),
    (T + "a LIKE 'x!%' ESCAPE '!'", "extra NOT", 53, []),
    (T + "NOT a IN (1, 2)", "missing NOT", 54, [T + "a IN (1, 2)"]),
    (T + "a IN (1, 2)", "missing value", 66, [T + "a IN (2)", T + "a IN (1)"]),
    (T + "a LIKE 'A%'", "wildcard", 110, [T + "a LIKE 'A'", T + "a LIKE '%A%'"]),
    (T + "a LIKE 'A%'", "= for LIKE", 43, [T + "a = 'A%'"]),
    (T + "a LIKE '!%' ESCAPE '!'", "= for LIKE", 43, [T + "a = '!%'"]),
    (T + "a LIKE '!%' ESCAPE '!'", "missing ESCAPE", 110, [T + "a LIKE '!%'", T + "a LIKE '%'"]),
]


@pytest.mark.parametrize(("query", "operator", "taxonomy", "wanted"), MISTAKES)
def test_a_mistake_is_made_in_every_way_and_carries_its_number(query, operator, taxonomy, wanted):
    found = [mutant for mutant in mutants(query) if mutant.operator == operator]
    assert [mutant.sql for mutant in found] == wanted
    assert {mutant.taxonomy for mutant in found} <= {taxonomy}
