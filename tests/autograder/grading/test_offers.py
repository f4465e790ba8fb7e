"""A learner's process may call what is offered, by the names that are offered, and nothing else."""

from __future__ import annotations

import functools
import random
from typing import Any

import pytest

from autograder.errors import CheckFailed, WireError
from autograder.grading.limits import Limits
from autograder.grading.offers import Forged, Offers
from autograder.results import Outcome
from autograder.values import Foreign, decode, encode


class Till:
    __offered__ = ("pay", "__getitem__")
    secret = "42"

    def __init__(self) -> None:
        self.paid: list[Any] = []

    def pay(self, cents: int, **more: Any) -> int:
        self.paid.append((cents, more))
        return len(self.paid)

    def refund(self) -> None:
        raise SystemExit

    def __getitem__(self, key: str) -> str:
        return {"a": "b"}[key]


class Equal:
    __offered__ = ("go",)

    def __eq__(self, other: object) -> bool:
        return True

    __hash__ = None  # type: ignore[assignment]

    def go(self) -> None: ...


def made() -> Offers:
    return Offers(encode, decode)


def call(offers: Offers, number: object, name: object, args: object = (), kwargs: object = None) -> dict[str, Any]:
    sent = list(args) if isinstance(args, tuple) else args
    return offers.serve({"id": number, "name": name, "args": sent, "kwargs": {} if kwargs is None else kwargs})


def test_marked_objects_are_called_by_their_listed_names() -> None:
    """The same object is the same offer."""
    offers, till = made(), Till()
    assert offers.marked(till) == {"$": "offer", "id": 1, "type": "Till", "names": ["pay", "__getitem__"]}
    assert offers.marked(till) == offers.marked(till)
    assert offers.marked(Till()) != offers.marked(till)
    assert call(offers, 1, "pay", (5,), {"tip": {"$": "tuple", "v": []}}) == {"value": 1}
    assert till.paid == [(5, {"tip": ()})]
    assert call(offers, 1, "__getitem__", ("a",)) == {"value": "b"}
    assert offers.find({"id": 1}) is till


@pytest.mark.parametrize("value", [5, "x", object(), Till, Foreign("Till", ""), {}])
def test_other_objects_are_not_offered(value: object) -> None:
    """A class isn't its instance, and a learner's object isn't the check's."""
    assert made().marked(value) is None
    assert made().function(value) is None


def test_functions_are_called_and_nothing_else() -> None:
    """Functions, lambdas, bound methods, those of Python's own objects, and partial ones."""
    offers, till, seen = made(), Till(), []
    for function in (lambda x: seen.append(x), till.pay, seen.append, functools.partial(till.pay, 7), {}.__contains__):
        fields = offers.function(function)
        assert isinstance(fields, dict)
        assert "value" in call(offers, fields["id"], "__call__", (3,) if "partial" not in repr(function) else ())
        with pytest.raises(Forged):
            call(offers, fields["id"], "__self__")
    assert seen == [3, 3]
    assert till.paid == [(3, {}), (7, {})]


def test_a_generator_of_random_numbers_is_offered_too() -> None:
    """It is what retries take; its seed can't be set from outside."""
    offers, rng = made(), random.Random(3)
    fields = offers.marked(rng)
    assert fields is not None
    assert call(offers, 1, "random")["value"] == random.Random(3).random()
    for name in ("seed", "getstate", "setstate", "__reduce__"):
        with pytest.raises(Forged):
            call(offers, 1, name)


@pytest.mark.parametrize(
    "message",
    [
        {"id": 1, "name": "refund"},
        {"id": 1, "name": "paid"},
        {"id": 1, "name": "secret"},
        {"id": 1, "name": "__class__"},
        {"id": 1, "name": "__init__"},
        {"id": 1, "name": "__getattribute__"},
        {"id": 1, "name": "pay.__globals__"},
        {"id": 1, "name": "pay.__func__"},
        {"id": 1, "name": "__call__"},
        {"id": 1, "name": ["pay"]},
        {"id": 1, "name": None},
        {"id": 2, "name": "__globals__"},
        {"id": 2, "name": "__code__"},
        {"id": 2, "name": "pay"},
        {"id": 3, "name": "pay"},
        {"id": 0, "name": "pay"},
        {"id": -1, "name": "pay"},
        {"id": True, "name": "pay"},
        {"id": 1.0, "name": "pay"},
        {"id": "1", "name": "pay"},
        {"id": [1], "name": "pay"},
        {"id": None, "name": "pay"},
        {"id": 1, "name": "pay", "args": {}},
        {"id": 1, "name": "pay", "args": 5},
        {"id": 1, "name": "pay", "kwargs": []},
        {"id": 1, "name": "pay", "args": [{"$": "pickle"}]},
        {"id": 1, "name": "pay", "args": [{"$": "ref", "id": 1}]},
        {"id": 1, "name": "pay", "args": [{"$": "twin", "v": "os"}]},
        {"id": 1, "name": "pay", "args": [{"$": "set", "v": [[]]}]},
        {"id": 1, "name": "pay", "args": [functools.reduce(lambda inner, _: [inner], range(100), [])]},
        {"id": 1, "name": "pay", "args": [[0] * 300_000]},
        {},
    ],
    ids=str,
)
def test_forged_calls_are_refused_before_anything_is_called(message: dict[str, Any]) -> None:
    """Names that aren't listed, numbers that aren't given out, arguments that can't be read."""
    offers, till = made(), Till()
    offers.marked(till)
    offers.function(till.refund)
    with pytest.raises(Forged):
        offers.serve({"args": [], "kwargs": {}, **message} if message else {})
    assert till.paid == []


def test_arguments_that_do_not_fit_are_the_callers_error() -> None:
    """As in one process."""
    offers = made()
    offers.marked(Till())
    for args, kwargs in (((), {}), ((1, 2), {}), ((), {"self": 1, "cents": 1})):
        assert call(offers, 1, "pay", args, kwargs)["error"]["type"] == "TypeError"


def test_exceptions_go_over_as_type_and_text_and_are_remembered_for_one_call() -> None:
    """Even one that ``except Exception`` lets pass, but nobody's wish to stop."""
    offers, errors = made(), [KeyError("k"), SystemExit(3), GeneratorExit(), KeyboardInterrupt()]

    def fail() -> None:
        raise errors.pop(0)

    offers.function(fail)
    first = call(offers, 1, "__call__")
    assert (first["error"]["type"], first["error"]["text"], first["of"]) == ("KeyError", "'k'", 1)
    assert call(offers, 1, "__call__")["error"]["type"] == "SystemExit"
    assert isinstance(offers.raised(2), SystemExit)
    for number in (0, 3, True, "1", None):
        assert offers.raised(number) is None
    offers.begin()
    assert offers.raised(1) is None
    for kind in (GeneratorExit, KeyboardInterrupt):
        with pytest.raises(kind):
            call(offers, 1, "__call__")


def test_a_verdict_tells_the_learner_nothing() -> None:
    """Its words are for the result, and may say what was expected."""
    offers = made()

    def verdict() -> None:
        raise CheckFailed("It should be 42.", advice="Look at 42.")

    offers.function(verdict)
    assert "42" not in str(call(offers, 1, "__call__")["error"])


def test_an_object_with_an_equality_of_its_own_comes_back_as_a_stranger() -> None:
    """Else an answer could be the one thing that equals everything."""
    offers = made()
    offers.marked(Equal())
    assert isinstance(offers.find({"id": 1}), Foreign)
    for fields in ({"id": 2}, {"id": True}, {}, {"id": "1"}):
        with pytest.raises(WireError):
            offers.find(fields)


# --- across the wall ------------------------------------------------------------------------------------------------

SETUP = """
from autograder import Question, same_value
class Till:
    __offered__ = ("pay",)
    def __init__(self): self.paid, self.key = [], "k-42"
    def pay(self, cents): self.paid.append(cents)
    def cheat(self): self.paid[:] = [5]
"""
TEST = """
till = Till()
given = use(till, lambda: "k-" + str(6 * 7), till.paid.append)
same_value((given, till.paid), ("done", [5]))
"""
SEND = """
def use(till, key, note):
    calls = till._call.__self__
    channel = calls._line._channel
    def forge(**fields):
        channel.send({"back": 900, "id": till._number, "name": "pay", "args": [], "kwargs": {}, **fields})
"""
FORGERIES = {
    "a name that isn't offered": "forge(name='cheat')\n    return 'done'",
    "attributes of an object": "forge(name='paid')\n    return 'done'",
    "the class": "forge(name='__class__')\n    return 'done'",
    "the globals of a function": "forge(id=2, name='__globals__')\n    return 'done'",
    "a number that wasn't given out": "forge(id=77, name='__call__')\n    return 'done'",
    "a twin as an argument": "forge(args=[{'$': 'twin', 'v': 'same_value'}])\n    return 'done'",
    "no number": "forge(back='x')\n    return 'done'",
    "a nest": "a = []\n    for _ in range(500): a = [a]\n    forge(args=[a])\n    return 'done'",
    "many parts": "forge(args=[[0] * 300_000])\n    return 'done'",
    "a huge frame": "channel._limit = 1 << 40\n    forge(args=['x' * (9 << 20)])\n    return 'done'",
    "no JSON": "import os\n    os.write(channel._end.fileno(), b'\\0\\0\\0\\1{')\n    return 'done'",
    "half a frame": "import os\n    os.write(channel._end.fileno(), b'\\0\\0\\1\\0{')\n    return 'done'",
    "replies ahead": "for n in range(50): channel.send({'n': n, 'value': ['done', [5]], 'out': ''})\n    return 'x'",
    "replies to nothing": "channel.send({'n': True, 'value': 1})\n    return 'done'",
    "its own verdict": "forge(name='pay', args=[5])\n    channel.send({'check': {'groups': []}, 'gone': ''})",
    "an error that was never raised": "channel.send({'n': 3, 'error': {}, 'of': 1, 'out': ''})",
    "an exception as a verdict": (
        "channel.send({'n': 4, 'error': {'types': [['autograder.errors', 'NotAttempted']], 'type': 'x', 'text': ''}})"
    ),
    "an endless loop": "while True:\n        try: till.pay(0)\n        except Exception: pass",
    "a flood": "while True: channel.send({'back': 1, 'id': till._number, 'name': 'pay', 'args': [0], 'kwargs': {}})",
    "recursion": "till.pay(use)\n    return use(till, key, note)",
    "an offer for an answer": "return till",
    "the clean way to the wrong answer": "till.pay(5)\n    till.pay(5)\n    return 'done'",
}


@pytest.fixture
def tills(make: Any) -> Any:
    solution = "def use(till, key, note):\n    till.pay(5)\n    return 'done'"
    return make.assignment(
        make.setup(SETUP),
        make.solved("q1", solution),
        make.check("q1", TEST),
        make.check("q2", "assert True", name="b"),
    )


@pytest.mark.parametrize("name", FORGERIES)
def test_no_forgery_gets_a_point(make: Any, tills: Any, name: str) -> None:
    """It costs the learner the group, with a sentence, and nobody else anything."""
    limits = Limits(call=1.0, cell=1.5, submission=30.0, callbacks=200)
    graded = make.grade(tills, {"q1": f"{SEND}    {FORGERIES[name]}"}, limits=limits)
    first, other = (question.groups[0] for question in graded.result.questions)
    assert first.points == 0
    assert first.outcome in (Outcome.COULD_NOT_RUN, Outcome.WRONG)
    assert first.message
    assert "Traceback" not in first.message
    assert other.points == 1


def test_an_honest_answer_is_not_disturbed(make: Any, tills: Any) -> None:
    """And a loop that ends at the first refusal leaves the other groups whole."""
    assert make.grade(tills, {"q1": "def use(till, key, note):\n    till.pay(5)\n    return 'done'"}).result.points == 2
    limits = Limits(callbacks=50)
    graded = make.grade(tills, {"q1": "def use(till, key, note):\n    while True: till.pay(0)"}, limits=limits)
    assert "made more than 50 calls in one call of this check" in graded.result.questions[0].groups[0].message
    assert graded.result.run["starts"] == 1


def test_a_checks_verdict_inside_a_call_back_is_the_groups(make: Any) -> None:
    """With its own words, as in a kernel."""
    assignment = make.assignment(
        make.setup("from autograder import Question\nfrom autograder.errors import CheckFailed"),
        make.solved("q1", "def use(pay): pay()"),
        make.check("q1", "def pay(): raise CheckFailed('You paid at night.')\nuse(pay)"),
    )
    found = make.grade(assignment, {"q1": "def use(pay): pay()"}).result.questions[0].groups[0]
    assert (found.outcome, found.message) == (Outcome.WRONG, "You paid at night.")
