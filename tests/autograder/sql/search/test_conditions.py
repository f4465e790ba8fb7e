"""Conditions hold for a value about as SQLite says; what can't be compared counts as met."""

import pytest

from autograder.sql.search.conditions import OPPOSITE, Tie, holds
from autograder.sql.search.conditions import Test as Comparison
from autograder.sql.search.scopes import Var

A, B = Var(0, "t", "t", "a"), Var(0, "t", "t", "b")


@pytest.mark.parametrize(
    ("value", "operator", "other"),
    [
        (5, ">=", 5),
        ("5", "=", 5),
        ("Anna", "like", "a%"),
        ("Anna", "not like", "%b%"),
        (None, "null", None),
        (3, "in", (1, 3)),
        (3, "not in", (1, 2)),
        ("x", "<", 3),
    ],
)
def test_it_holds(value, operator, other):
    assert holds(value, operator, other)


@pytest.mark.parametrize(
    ("value", "operator", "other"),
    [(5, "<", 5), (None, "=", None), (None, "!=", 3), ("Anna", "like", "b%"), (1, "null", None)],
)
def test_it_does_not_hold(value, operator, other):
    assert not holds(value, operator, other)


@pytest.mark.parametrize("operator", ["<", "<=", "=", "!="])
def test_every_value_meets_a_test_or_its_opposite(operator):
    test = Comparison(A, operator, 2)
    assert all(holds(value, operator, 2) != holds(value, test.opposite().operator, 2) for value in (1, 2, 3))


def test_the_opposite_of_the_opposite_is_the_condition_itself():
    assert all(OPPOSITE[OPPOSITE[operator]] == operator for operator in OPPOSITE)
    assert Tie(A, "<", B).opposite().opposite() == Tie(A, "<", B)
