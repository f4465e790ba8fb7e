"""The line in a test cell that the builder replaces: ``expected = from_solution(name, on=database)``."""

from __future__ import annotations

import ast
from dataclasses import dataclass

from autograder.notebooks.points import SourceError
from autograder.python_source import parse

__all__ = ["Placeholder", "fill", "placeholders_of"]

_NAME = "from_solution"
_SHAPE = "Write `expected = from_solution(name, on=database)` on a line of its own"


@dataclass(frozen=True, slots=True)
class Placeholder:
    """One use of ``from_solution``. ``line`` counts from 1; ``start`` and ``end`` are byte offsets in that line.

    ``on`` and ``values`` are expressions of what the setup cells bind; empty when they are left out.
    """

    name: str
    on: str
    ordered: bool
    line: int
    start: int
    end: int
    values: str = ""


def placeholders_of(source: str, *, hidden: bool) -> tuple[Placeholder, ...]:
    """Find the placeholders of a test cell.

    Args:
        source: the cell's text.
        hidden: whether it is the hidden cell, where ``on=`` isn't allowed; elsewhere it is required.

    Raises:
        SourceError: the name is used in any other way than in a plain one-line assignment.
        SyntaxError: the text isn't Python.
    """
    tree = parse(source)
    calls = {id(call.func): call for statement in tree.body if (call := _assigned_call(tree, statement))}
    found = []
    for node in ast.walk(tree):
        if isinstance(node, ast.Name) and node.id == _NAME:
            if id(node) not in calls:
                problem = "`from_solution` may only be the whole right-hand side of a one-line assignment to a name."
                raise SourceError(node.lineno, problem, _SHAPE + ".")
            found.append(_read(calls[id(node)], hidden))
    return tuple(sorted(found, key=lambda one: one.line))


def fill(source: str, place: Placeholder, value: object) -> str:
    """Put a Python literal in the placeholder's place, one line for one line.

    Raises:
        ValueError: a value that has no literal, such as ``nan``.
    """
    text = repr(value)
    try:
        sound = "\n" not in text and ast.literal_eval(text) == value
    except (ValueError, SyntaxError):
        sound = False
    if not sound:
        raise ValueError(f"{text} can't be written as a literal on one line.")
    lines = source.split("\n")
    line = lines[place.line - 1].encode()
    lines[place.line - 1] = (line[: place.start] + text.encode() + line[place.end :]).decode()
    return "\n".join(lines)


def _assigned_call(tree: ast.Module, statement: ast.stmt) -> ast.Call | None:
    """The call that the statement assigns to a single name, if it does that and stands alone on one line."""
    if not (isinstance(statement, ast.Assign) and isinstance(statement.value, ast.Call)):
        return None
    alone = sum(other.lineno <= statement.lineno <= (other.end_lineno or 0) for other in tree.body) == 1
    single = len(statement.targets) == 1 and isinstance(statement.targets[0], ast.Name)
    return statement.value if alone and single and statement.lineno == statement.end_lineno else None


def _read(call: ast.Call, hidden: bool) -> Placeholder:
    """Read the arguments of one placeholder."""
    line, options = call.lineno, {keyword.arg: keyword.value for keyword in call.keywords}
    on, ordered = options.pop("on", None), options.pop("ordered", ast.Constant(False))
    values = options.pop("values", None)
    if options or len(call.args) != 1 or not isinstance(call.args[0], ast.Name):
        problem = (
            "`from_solution` takes the answer's name, in a visible check `on=` and perhaps `values=`, and `ordered=`, "
            "nothing else."
        )
        raise SourceError(line, problem, _SHAPE + ".")
    if not (isinstance(ordered, ast.Constant) and isinstance(ordered.value, bool)):
        raise SourceError(line, "`ordered=` must be True or False.", "Write `ordered=True`, or leave it out.")
    if hidden and on is not None:
        problem = "A hidden check compares on many databases, so `from_solution` takes no `on=` there."
        raise SourceError(line, problem, "Write `reference = from_solution(name)`.")
    if hidden and values is not None:
        problem = "A hidden check runs the solution itself, so `from_solution` takes no `values=` there."
        raise SourceError(line, problem, "Give them to `same_state(..., values=...)` alone.")
    if not hidden and on is None:
        problem = "A visible check must not hold the solution, so `from_solution` needs `on=` there."
        raise SourceError(line, problem, _SHAPE + ".")
    start, end = call.col_offset, call.end_col_offset
    if end is None:  # pragma: no cover - the parser always sets it
        raise SourceError(line, "The end of this line is unknown.", _SHAPE + ".")
    on_text, values_text = ("" if one is None else ast.unparse(one) for one in (on, values))
    return Placeholder(call.args[0].id, on_text, ordered.value, line, start, end, values_text)
