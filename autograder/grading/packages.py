"""Packages that lie elsewhere than in Python's own folders, as an editable install leaves them."""

from __future__ import annotations

import ast
import sys
from collections.abc import Iterator
from contextlib import suppress
from functools import lru_cache
from importlib.util import find_spec
from pathlib import Path

from autograder.grading.assignment import Assignment, Kind
from autograder.grading.names import plain_python
from autograder.python_source import parse

__all__ = ["packages_of_checker", "packages_of_worker"]


def packages_of_worker(assignment: Assignment) -> tuple[str, ...]:
    """The folders that a learner's process must be able to read besides Python's own: what public cells import.

    Never the folder that a package was found in: beside it may lie the solutions. Nor what a test imports.
    """
    return _folders(frozenset(cell.released for cell in assignment.cells if cell.runs and cell.kind is not Kind.TEST))


def packages_of_checker(assignment: Assignment) -> tuple[str, ...]:
    """The folders that the checker must be able to read besides Python's own."""
    return _folders(frozenset(cell.source for cell in assignment.cells if cell.runs))


@lru_cache(maxsize=64)
def _folders(texts: frozenset[str]) -> tuple[str, ...]:
    names = {name for text in texts for name in _imported(text)}
    return tuple(sorted({folder for name in names for folder in _folder(name)}))


def _imported(text: str) -> Iterator[str]:
    """The top-level packages that a cell imports, in functions as well."""
    with suppress(SyntaxError, ValueError, RecursionError, MemoryError):
        for node in ast.walk(parse(plain_python(text))):
            if isinstance(node, ast.Import):
                yield from (alias.name.partition(".")[0] for alias in node.names)
            elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
                yield node.module.partition(".")[0]


def _folder(name: str) -> Iterator[str]:
    """Where a package lies, if that is elsewhere. Nothing of it is run to find out."""
    with suppress(ImportError, ValueError):
        spec = find_spec(name)
        if spec and spec.origin and spec.submodule_search_locations:
            folder = Path(spec.origin).resolve().parent
            if not any(folder.is_relative_to(prefix) for prefix in (sys.prefix, sys.base_prefix)):
                yield str(folder)
