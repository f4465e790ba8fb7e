"""Exceptions that come over from the learner's process: the same type where it is known here, else one of that name."""

from __future__ import annotations

import builtins
import sys
from collections.abc import Mapping
from typing import Any

from autograder.errors import CheckFailed, NotAttempted

__all__ = ["LearnerError", "revive"]

_OUTCOMES = (CheckFailed, NotAttempted)  # verdicts are the checker's to give


class LearnerError(Exception):
    """An exception of a type that only the learner's code knows. It is raised as a subclass with that type's name."""


def revive(problem: Mapping[str, Any], known: Mapping[str, Any]) -> Exception:
    """Make the exception that the learner's code raised.

    Args:
        problem: what `shell.problem_of` wrote. It may say anything: no constructor is called and nothing imported.
        known: the checker's own namespace, asked for exception classes by name.
    """
    types = [(str(module), str(name)) for module, name in problem["types"][:20]]
    text = str(problem["text"])
    base: type[Exception] = Exception
    for module, name in types:
        found = _find(module, name, known)
        if found is not None:
            base = found
            break
    own_name = str(problem["type"])[:80]
    if base.__name__ != own_name:
        bases = (LearnerError,) if issubclass(Exception, base) else (LearnerError, base)
        base = type(own_name if own_name.isidentifier() else "LearnerError", bases, {})
    error: Exception = base.__new__(base, text)
    error.args = (text,)
    return error


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
