"""Parse Python source, from any thread, and find that of a learner's function.

CPython counts the depth of the tree that ``ast.parse`` builds in one place for all threads. When garbage collection
lets another thread in halfway, the count is off: ``SystemError: AST constructor recursion depth mismatch`` (seen in
CPython 3.11.7 while grading two submissions at a time). So only one thread parses at a time.
"""

from __future__ import annotations

import ast
import inspect
import linecache
import threading
from typing import Any

__all__ = ["parse", "source_of"]

_ONE_AT_A_TIME = threading.Lock()


def parse(source: str, filename: str = "<unknown>") -> ast.Module:
    """Parse a module's text as ``ast.parse`` does, with the same errors."""
    with _ONE_AT_A_TIME:
        return ast.parse(source, filename)


def source_of(function: Any) -> str:
    """The text of the cell that defines a learner's function or class; empty when it can't be found.

    In a kernel Python finds it; across the wall the checker has put it on the stand-in. For checks of how something is
    written, where no call can show it: such as a comparison in constant time.
    """
    handed = vars(function).get("__source__") if hasattr(function, "__dict__") else None
    if isinstance(handed, str):
        return handed
    code = getattr(inspect.unwrap(function), "__code__", None)
    return "".join(linecache.getlines(code.co_filename)) if code else ""
