"""Tests of naming the misconception behind a failure."""

import pytest

from autograder.errors import CheckFailed, NotAttempted
from autograder.results import Table
from autograder.web.meaning import meaning, mistake

TABLE = Table("sent", ("a",), (("1",),), 1)


def test_a_check_that_fails_gets_tag_and_advice_and_keeps_the_rest():
    """Message, tables and whether the app ran stay as they are."""
    with pytest.raises(CheckFailed, match="was answered with 200") as caught, meaning("ok-with-error", "Answer 404."):
        raise CheckFailed("GET / was answered with 200", tables=(TABLE,), ran=False)
    failed = caught.value
    assert (failed.tag, failed.advice, failed.tables, failed.ran) == ("ok-with-error", "Answer 404.", (TABLE,), False)


def test_what_a_check_knows_itself_wins():
    """The inner name is the closer one."""
    with pytest.raises(CheckFailed) as caught, meaning("outer", "Outer."), meaning("inner"):
        raise CheckFailed("x", advice="Closest.", tag="closest")
    assert (caught.value.tag, caught.value.advice) == ("closest", "Closest.")


def test_an_assert_becomes_a_failed_check():
    """With its message, or else with what the author says."""
    with pytest.raises(CheckFailed) as caught, meaning("wrong-column", "Compute the fare."):
        raise AssertionError("the fare is 3")
    assert (caught.value.message, caught.value.advice, caught.value.tag) == (
        "the fare is 3",
        "Compute the fare.",
        "wrong-column",
    )
    with pytest.raises(CheckFailed) as caught, meaning("wrong-column", "Compute the fare."):
        raise AssertionError
    assert (caught.value.message, caught.value.advice) == ("Compute the fare.", "")


@pytest.mark.parametrize("error", [NotAttempted, NotImplementedError, KeyError])
def test_everything_else_passes_through(error):
    """An answer that isn't there is no misconception."""
    with pytest.raises(error), meaning("wrong-column"):
        raise error


def test_no_failure_no_word():
    """A right answer isn't touched."""
    with meaning("wrong-column"):
        pass


def test_a_mistake_may_show_as_an_exception():
    """A client that lets the library's exception out has answered wrongly; its text is told."""
    with pytest.raises(CheckFailed) as caught, mistake("gives-up-early", "Try again."):
        raise ConnectionResetError("Peer has gone.")
    failed = caught.value
    assert (failed.tag, failed.advice, failed.ran) == ("gives-up-early", "Try again.", True)
    assert failed.message == "Your code stopped with ConnectionResetError: Peer has gone."


def test_an_exception_that_can_not_be_printed_is_told_by_its_name():
    """A learner's own class may have a broken text."""

    class Odd(Exception):
        def __str__(self):
            raise RuntimeError

    with pytest.raises(CheckFailed, match=r"stopped with Odd\.$"), mistake("odd"):
        raise Odd


@pytest.mark.parametrize("error", [NotAttempted, NotImplementedError, NameError, KeyboardInterrupt])
def test_a_mistake_needs_an_answer(error):
    """Where nothing was written, nothing was mistaken."""
    with pytest.raises(error), mistake("gives-up-early"):
        raise error


def test_a_mistake_treats_checks_as_meaning_does():
    """The check's own words win, and whether the answer ran stays."""
    with pytest.raises(CheckFailed) as caught, mistake("outer", "Outer."):
        raise CheckFailed("x", tag="closest", ran=False)
    assert (caught.value.tag, caught.value.advice, caught.value.ran) == ("closest", "Outer.", False)
