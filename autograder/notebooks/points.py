"""What a test cell is worth: its check groups and their points, read from its text without running it."""

from __future__ import annotations

import ast
import math
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from typing import TypeGuard

from autograder.python_source import parse

__all__ = ["Group", "GroupError", "SourceError", "groups_of", "total_points"]

_PLAIN = 'Write `with q.check("in plain words", points=1):`.'
_REPEATED = (ast.For, ast.AsyncFor, ast.While, ast.FunctionDef, ast.AsyncFunctionDef, ast.Lambda, ast.ClassDef)


@dataclass(frozen=True, slots=True)
class Group:
    """One check group as the author wrote it. ``line`` counts from 1 within the cell."""

    name: str
    points: float
    line: int


class SourceError(ValueError):
    """Something in a test cell that can't be understood without running it. ``line`` counts within the cell."""

    def __init__(self, line: int, problem: str, cure: str) -> None:
        self.line, self.problem, self.cure = line, problem, cure
        super().__init__(f"line {line}: {problem} {cure}")


class GroupError(SourceError):
    """A check group whose name or points can't be read."""


@lru_cache(maxsize=1024)  # proving a course asks for the same few cells again and again
def groups_of(source: str) -> tuple[Group, ...]:
    """Read the check groups of a test cell, in order.

    Args:
        source: the cell's text.

    Raises:
        GroupError: a group without a literal name or literal points, in a loop, or not opened by ``with``.
        SyntaxError: the text isn't Python.
    """
    tree = parse(source)
    names = _question_names(tree)
    opened = list(_opened(tree, names))
    known = {id(call) for call, _ in opened}
    for node in ast.walk(tree):
        if _is_check(node, names) and id(node) not in known:
            raise GroupError(node.lineno, "`check` opens a group only in a `with` line.", _PLAIN)
    return tuple(_group(call, repeated) for call, repeated in opened)


def total_points(source: str) -> float:
    """The points of all groups of a test cell; a whole number where it is one."""
    total = math.fsum(group.points for group in groups_of(source))
    return int(total) if total == int(total) else total


def _question_names(tree: ast.AST) -> set[str]:
    """The names to which a ``Question(...)`` is assigned."""
    return {
        target.id
        for node in ast.walk(tree)
        if isinstance(node, ast.Assign) and isinstance(node.value, ast.Call)
        if isinstance(node.value.func, ast.Name) and node.value.func.id == "Question"
        for target in node.targets
        if isinstance(target, ast.Name)
    }


def _opened(node: ast.AST, names: set[str], repeated: bool = False) -> Iterator[tuple[ast.Call, bool]]:
    """Find the calls that ``with`` lines open, each with whether it may be reached more or less than once."""
    for child in ast.iter_child_nodes(node):
        if isinstance(child, ast.With | ast.AsyncWith):
            for item in child.items:
                if _is_check(item.context_expr, names):
                    yield item.context_expr, repeated
        yield from _opened(child, names, repeated or isinstance(child, _REPEATED))


def _is_check(node: ast.AST, names: set[str]) -> TypeGuard[ast.Call]:
    return (
        isinstance(node, ast.Call)
        and isinstance(node.func, ast.Attribute)
        and node.func.attr == "check"
        and isinstance(node.func.value, ast.Name)
        and node.func.value.id in names
    )


def _group(call: ast.Call, repeated: bool) -> Group:
    """Read one group from its call."""
    line = call.lineno
    if repeated:
        problem = "A group in a loop or a function has no fixed number of points."
        raise GroupError(line, problem, "Write the loop inside the group.")
    name = call.args[0] if call.args else None
    if not (isinstance(name, ast.Constant) and isinstance(name.value, str) and name.value.strip()):
        raise GroupError(line, "A group's name must be a literal text.", _PLAIN)
    points = next((keyword.value for keyword in call.keywords if keyword.arg == "points"), None)
    if points is None:
        raise GroupError(line, f"The group {name.value!r} doesn't say its points.", _PLAIN)
    value = _number(points)
    if value is None:
        raise GroupError(line, f"The points of the group {name.value!r} must be a literal number.", _PLAIN)
    if not (0 < value < math.inf):
        raise GroupError(line, f"The points of the group {name.value!r} must be more than 0.", _PLAIN)
    return Group(name.value, value, line)


def _number(node: ast.expr) -> float | None:
    """The literal number that stands there, if one does. ``True`` is none; a minus sign is part of the number."""
    if isinstance(node, ast.UnaryOp) and isinstance(node.op, ast.USub):
        inner = _number(node.operand)
        return None if inner is None else -inner
    if isinstance(node, ast.Constant) and isinstance(node.value, int | float) and not isinstance(node.value, bool):
        return node.value
    return None
