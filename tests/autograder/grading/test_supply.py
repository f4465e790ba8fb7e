"""A class gets warm pairs as long as it needs them; in the end all are gone."""

from __future__ import annotations

import threading
from concurrent.futures import ThreadPoolExecutor

import pytest

from autograder.errors import EngineRoomError
from autograder.grading.limits import Limits
from autograder.grading.supply import Supply
from autograder.sandbox.tiers import ask
from autograder.sandbox.walls import Tier

pytestmark = pytest.mark.skipif(ask()["tier"] == Tier.NONE, reason="no walls hold on this machine")
MODULE = "unit"
CLASS = [MODULE] * 5


def test_a_class_gets_pairs_of_its_own_until_its_last_submission_is_settled(doubling, make):
    with Supply(make.limits, CLASS) as supply:
        pairs = supply.pairs(doubling)
        right = {"q1": "def double(x):\n    return 2 * x", "q2": "small = [1, 2, 3]"}
        assert make.grade(doubling, right, pairs=pairs).result.points == 3
        for _ in range(4):
            supply.done(MODULE)
            assert supply.pairs(doubling) is pairs
            assert not pairs.closed
        supply.done(MODULE)
        assert pairs.closed
        supply.done("another")


def test_a_tier_that_is_asked_for_is_given(doubling):
    tier = Tier.LANDLOCK if ask()["landlock"] == "ok" else Tier.NAMESPACES
    with Supply(Limits(), [MODULE], tier) as supply:
        assert supply.pairs(doubling).tier is tier


def test_two_that_ask_at_once_get_the_same(doubling):
    """It is warmed once; the second waits."""
    barrier = threading.Barrier(3)

    def ask_for(_):
        barrier.wait(10)
        return supply.pairs(doubling)

    with Supply(Limits(), CLASS) as supply, ThreadPoolExecutor(3) as pool:
        assert len(set(pool.map(ask_for, range(3)))) == 1


def test_at_the_end_of_the_block_everything_is_gone(doubling):
    with Supply(Limits(), CLASS) as supply:
        pairs = supply.pairs(doubling)
    assert pairs.closed
    with pytest.raises(EngineRoomError, match="has been stopped"):
        pairs.pair()


def test_what_is_made_after_the_end_is_closed_at_once(doubling):
    """Somebody may be warming up while everything is stopped."""
    supply = Supply(Limits(), CLASS)
    supply.close()
    assert supply.pairs(doubling).closed
