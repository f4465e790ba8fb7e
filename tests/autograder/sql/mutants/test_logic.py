"""Mistakes in how conditions are tied together."""

import pytest

from autograder.sql.mutants import mutants

T = "SELECT x FROM t WHERE "
MISTAKES = [
    (T + "a", "missing condition", 66, []),
    (T + "a AND (b AND c)", "missing brackets", 63, []),
    (T + "a AND b", "OR for AND", 52, [T + "a OR b"]),
    (T + "a AND b AND c", "OR for AND", 52, [T + "a AND b OR c", T + "(a OR b) AND c"]),
    (T + "a OR b", "AND for OR", 39, [T + "a AND b"]),
    (T + "a OR b OR c", "AND for OR", 39, [T + "(a OR b) AND c", T + "a AND b OR c"]),
    (T + "a AND (b OR c)", "missing brackets", 63, [T + "a AND b OR c"]),
    ("SELECT (x + 1) * 2 FROM t", "missing brackets", 63, ["SELECT x + 1 * 2 FROM t"]),
    (T + "a AND b AND c", "missing condition", 66, [T + "b AND c", T + "a AND c", T + "a AND b"]),
    (T + "a AND (b OR c)", "missing condition", 66, [T + "(b OR c)", T + "a", T + "a AND (c)", T + "a AND (b)"]),
]


@pytest.mark.parametrize(("query", "operator", "taxonomy", "wanted"), MISTAKES)
def test_a_mistake_is_made_in_every_way_and_carries_its_number(query, operator, taxonomy, wanted):
    found = [mutant for mutant in mutants(query) if mutant.operator == operator]
    assert [mutant.sql for mutant in found] == wanted
    assert {mutant.taxonomy for mutant in found} <= {taxonomy}
