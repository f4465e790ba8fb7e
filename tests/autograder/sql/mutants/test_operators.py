"""Conditions tied together can be taken apart and tied again."""

import sqlglot
from sqlglot import exp

from autograder.sql.mutants.operators import joined, parts, without_each


def condition(sql):
    return sqlglot.parse_one(f"SELECT 1 WHERE {sql}", read="sqlite").args["where"].this


def written(nodes):
    return [node.sql("sqlite") for node in nodes]


def test_a_single_condition_is_its_only_part():
    assert written(parts(condition("a OR b"), exp.And)) == ["a OR b"]


def test_brackets_of_the_same_kind_are_looked_through_and_others_are_not():
    assert written(parts(condition("a AND (b AND c) AND (d OR e)"), exp.And)) == ["a", "b", "c", "(d OR e)"]


def test_parts_are_tied_again():
    tied = joined(parts(condition("a AND (b AND c)"), exp.And), exp.And)
    assert tied.sql("sqlite") == "a AND b AND c"


def test_nothing_can_be_left_out_of_a_single_item():
    assert list(without_each(parts(condition("a"), exp.And))) == []


def test_each_item_is_left_out_once():
    found = [(left.sql(), written(others)) for left, others in without_each(parts(condition("a OR b OR c"), exp.Or))]
    assert found == [("a", ["b", "c"]), ("b", ["a", "c"]), ("c", ["a", "b"])]
