"""Mastered, begun, next and why: 80 % of the points and all core questions."""

from dataclasses import replace
from datetime import UTC, datetime

import pytest

from autograder.progress.attempt import attempt_at
from autograder.progress.course_map import CourseMap, MapModule, MapQuestion, MapUnit
from autograder.progress.standing import State, course_standing
from autograder.results import CheckResult, GroupResult, Outcome


def question(name, core=False, seen=1.0, sealed=1.0):
    return MapQuestion(name, f"about {name}", core, seen, sealed)


A1 = MapModule("a1_first", "First", 50, (), "begin", (question("A1.1", core=True), question("A1.2", sealed=7.0)))
A2 = MapModule("a2_second", "Second", 60, ("a1",), "go on", (question("A2.1", core=True), question("A2.2")))
C1 = MapModule("c1_third", "Third", 70, ("a1", "b9"), "end", (question("C1.1", core=True),))
COURSE = CourseMap("Course", 2, (MapUnit("One", (A1, A2)), MapUnit("Two", (C1,))))
STARRED = "A1.1\N{NO-BREAK SPACE}★"
BOTH = ("a1_first", "a2_second", "c1_third")


def tried(name, *, points=1.0, most=1.0, whole=False, tag="", hint=0):
    outcome = Outcome.RIGHT if points == most else Outcome.WRONG
    check = CheckResult(name, (GroupResult("g", points, most, outcome, tag=tag),))
    return attempt_at(check, datetime(2025, 3, 4, tzinfo=UTC), whole=whole, hint=hint)


def test_nothing_done_is_not_begun():
    standing = course_standing(COURSE, [])
    assert [one.state for one in standing.modules] == [State.NEW] * 3
    assert standing.next.module is A1
    assert standing.why == "It needs nothing before it."
    assert standing.began == ""


def test_core_questions_before_are_named_and_lock_nothing():
    standing = course_standing(COURSE, [])
    assert [one.missing for one in standing.modules] == [(), (STARRED,), (STARRED,)]
    assert standing.modules[2].needs == ("a1",)  # b9 isn't there yet and asks for nothing


def test_a_class_is_judged_by_the_checks_it_has():
    standing = course_standing(COURSE, [tried("A1.1"), tried("A1.2")])
    assert standing.modules[0].state is State.MASTERED
    assert (standing.modules[0].earned, standing.modules[0].most) == (2.0, 2.0)
    assert standing.next.module is A2
    assert standing.why == "You are ready for it: the core questions of A1 are done."


def test_where_hidden_checks_are_at_hand_they_count():
    seen = [tried("A1.1"), tried("A1.2")]
    begun = course_standing(COURSE, seen, BOTH).modules[0]
    assert begun.state is State.BEGUN
    assert (begun.earned, begun.most) == (2.0, 10.0)
    assert begun.only_hidden_left
    assert "Run its last cell" in course_standing(COURSE, seen, BOTH).why
    whole = [tried("A1.1", points=2, most=2, whole=True), tried("A1.2", points=6, most=8, whole=True)]
    assert course_standing(COURSE, [*seen, *whole], BOTH).modules[0].state is State.MASTERED


def test_points_alone_are_not_enough():
    whole = [tried("A1.1", points=1, most=2, whole=True), tried("A1.2", points=8, most=8, whole=True)]
    standing = course_standing(COURSE, whole, BOTH)
    assert standing.modules[0].earned == 9.0  # of 10
    assert standing.modules[0].state is State.BEGUN
    assert standing.why == f"You have begun it. Still open: {STARRED}."


def test_core_questions_alone_are_not_enough():
    standing = course_standing(COURSE, [tried("A1.1"), tried("A1.2", points=0.5)])
    assert standing.modules[0].state is State.BEGUN


def test_exactly_eighty_percent_is_enough():
    """In whatever thirds the points were earned."""
    five = tuple(question(f"A1.{number}", core=number == 1, sealed=0) for number in range(1, 6))
    course = replace(COURSE, units=(MapUnit("One", (replace(A1, questions=five),)),))
    assert course_standing(course, [tried(f"A1.{number}") for number in range(1, 5)]).modules[0].state is State.MASTERED
    assert course_standing(course, [tried(f"A1.{number}") for number in range(1, 4)]).modules[0].state is State.BEGUN


def test_the_best_attempt_counts_not_the_last():
    standing = course_standing(COURSE, [tried("A1.1"), tried("A1.1", points=0), tried("A1.2")])
    assert standing.modules[0].state is State.MASTERED


def test_points_are_those_of_todays_course():
    """A question that was worth 4 points and is worth 8 now: half of it stays half of it."""
    standing = course_standing(COURSE, [tried("A1.2", points=2, most=4, whole=True)])
    assert standing.modules[0].questions[1].earned == 4.0


def test_all_mastered_says_so():
    standing = course_standing(COURSE, [tried(name) for name in ("A1.1", "A1.2", "A2.1", "A2.2", "C1.1")])
    assert standing.next is None
    assert standing.why == "You have mastered every module."


def test_what_is_worth_another_look():
    attempts = [tried("A1.1", points=0, tag="null-equals", hint=3), tried("A1.1"), tried("A1.2", points=0, hint=3)]
    standing = course_standing(COURSE, [*attempts, tried("A1.2", points=0, tag="null-equals"), tried("A2.1", tag="x")])
    assert [one.question.id for one in standing.review] == ["A1.1"]
    assert standing.misconceptions == (("null-equals", 2), ("x", 1))
    assert standing.began == "2025-03-04"


def test_attempts_at_questions_that_are_gone_do_no_harm():
    assert course_standing(COURSE, [tried("Z9.9")]).modules[0].state is State.NEW


@pytest.mark.parametrize("module", [A1, A2, C1])
def test_names_and_links(module):
    assert module.name == f"{module.id[:2].upper()} {module.title}"
    assert module.notebook == f"{module.id}/{module.id}.ipynb"
