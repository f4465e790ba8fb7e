"""Where checks run: the checker's own names, and behind them the few that are the learner's."""

from __future__ import annotations

import ast
import builtins
import linecache
from collections.abc import Iterable, Mapping
from functools import lru_cache
from types import CodeType
from typing import Any

from autograder.grading.link import Unanswered
from autograder.grading.names import plain_python, sql_name
from autograder.grading.standins import Borrowed, StandIn

__all__ = ["Namespace", "names_in", "rehearse", "run_cell"]


class Namespace(dict[str, Any]):
    """Global names of setup and test cells.

    A name that the author's solution binds is fetched from the learner's process each time it is read, so a check sees
    what a call has changed. A name that the solution imports is imported here: a learner's module is never asked.

    Args:
        names: what the author's solutions bind.
        imports: the statements that bind what they import, by name.
    """

    def __init__(self, names: Iterable[str], imports: Mapping[str, str]) -> None:
        super().__init__({"__name__": "__main__", "__builtins__": builtins})
        self.names, self.imports = frozenset(names), imports
        self.borrowed: Borrowed | None = None
        self.excuses: dict[str, str] = {}  # why a name isn't there, when its answer could not run
        self.sources: dict[str, str] = {}  # the learner's cell that binds a name, for `python_source.source_of`

    def __missing__(self, name: str) -> Any:
        if name in self.imports:
            exec(self.imports[name], self)  # noqa: S102 - a line of the author's
            return dict.__getitem__(self, name)
        if name not in self.names:
            raise KeyError(name)
        try:
            return self.of_the_learner(name)
        except KeyError:
            if name in self.excuses:
                raise self.unanswered(self.excuses[name]) from None
            raise

    def of_the_learner(self, name: str) -> Any:
        """Fetch a value of the learner's. Raises KeyError when there is none of this name."""
        if self.borrowed is None:
            raise KeyError(name)
        value = self.borrowed.ask("get", name=name)
        if isinstance(value, StandIn):
            value.__dict__["__source__"] = self.sources.get(name, "")
        return value

    def unanswered(self, why: str) -> Unanswered:
        """Make the exception for a value that can't be had."""
        return self.borrowed.unanswered(why) if self.borrowed else Unanswered(why)

    def release(self, names: Iterable[str]) -> None:
        """Let the learner's values show again: an answer that binds these names comes now, as in the notebook."""
        for name in names:
            self.pop(name, None)


def run_cell(source: str, label: str, space: dict[str, Any]) -> Any:
    """Run one of the author's cells; return the value of its last line if that is an expression.

    Args:
        source: the cell's text; IPython's own lines are left out.
        label: the file name to show in tracebacks.
        space: its global names.
    """
    body, last, lines = _compiled(source, label)
    # Each time: cells of one name may have different texts, and whoever looks into a function finds it by the name.
    linecache.cache[f"<{label}>"] = (sum(map(len, lines)), None, lines, f"<{label}>")
    exec(body, space)  # noqa: S102 - what a checker is for
    return None if last is None else eval(last, space)  # noqa: S307


@lru_cache(maxsize=512)
def names_in(source: str, label: str) -> frozenset[str]:
    """Every name that one of the author's cells mentions, in its functions and comprehensions, too."""
    body, last, _ = _compiled(source, label)
    found: set[str] = set()
    left = [body] if last is None else [body, last]
    while left:
        code = left.pop()
        found.update(code.co_names)
        left += [constant for constant in code.co_consts if isinstance(constant, CodeType)]
    return frozenset(found)


def rehearse(source: str, label: str, space: dict[str, Any]) -> None:
    """Run any of the author's cells, a query's included, where no learner takes part."""
    if name := sql_name(source):
        space[name] = source.partition("\n")[2]
    else:
        names_in(source, label)
        run_cell(source, label, space)


@lru_cache(maxsize=512)
def _compiled(source: str, label: str) -> tuple[CodeType, CodeType | None, list[str]]:
    """Compile a cell: all but a last expression, and that expression. A warm checker does it once for a class."""
    text = plain_python(source)
    filename = f"<{label}>"
    lines = text.splitlines(keepends=True)
    tree = ast.parse(text, filename)
    last = tree.body.pop() if tree.body and isinstance(tree.body[-1], ast.Expr) else None
    body = compile(tree, filename, "exec", dont_inherit=True)
    if not isinstance(last, ast.Expr):
        return body, None, lines
    return body, compile(ast.Expression(last.value), filename, "eval", dont_inherit=True), lines
