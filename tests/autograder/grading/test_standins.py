"""Stand-ins make calls in the learner's process and pass nothing else on."""

from __future__ import annotations

from typing import Any

import pytest

from autograder.grading.link import Unanswered
from autograder.grading.standins import Borrowed, CallableStandIn, StandIn
from autograder.sql import Connected, StatementLog


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


def test_what_a_call_did_to_its_arguments_is_told() -> None:
    """By place, beside the value; the check's own list stays, and a reply that can't be read is no answer."""
    borrowed, line = borrow({"value": ref(1)}, {"value": 3, "changed": {"0": [1, 2], "7": []}}, {"changed": {"x": 1}})
    fare = borrowed.ask("get", name="fare")
    mine = [2, 1]
    assert type(fare).__changing__(fare, mine, 5) == (3, {0: [1, 2]})
    assert mine == [2, 1]
    assert line.asked[1] == ("call", {"id": 1, "args": [[2, 1], 5], "kwargs": {}, "restore": True})
    with pytest.raises(Unanswered):
        type(fare).__changing__(fare, mine, 5)


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


class Odd:
    def __call__(self) -> None: ...


class Private:
    __offered__ = ("_reset",)


class Missing:
    __offered__ = ("charge",)


class Text:
    __offered__ = "charge"


@pytest.mark.parametrize(
    ("value", "words"),
    [
        (object(), "hands your code a object, which can't be passed between processes"),
        (Odd(), "hands your code a Odd"),
        ([{"a": Odd}], "hands your code a type"),
        (pytest, "hands your code a module"),
        (Private(), "names _reset, which is private"),
        (Missing(), "names charge, which is no method of it"),
        (Text(), "must be a tuple of names"),
    ],
)
def test_what_cannot_be_handed_over_is_told(value: object, words: str) -> None:
    """It's for the author to mend."""
    borrowed, line = borrow({"value": ref(1)})
    fare = borrowed.ask("get", name="fare")
    with pytest.raises(Unanswered, match=words):
        fare(value)
    assert len(line.asked) == 1


def test_setup_names_functions_and_marked_objects_are_handed_over() -> None:
    """By name, and by number; the rest by value."""

    class Store(dict[str, int]):
        __offered__ = ("get",)

    borrowed, line = borrow({"value": ref(1)}, {"value": 1})
    borrowed.twins.note(["http"], {"http": pytest})
    fare = borrowed.ask("get", name="fare")
    fare(pytest, ValueError, [1].append, Store(a=1), {"a": (n for n in range(2))}, step=fare)
    sent = line.asked[1][1]
    assert sent["args"] == [
        {"$": "twin", "v": "http"},
        {"$": "builtin", "v": "ValueError"},
        {"$": "offer", "id": 1, "function": "append"},
        {"$": "offer", "id": 2, "type": "Store", "names": ["get"]},
        {"a": [0, 1]},
    ]
    assert sent["kwargs"] == {"step": {"$": "ref", "id": 1}}


@pytest.mark.parametrize("tag", ["twin", "builtin"])
def test_nothing_of_the_checkers_is_had_by_its_name(tag: str) -> None:
    """An answer that names the checker's own `run` would have the check call it."""
    borrowed, _ = borrow({"value": {"$": tag, "v": "run"}})
    borrowed.twins.note(["run"], {"run": print})
    with pytest.raises(Unanswered, match="can't be checked"):
        borrowed.ask("get", name="x")


def test_an_object_keeps_its_own_attributes() -> None:
    """Whatever they are called; and setting one would change nothing over there."""
    borrowed, line = borrow({"value": ref(2, "Response", "")}, {"value": "hello"}, {"value": "json"})
    response = borrowed.ask("get", name="response")
    assert (response.text, response.type_name) == ("hello", "json")
    assert [fields["name"] for op, fields in line.asked if op == "attr"] == ["text", "type_name"]
    with pytest.raises(Unanswered, match="sets the attribute 'text'"):
        response.text = 5


def test_an_iterator_is_read_one_by_one() -> None:
    """Lazily, as in a kernel."""
    lent = ref(3, "generator", "") | {"iterator": True}
    borrowed, line = borrow({"value": lent}, {"value": 1}, {"value": 2}, {"end": True, "value": None})
    pages = borrowed.ask("get", name="pages")
    assert list(pages) == [1, 2]
    assert len(line.asked) == 4


def test_an_app_is_driven_over_there() -> None:
    """With time for its own words to arrive."""
    answers = {"answers": [{"fault": "hung"}]}
    borrowed, line = borrow({"value": ref(1)}, {"exchange": answers}, {"exchange": [1]}, {})
    app = borrowed.ask("get", name="app")
    data = {"requests": [{}], "limits": {"seconds": 5}}
    assert app.__exchange__(data) == answers
    assert line.asked[1] == ("exchange", {"id": 1, "data": data, "seconds": 7.0})
    for _ in range(2):
        with pytest.raises(Unanswered, match="can't be read"):
            app.__exchange__({})


def test_a_function_is_called_over_there_with_a_connection() -> None:
    """What is told of the call has the right shape, or the call wasn't answered."""
    told = {
        "value": 7,
        "kept": True,
        "closed": False,
        "texts": ["SELECT 1"],
        "control": [],
        "statements": [],
        "broken": False,
    }
    bad = [5, {"value": 7}, {**told, "kept": 1}, {**told, "texts": "SELECT 1"}]
    borrowed, line = borrow({"value": ref(1)}, {"value": told}, *({"value": one} for one in bad))
    add, log = borrowed.ask("get", name="add"), StatementLog()
    call = Connected(add, "data.db", log=log)
    assert call("x", b=(2,)) == 7
    assert log.texts == ["SELECT 1"]
    sent = {"args": ["x"], "kwargs": {"b": {"$": "tuple", "v": [2]}}}
    assert line.asked[1] == (
        "connected",
        {"id": 1, "about": {"path": "data.db", "row_factory": "", "log": True, "at": 0}, **sent},
    )
    for _ in bad:
        with pytest.raises(Unanswered, match="can't be read"):
            call()


def test_an_exception_of_the_checks_own_comes_back_as_itself() -> None:
    """If the learner's code let it pass; a number that means nothing is nothing."""
    problem = {"types": [["builtins", "ValueError"]], "type": "ValueError", "text": "no", "state": {"code": 5, "_x": 1}}
    borrowed, _ = borrow(*[{"error": problem, "of": number} for number in (1, True, "1", 2, [])])
    own = KeyError("own")
    borrowed.offers.marked(Raiser(own))
    borrowed.offers.serve({"id": 1, "name": "go", "args": [], "kwargs": {}})
    with pytest.raises(KeyError) as caught:
        borrowed.ask("call", id=1, args=[], kwargs={})
    assert caught.value is own
    for _ in range(4):
        with pytest.raises(ValueError, match="no") as other:
            borrowed.ask("call", id=1, args=[], kwargs={})
        assert vars(other.value) == {"code": 5}


class Raiser:
    __offered__ = ("go",)

    def __init__(self, error: Exception) -> None:
        self.error = error

    def go(self) -> None:
        raise self.error
