"""A verifier has to refuse with its one exception: silence and other exceptions fail, each with its own tag."""

import pytest

from autograder.auth import refuses
from autograder.errors import CheckFailed, NotAttempted


class Unauthorized(Exception):
    """Refused."""


def raising(error):
    def verify(token):
        raise error

    return verify


def test_accepting_fails_with_the_tag_and_the_advice():
    with pytest.raises(CheckFailed, match="Given a token without exp, your code should raise Unauthorized") as caught:
        refuses(Unauthorized, lambda token: "7", "a.b.c", of="a token without exp", tag="missing-claim", says="Ask.")
    assert (caught.value.tag, caught.value.advice) == ("missing-claim", "Ask.")


def test_another_exception_is_a_leak():
    with pytest.raises(CheckFailed, match="but raised KeyError") as caught:
        refuses(Unauthorized, raising(KeyError("exp")), "a.b.c", of="junk", tag="missing-claim")
    assert caught.value.tag == "exception-leak"
    assert "error 500" in caught.value.advice


def test_the_right_exception_and_its_children_pass():
    class Expired(Unauthorized):
        """Too late."""

    refuses(Unauthorized, raising(Unauthorized("no")), "a.b.c", of="junk")
    refuses(Unauthorized, raising(Expired("no")), "a.b.c", of="junk")


@pytest.mark.parametrize("outcome", [NotImplementedError(), NotAttempted("nothing"), CheckFailed("too slow")])
def test_outcomes_that_are_no_verdict_pass_through(outcome):
    with pytest.raises(type(outcome)):
        refuses(Exception, raising(outcome), "a.b.c", of="junk")


def test_a_long_value_is_cut():
    with pytest.raises(CheckFailed) as caught:
        refuses(Unauthorized, lambda token: "x" * 10_000, "t", of="junk")
    assert len(caught.value.message) <= 400
