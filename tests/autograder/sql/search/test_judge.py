"""Tied rows may come as they like; nothing else may."""

import pytest

from autograder.sql.search.arena import Arena, Failure
from autograder.sql.search.judge import Judge
from autograder.sql.search.verdict import Policy

DDL = "CREATE TABLE t (name TEXT, x INT)"
ROWS = {"t": [["a", 1], ["b", 1], ["c", 2], ["d", 2], ["e", 3]]}


@pytest.fixture
def arena():
    arena = Arena(DDL)
    arena.guard("SELECT 1")
    arena.main.load(ROWS)
    yield arena
    arena.close()


def accepts(arena, reference, got, **policy):
    judge = Judge(arena.read(reference)[1], Policy(**policy))
    return judge.accepts(arena.main, arena.main.run(reference), [(name,) for name in got])


ORDERED = "SELECT name FROM t ORDER BY x"
CUT = "SELECT name FROM t ORDER BY x LIMIT 3"


@pytest.mark.parametrize("got", ["abcde", "bacde", "badce"])
def test_rows_with_equal_keys_come_in_any_order(arena, got):
    assert accepts(arena, ORDERED, got)


@pytest.mark.parametrize("got", ["acbde", "abcd", "abcdd", "abcdee", ""])
def test_rows_with_other_keys_do_not(arena, got):
    assert not accepts(arena, ORDERED, got)


@pytest.mark.parametrize(
    ("got", "right"), [("abc", True), ("bad", True), ("abe", False), ("acd", False), ("ab", False)]
)
def test_of_the_rows_that_tie_for_the_last_place_any_may_stay(arena, got, right):
    assert accepts(arena, CUT, got) is right


def test_a_strict_policy_wants_exactly_the_rows_of_the_reference(arena):
    assert not accepts(arena, CUT, "abd", ties="strict")


def test_a_cut_without_an_order_may_keep_any_rows(arena):
    assert accepts(arena, "SELECT name FROM t LIMIT 2", "de")
    assert not accepts(arena, "SELECT name FROM t LIMIT 2", "dx")


def test_an_order_can_be_ignored_or_required(arena):
    assert accepts(arena, ORDERED, "edcba", order="ignored")
    assert not accepts(arena, "SELECT name FROM t", "edcba", order="required")
    assert accepts(arena, "SELECT name FROM t", "edcba")


def test_repetition_and_types_count_unless_the_policy_says_otherwise(arena):
    assert not accepts(arena, "SELECT x FROM t", [1, 2, 3])
    assert accepts(arena, "SELECT x FROM t", [1, 2, 3], duplicates=False)
    assert not accepts(arena, "SELECT max(x) FROM t", ["3"])
    assert accepts(arena, "SELECT max(x) FROM t", ["3"], types=False)


def test_rounding_noise_is_no_difference(arena):
    assert accepts(arena, "SELECT 0.1 + 0.2", [0.3])
    assert accepts(arena, "SELECT 3", [3.0])


def test_a_reference_without_a_result_decides_nothing_and_a_candidate_without_one_is_wrong(arena):
    judge = Judge(arena.read(ORDERED)[1], Policy())
    assert judge.accepts(arena.main, Failure("stopped"), [])
    assert not judge.accepts(arena.main, [], Failure("stopped"))


def test_a_policy_that_does_not_exist_is_refused():
    with pytest.raises(ValueError, match="'sorted'"):
        Policy(order="sorted")
