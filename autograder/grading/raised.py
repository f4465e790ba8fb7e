"""Exceptions that come over from the other process: the same type where it is known here, else one of that name."""

from __future__ import annotations

import builtins
import sys
import traceback
from collections.abc import Callable, Iterable, Mapping
from typing import Any

from autograder.errors import CheckFailed, NotAttempted, WireError
from autograder.values import Json, type_name

__all__ = ["CheckError", "LearnerError", "base_among", "problem_of", "revive"]

_OUTCOMES = (CheckFailed, NotAttempted)  # verdicts are the checker's to give
_TEXT_LIMIT = 2_000
_MOST_ATTRIBUTES = 20
_PLAIN = (str, int, float, bool, type(None))


class LearnerError(Exception):
    """An exception of a type that only the learner's code knows. It is raised as a subclass with that type's name."""


class CheckError(Exception):
    """An exception of a type that only the check knows, met by the learner's code: a subclass with that type's name."""


def problem_of(error: BaseException, encoded: Callable[[object], Json] | None = None) -> dict[str, Any]:
    """An exception as data: its types from the narrowest, its text and the line of the cell it came from.

    Args:
        error: the exception.
        encoded: how to send its attributes; left out, they stay behind.
    """
    kinds = type.mro(type(error)) if type(type(error)) is type else type(error).__mro__
    problem: dict[str, Any] = {
        "types": [[str(kind.__module__)[:80], str(kind.__name__)[:80]] for kind in kinds[:20]],
        "type": type_name(error),
        "text": _text_of(error),
        "line": _line_of(error),
    }
    args = BaseException.__dict__["args"].__get__(error)
    if len(args) == 1 and type(args[0]) in _PLAIN and problem["text"] in (str(args[0]), repr(args[0])):
        problem["arg"] = args[0]  # a KeyError's text isn't what it was made of
    if encoded and (state := _state_of(error, encoded)):
        problem["state"] = state
    return problem


def revive(
    problem: Mapping[str, Any],
    known: Mapping[str, Any],
    read: Callable[[Json], object] | None = None,
    stranger: type[Exception] = LearnerError,
) -> Exception:
    """Make the exception that the other process's code raised.

    Args:
        problem: what `problem_of` wrote. It may say anything: no constructor is called and nothing imported.
        known: this side's setup names, asked for exception classes.
        read: turns an attribute back into a value; left out, there are none.
        stranger: the base of a type that isn't known here.
    """
    types = [(str(module), str(name)) for module, name in problem["types"][:20]]
    text = str(problem["text"])[:_TEXT_LIMIT]
    base = base_among(types, known)
    own_name = str(problem["type"])[:80]
    if base.__name__ != own_name:
        bases = (stranger,) if issubclass(stranger, base) else (stranger, base)
        base = type(own_name if own_name.isidentifier() else stranger.__name__, bases, {})
    error: Exception = base.__new__(base, text)
    arg = problem.get("arg", text)
    error.args = (arg if type(arg) in _PLAIN else text,)
    if read:
        for name, value in dict(problem.get("state", {})).items():
            if _is_attribute(name):
                error.__dict__[name] = read(value)
    return error


def base_among(types: Iterable[tuple[str, str]], known: Mapping[str, Any]) -> type[Exception]:
    """The first of these exception classes, by module and name, that there is on this side.

    Args:
        types: from the narrowest.
        known: this side's setup names.
    """
    found = (_find(module, name, known) for module, name in types)
    return next(filter(None, found), Exception)


def _find(module: str, name: str, known: Mapping[str, Any]) -> type[Exception] | None:
    """An exception class by its name: Python's own, then the setup cells', then one of a module loaded here."""
    places: list[Mapping[str, Any]] = [vars(builtins)] if module == "builtins" else []
    if module == "__main__":
        places.append(dict.copy(known))  # type: ignore[arg-type]  # a plain copy asks the learner for nothing
    elif not module.startswith("autograder"):
        places.append(vars(sys.modules.get(module, object)))
    for place in places:
        found = place.get(name)
        if isinstance(found, type) and issubclass(found, Exception) and not issubclass(found, _OUTCOMES):
            return found
    return None


def _text_of(error: BaseException) -> str:
    try:
        return str.__str__(str(error))[:_TEXT_LIMIT]
    except Exception:
        return ""


def _line_of(error: BaseException) -> int:
    """The last line of a notebook cell in the traceback, from 1; 0 if there is none."""
    if isinstance(error, SyntaxError):
        return error.lineno or 0
    cells = [
        line for frame, line in traceback.walk_tb(error.__traceback__) if frame.f_globals.get("__name__") == "__main__"
    ]
    return cells[-1] if cells else 0


def _state_of(error: BaseException, encoded: Callable[[object], Json]) -> dict[str, Json]:
    """What the exception's class, or whoever raised it, noted on it."""
    try:
        found = BaseException.__dict__["__dict__"].__get__(error)
        return {name: encoded(found[name]) for name in list(found)[:_MOST_ATTRIBUTES] if _is_attribute(name)}
    except (WireError, LookupError, TypeError, RuntimeError):
        return {}


def _is_attribute(name: Any) -> bool:
    """Whether a name may be set on an exception: nothing private, and nothing that every exception has."""
    known = type(name) is str and name.isidentifier() and len(name) <= 80
    return known and not name.startswith("_") and not hasattr(BaseException, name)
