"""A learner's exception is of the same type here, or carries its name."""

from __future__ import annotations

import builtins
import json
import sqlite3
from typing import Any

import pytest

from autograder.errors import CheckFailed, NotAttempted
from autograder.grading.raised import CheckError, LearnerError, problem_of, revive


class Declined(Exception):
    def __init__(self, amount: int) -> None:
        super().__init__(f"declined: {amount}")


def carry(error: BaseException, **known: Any) -> Exception:
    return revive(json.loads(json.dumps(problem_of(error))), known)


@pytest.mark.parametrize(
    "error",
    [
        ValueError("bad"),
        KeyError("k"),
        NotImplementedError(),
        sqlite3.IntegrityError("x"),
        json.JSONDecodeError("no", "x", 0),
        UnicodeDecodeError("utf-8", b"x", 0, 1, "bad"),
    ],
)
def test_known_types_are_kept(error: Exception) -> None:
    """Python's own, and those of modules that the checker uses."""
    assert type(carry(error)) is type(error)


def test_the_text_is_kept() -> None:
    """It is what the learner's own message says."""
    assert str(carry(ValueError("amount must be positive"))) == "amount must be positive"


def test_classes_of_the_setup_cells_are_found_by_name() -> None:
    """Without calling their constructor."""
    Declined.__module__ = "__main__"
    got = carry(Declined(5), Declined=Declined)
    assert type(got) is Declined
    assert str(got) == "declined: 5"


def test_the_learners_own_types_keep_name_and_base() -> None:
    """A check for ValueError accepts a subclass of it."""
    kind = type("TooFar", (ValueError,), {"__module__": "__main__"})
    got = carry(kind("12 km"), TooFar="not a class")
    assert type(got).__name__ == "TooFar"
    assert isinstance(got, LearnerError)
    assert isinstance(got, ValueError)
    assert str(got) == "12 km"


@pytest.mark.parametrize("error", [SystemExit(3), KeyboardInterrupt(), GeneratorExit()])
def test_what_would_end_the_checker_becomes_an_exception(error: BaseException) -> None:
    """sys.exit() in an answer ends nothing here."""
    got = carry(error)
    assert isinstance(got, LearnerError)
    assert type(got).__name__ == type(error).__name__


def test_verdicts_cannot_be_raised_by_a_learner() -> None:
    """They are the checker's to give."""
    for error in (CheckFailed("all right", ran=False), NotAttempted("x")):
        got = carry(error, CheckFailed=CheckFailed, NotAttempted=NotAttempted)
        assert not isinstance(got, CheckFailed | NotAttempted)
    problem = {"types": [["__main__", "CheckFailed"]], "type": "CheckFailed", "text": ""}
    assert isinstance(revive(problem, {"CheckFailed": CheckFailed}), LearnerError)


def test_a_text_that_cannot_be_made_is_empty() -> None:
    """An exception may fail to print itself."""

    class Silent(Exception):
        def __str__(self) -> str:
            raise RuntimeError

    assert str(carry(Silent())) == ""


def test_a_key_error_keeps_its_key() -> None:
    """Its text is the key's repr; a class that writes its own text keeps that."""

    class Told(ValueError):
        def __str__(self) -> str:
            return "told"

    assert carry(KeyError("k")).args == ("k",)
    assert carry(KeyError(("a", 1))).args == ("('a', 1)",)
    assert carry(Told("raw")).args == ("told",)


def test_attributes_come_along_where_they_can_be_read() -> None:
    """Public ones only, and at most twenty."""
    error = ValueError("x")
    error.__dict__.update({"code": 5, "_own": 1, "a b": 2, "with_traceback": 3, **{f"x{n}": n for n in range(30)}})
    problem = json.loads(json.dumps(problem_of(error, lambda value: value)))
    assert vars(revive(problem, {})) == {}
    got = vars(revive(problem, {}, lambda value: value))
    assert got["code"] == 5
    assert not {"_own", "a b", "with_traceback"} & got.keys()
    assert len(got) < 20


@pytest.mark.parametrize("name", ["SystemExit", "KeyboardInterrupt", "BaseException", "GeneratorExit"])
@pytest.mark.parametrize("module", ["builtins", "__main__", "sys", "autograder.errors"])
def test_no_name_makes_an_exception_that_leaves_a_check(name: str, module: str) -> None:
    """Not even where the author's own setup binds it."""
    kinds = {"PromoError": type("PromoError", (SystemExit,), {}), name: getattr(builtins, name)}
    for own in (name, "PromoError"):
        problem = {"types": [[module, own], ["builtins", name]], "type": own, "text": ""}
        got = revive(problem, kinds)
        assert isinstance(got, LearnerError)
        assert type(got).__name__ == own


def test_in_the_learners_process_strangers_are_the_checks() -> None:
    """They keep their name and the nearest base that is known."""
    kind = type("Cut", (ConnectionResetError,), {"__module__": "__main__"})
    got = revive(problem_of(kind("x")), {}, None, CheckError)
    assert (type(got).__name__, isinstance(got, CheckError), isinstance(got, ConnectionResetError)) == (
        "Cut",
        True,
        True,
    )
