"""Hint 1 is free, hint 2 opens with the second try, hint 3 with the third; guessing is answered with a question."""

from datetime import UTC, datetime

import pytest

from autograder.progress.attempt import attempt_at
from autograder.progress.guidance import Guidance, guidance, prediction_in
from autograder.results import CheckResult, GroupResult, Outcome

CHECK = 'q = Question("A2.1")\nq.result()'


def tried(message, hint=1, outcome=Outcome.WRONG, **more):
    group = GroupResult("g", float(outcome is Outcome.RIGHT), 1.0, outcome, message)
    return attempt_at(CheckResult("A2.1", (group,)), datetime(2025, 3, 4, tzinfo=UTC), hint=hint, **more)


def offer(past, message="now", prediction=""):
    return guidance(past, Outcome.WRONG, tried(message).failure, prediction)


def test_each_try_opens_the_next_hint():
    past = []
    for number in (1, 2, 3, 3):
        found = offer(past, str(len(past)))
        assert (found.tries, found.hint, found.asks) == (len(past) + 1, number, False)
        past.append(tried(str(len(past)), found.hint))


def test_a_third_identical_failure_asks_before_the_last_hint():
    assert offer([tried("same"), tried("same", 2)], "same") == Guidance(3, 2, asks=True)
    assert offer([tried("same"), tried("same", 2), tried("same", 2)], "same").asks


def test_another_failure_between_is_no_guessing():
    assert offer([tried("same"), tried("other", 2)], "same") == Guidance(3, 3)


def test_a_prediction_opens_it_and_is_asked_for_once():
    past = [tried("same"), tried("same", 2), tried("same", 2)]
    assert offer(past, "same", prediction="no rows at all") == Guidance(4, 3)
    assert offer([*past, tried("same", 2, prediction="no rows at all")], "same") == Guidance(5, 3)


def test_a_hint_that_was_open_stays_open():
    past = [tried("a"), tried("b", 2), tried("c", 3), tried("c", 3)]
    assert offer(past, "c") == Guidance(5, 3)


def test_after_a_right_answer_no_hint_is_offered():
    assert guidance([tried("a")], Outcome.RIGHT, "", "").hint == 0


def test_a_check_of_the_whole_module_is_no_try():
    assert offer([tried("a", whole=True)]).tries == 1


@pytest.mark.parametrize(
    ("cell", "found"),
    [
        ("%%sql x\n-- I expect: ten rows, ties included\nSELECT 1", "ten rows, ties included"),
        ("def f():\n    # i expect 2 for 5 cents\n    return 2", "2 for 5 cents"),
        ("# I expect", ""),
        ("# I expect …", ""),
        ("x = '# what I expect is unclear'", ""),
        ("print('I expect ten rows')", ""),
    ],
)
def test_a_prediction_is_a_comment(cell, found):
    assert prediction_in([cell, CHECK], "A2.1") == found


def test_only_what_ran_since_the_last_check_counts():
    cell = "# I expect ten rows"
    assert prediction_in([cell, CHECK, CHECK], "A2.1") == ""
    assert prediction_in([cell, 'q = Question("A2.2")', CHECK], "A2.1") == "ten rows"
