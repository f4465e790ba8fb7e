"""A difference is more than luck when it shows however the rows are stored."""

import pytest

from autograder.sql.search.arena import Arena
from autograder.sql.search.duel import Duel
from autograder.sql.search.judge import Judge
from autograder.sql.search.verdict import Policy

DDL = "CREATE TABLE t (id INTEGER PRIMARY KEY, name TEXT, x INT)"
ROWS = {"t": [[1, "b", 1], [2, "a", 1], [3, "c", 2]]}


@pytest.fixture
def confirmed():
    arena = Arena(DDL)

    def confirm(reference, candidate):
        arena.guard(reference, candidate)
        judge = Judge(arena.read(reference)[1], Policy())
        duel = Duel(arena, reference, candidate, judge, candidate_traits=arena.read(candidate)[1])
        found = duel.confirmed(ROWS)
        return found and found.kind

    yield confirm
    arena.close()


def test_what_shows_in_every_layout_is_firm(confirmed):
    assert confirmed("SELECT id FROM t WHERE x > 1", "SELECT id FROM t WHERE x >= 1") == "firm"


def test_an_order_that_hangs_on_the_layout_is_named(confirmed):
    assert confirmed("SELECT name FROM t ORDER BY name", "SELECT name FROM t") == "order"


def test_rows_that_hang_on_the_layout_are_luck(confirmed):
    assert confirmed("SELECT min(name) FROM t WHERE x = 1", "SELECT name FROM t WHERE x = 1 LIMIT 1") == "luck"


def test_where_the_reference_itself_hangs_on_the_layout_nothing_is_said(confirmed):
    assert confirmed("SELECT name FROM t GROUP BY x", "SELECT max(name) FROM t GROUP BY x") is None


def test_equal_results_are_no_difference(confirmed):
    assert confirmed("SELECT id FROM t", "SELECT id FROM t WHERE id > 0") is None
