"""The names that a cell binds when it runs, read from its text."""

from __future__ import annotations

import ast
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import lru_cache

from autograder.python_source import parse

__all__ = ["Bound", "bound_by", "imported_by", "loads", "plain_python", "shows_a_query", "shows_standing", "sql_name"]

_SQL = re.compile(r"\s*%%sql[ \t]+([A-Za-z_]\w*)[ \t]*(?:\r?\n|$)")
_SHOWN = re.compile(r"\s*%%sql[ \t]*(?:\r?\n|$)")
_STANDING = re.compile(r"\s*from autograder\.progress import check_module\s+check_module\(\)\s*\Z")
_LINE_MAGIC = re.compile(r"^(\s*)(?:[%!?].*|[\w.%!?][^#'\"]*\?\??\s*)$")
_INNER = (ast.Lambda, ast.ListComp, ast.SetComp, ast.DictComp, ast.GeneratorExp)
_ASSIGNED_MAGIC = re.compile(r"^(\s*[A-Za-z_]\w*\s*=)\s*[%!].*$")


@dataclass(frozen=True, slots=True)
class Bound:
    """What a cell binds.

    ``names`` are its own: functions, classes, variables. ``imports`` maps each imported name to the statement that
    binds it.
    """

    names: frozenset[str] = frozenset()
    imports: Mapping[str, str] = field(default_factory=dict)


def sql_name(source: str) -> str:
    """The name in a cell's first line ``%%sql NAME``; empty when it has none."""
    found = _SQL.match(source)
    return found[1] if found else ""


def shows_a_query(source: str) -> bool:
    """Whether a cell is ``%%sql`` without a name."""
    return _SHOWN.match(source) is not None


def shows_standing(source: str) -> bool:
    """Whether it is the cell with which every module ends: it tells a learner what is still open."""
    return _STANDING.match(source) is not None


def plain_python(source: str) -> str:
    """The text with IPython's own lines made harmless, line by line. A cell of another language becomes empty."""
    if source.lstrip().startswith("%%"):
        first, _, rest = source.lstrip().partition("\n")
        return f"\n{plain_python(rest)}" if first.split()[0] in ("%%time", "%%timeit", "%%capture") else ""
    try:
        parse(source)
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return "\n".join(_harmless(line) for line in source.split("\n"))
    return source


@lru_cache(maxsize=256)
def bound_by(source: str) -> Bound:
    """Read what a cell binds at its top level. Text that isn't Python binds nothing."""
    if name := sql_name(source):
        return Bound(frozenset({name}))
    try:
        tree = parse(plain_python(source))
        reader = _Reader()
        reader.visit(tree)
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return Bound()
    return Bound(frozenset(reader.names), {name: reader.imports[name] for name in reader.imports.keys() - reader.names})


def loads(source: str) -> frozenset[str]:
    """The names that a cell reads, wherever in it. Text that isn't Python reads nothing."""
    try:
        tree = parse(plain_python(source))
        return frozenset(
            node.id for node in ast.walk(tree) if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Load)
        )
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return frozenset()


def imported_by(source: str) -> frozenset[str]:
    """The modules that a cell imports, wherever in it. Text that isn't Python imports nothing."""
    try:
        nodes = list(ast.walk(parse(plain_python(source))))
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return frozenset()
    whole = {alias.name for node in nodes if isinstance(node, ast.Import) for alias in node.names}
    return frozenset(whole | {node.module for node in nodes if isinstance(node, ast.ImportFrom) and node.module})


def _harmless(line: str) -> str:
    if assigned := _ASSIGNED_MAGIC.match(line):
        return f"{assigned[1]} None"
    if magic := _LINE_MAGIC.match(line):
        return f"{magic[1]}pass"
    return line


class _Reader(ast.NodeVisitor):
    """Collects names bound at the top level: it looks into ``if`` and ``with``, not into functions and classes."""

    def __init__(self) -> None:
        self.names: set[str] = set()
        self.imports: dict[str, str] = {}

    def visit_Name(self, node: ast.Name) -> None:
        if isinstance(node.ctx, ast.Store):
            self.names.add(node.id)

    def visit_FunctionDef(self, node: ast.FunctionDef) -> None:
        self.names.add(node.name)

    def visit_AsyncFunctionDef(self, node: ast.AsyncFunctionDef) -> None:
        self.names.add(node.name)

    def visit_ClassDef(self, node: ast.ClassDef) -> None:
        self.names.add(node.name)

    def visit(self, node: ast.AST) -> None:
        """Visit a node, but for a scope of its own: what is bound in there isn't bound out here."""
        if not isinstance(node, _INNER):
            super().visit(node)

    def visit_Import(self, node: ast.Import) -> None:
        for alias in node.names:
            self.imports[alias.asname or alias.name.partition(".")[0]] = ast.unparse(ast.Import([alias]))

    def visit_ImportFrom(self, node: ast.ImportFrom) -> None:
        for alias in node.names:
            self.imports[alias.asname or alias.name] = ast.unparse(ast.ImportFrom(node.module, [alias], node.level))
