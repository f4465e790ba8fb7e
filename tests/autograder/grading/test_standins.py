"""Stand-ins make calls in the learner's process and pass nothing else on."""

from __future__ import annotations

from typing import Any

import pytest

from autograder.grading.link import Unanswered
from autograder.grading.standins import Borrowed, CallableStandIn, StandIn


class Line:
    """Replies in turn, and notes what it was asked."""

    unanswered = Unanswered

    def __init__(self, *replies: dict[str, Any]) -> None:
        self.replies, self.asked = list(replies), []

    def ask(self, op: str, **fields: Any) -> dict[str, Any]:
        self.asked.append((op, fields))
        return self.replies.pop(0)


def ref(number: int, kind: str = "function", name: str = "fare") -> dict[str, Any]:
    return {"$": "ref", "id": number, "callable": kind == "function", "type": kind, "name": name, "text": ""}


def borrow(*replies: dict[str, Any]) -> tuple[Any, Line]:
    line = Line(*replies)
    return Borrowed(line, {}), line  # type: ignore[arg-type]


def test_a_function_is_called_over_there(capsys: pytest.CaptureFixture[str]) -> None:
    """Arguments and result are values; what it prints is printed here."""
    borrowed, line = borrow({"value": ref(1)}, {"value": {"$": "tuple", "v": [1, 2]}, "out": "hello\n"})
    fare = borrowed.ask("get", name="fare")
    assert isinstance(fare, CallableStandIn)
    assert callable(fare)
    assert fare.__name__ == "fare"
    assert fare(1, (2,), key=fare) == (1, 2)
    args = {"args": [1, {"$": "tuple", "v": [2]}], "kwargs": {"key": {"$": "ref", "id": 1}}}
    assert line.asked[1] == ("call", {"id": 1, **args})
    assert capsys.readouterr().out == "hello\n"


def test_an_object_lends_its_attributes_and_nothing_special() -> None:
    """No length, no iteration, no equality of its own making."""
    borrowed, line = borrow({"value": ref(2, "Cart", "")}, {"value": 5}, {"value": ref(2, "Cart", "")})
    cart = borrowed.ask("get", name="cart")
    assert type(cart) is StandIn
    assert not callable(cart)
    assert cart.total == 5
    for special in (len, iter, int):
        with pytest.raises(TypeError):
            special(cart)
    with pytest.raises(AttributeError):
        cart.__len__()
    assert borrowed.ask("get", name="cart") is cart
    assert [asked for asked, _ in line.asked] == ["get", "attr", "get"]
    assert cart != []


def test_a_missing_name_is_a_key_error_and_an_exception_is_raised() -> None:
    """So that a check can tell them apart."""
    problem = {"types": [["builtins", "ValueError"]], "type": "ValueError", "text": "no"}
    borrowed, _ = borrow({"missing": True}, {"error": problem})
    with pytest.raises(KeyError):
        borrowed.ask("get", name="x")
    with pytest.raises(ValueError, match="no"):
        borrowed.ask("call", id=1, args=[], kwargs={})


@pytest.mark.parametrize(
    "reply",
    [
        {},
        {"value": {"$": "nonsense"}},
        {"value": {"$": "ref"}},
        {"value": {"$": "ref", "id": "x", "callable": 1}},
        {"error": 5},
        {"error": {"types": [1], "text": "", "type": ""}},
    ],
)
def test_a_reply_that_makes_no_sense_is_no_answer(reply: dict[str, Any]) -> None:
    """It costs the learner the group, and the checker nothing."""
    borrowed, _ = borrow(reply)
    with pytest.raises(Unanswered, match="can't be checked"):
        borrowed.ask("get", name="x")


@pytest.mark.parametrize("value", [print, object(), [lambda: None]])
def test_what_cannot_be_handed_over_yet_is_told(value: object) -> None:
    """Callbacks and connections are the author's to avoid until they can cross."""
    borrowed, _ = borrow({"value": ref(1)})
    fare = borrowed.ask("get", name="fare")
    with pytest.raises(Unanswered, match=r"hands your code a \w+, which can't be passed between processes"):
        fare(value)
