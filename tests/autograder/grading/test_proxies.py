"""A proxy has what the check offers, behaves as the object would, and has nothing else."""

from __future__ import annotations

from typing import Any

import pytest

from autograder.errors import CheckFailed
from autograder.grading.proxies import Offered, Proxies
from autograder.grading.raised import problem_of
from autograder.values import decode, encode


class Line:
    """Plays the check."""

    def __init__(self, *replies: dict[str, Any]) -> None:
        self.replies, self.asked = list(replies), []

    def call_back(self, message: dict[str, Any]) -> dict[str, Any]:
        self.asked.append(message)
        return self.replies.pop(0)


def made(*replies: dict[str, Any], **known: Any) -> tuple[Proxies, Line]:
    line = Line(*replies)
    return Proxies(line, encode, decode, known), line  # type: ignore[arg-type]


def clock(proxies: Proxies, *names: str) -> Any:
    return proxies.find({"$": "offer", "id": 3, "type": "VirtualClock", "names": list(names)})


def test_an_object_has_the_offered_methods_and_no_more() -> None:
    """It is the same proxy each time, and says what it is."""
    proxies, line = made({"value": 5})
    found = clock(proxies, "now", "sleep")
    assert clock(proxies, "now", "sleep") is found
    assert found.now(1, zone="x") == 5
    assert line.asked == [{"id": 3, "name": "now", "args": [1], "kwargs": {"zone": "x"}}]
    assert repr(found) == "<VirtualClock of the check>"
    assert isinstance(found, Offered)
    for name in ("advance", "sleeps", "__globals__", "__dict__"):
        with pytest.raises(AttributeError):
            getattr(found, name)
    with pytest.raises(AttributeError):
        found.sleeps = []
    for special in (len, iter):
        with pytest.raises(TypeError):
            special(found)
    assert not callable(found)
    assert proxies.reference(found) == {"$": "offer", "id": 3}
    assert proxies.reference(object()) is None


def test_a_store_is_used_like_a_mapping() -> None:
    """With the special methods that are offered."""
    proxies, line = made(
        {"value": 1}, {"value": None}, {"value": True}, {"value": 2}, {"value": ["a", "b"]}, {"value": None}
    )
    specials = ("__getitem__", "__setitem__", "__contains__", "__len__", "__iter__", "__delitem__")
    store = clock(proxies, *specials)
    assert store["a"] == 1
    store["b"] = 2
    assert "b" in store
    assert len(store) == 2
    assert [*iter(store)] == ["a", "b"]
    del store["a"]
    assert sorted(one["name"] for one in line.asked) == sorted(specials)


def test_a_function_is_a_function() -> None:
    """With the name it has in the check."""
    proxies, _ = made({"value": 5})
    fetch = proxies.find({"$": "offer", "id": 4, "function": "fetch"})
    assert (fetch.__name__, fetch(1)) == ("fetch", 5)
    assert proxies.reference(fetch) == {"$": "offer", "id": 4}


class PromoError(Exception):
    def __init__(self, code: str) -> None:
        super().__init__(f"no {code}")
        self.code = code


class Crash(BaseException): ...


PromoError.__module__ = Crash.__module__ = "__main__"


@pytest.mark.parametrize(
    ("error", "kinds"),
    [
        (KeyError("a"), (KeyError,)),
        (PromoError("x"), (PromoError,)),
        (ConnectionResetError("x"), (ConnectionResetError,)),
        (type("Cut", (TimeoutError,), {"__module__": "__main__"})("x"), (TimeoutError,)),
        (type("Mine", (PromoError,), {"__module__": "__main__"})("x"), (PromoError,)),
        (type("Own", (Exception,), {"__module__": "__main__"})("x"), (Exception,)),
        (CheckFailed("x"), (AssertionError,)),
        (Crash("x"), (Crash,)),
        (SystemExit("x"), (SystemExit,)),
        (type("Power", (Crash,), {"__module__": "__main__"})("x"), (BaseException,)),
    ],
)
def test_an_exception_of_the_check_is_raised_here(error: BaseException, kinds: tuple[type[BaseException], ...]) -> None:
    """Of the type that this side knows, with its name, text and attributes; one that is no Exception stays none."""
    problem = problem_of(error, encode)
    proxies, _ = made({"error": problem, "of": 7}, PromoError=PromoError, Crash=Crash)
    with pytest.raises(kinds) as caught:
        clock(proxies, "now").now()
    got = caught.value
    assert type(got).__name__ == type(error).__name__
    assert str(got) == str(error)
    assert isinstance(got, Exception) is isinstance(error, Exception)
    assert got.__dict__["_of_the_check"] == 7
    assert getattr(got, "code", None) == getattr(error, "code", None)


def test_a_refusal_is_told() -> None:
    """After too many calls, say."""
    proxies, _ = made({"refused": "Your code made more than 5 calls."})
    with pytest.raises(RuntimeError, match="more than 5 calls"):
        clock(proxies, "now").now()
