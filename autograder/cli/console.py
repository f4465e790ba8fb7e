"""What all commands share: where the course is, how to print, how to write JSON."""

from __future__ import annotations

import contextlib
import importlib
import importlib.util
import json
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import typer
from rich import box
from rich.console import Console
from rich.table import Table

from autograder.errors import EngineRoomError
from autograder.files import write_text

__all__ = ["JsonOption", "console", "course_root", "need", "print_table", "printable", "save_json"]


class _Terminal(Console):
    """Prints texts without control codes: learners choose names of files, and a name may hold any."""

    def print(self, *objects: Any, **options: Any) -> None:
        super().print(*(printable(one) if isinstance(one, str) else one for one in objects), **options)


def printable(text: str) -> str:
    """Put a mark in place of what a terminal would obey instead of showing it."""
    return "".join(char if char.isprintable() or char == "\n" else "\N{REPLACEMENT CHARACTER}" for char in text)


console = _Terminal(highlight=False, soft_wrap=False)

JsonOption = typer.Option(None, "--json", metavar="FILE", help="Also write the result as JSON.")


def course_root(start: Path | None = None) -> Path:
    """Find the course: the nearest folder upwards that holds ``exercises/``.

    Raises:
        EngineRoomError: when there is none.
    """
    here = (start or Path.cwd()).resolve()
    for folder in (here, *here.parents):
        if (folder / "exercises").is_dir() or (folder / "course").is_dir():
            return folder
    raise EngineRoomError(f"No course here: neither {here} nor a folder above it holds exercises/. Go there first.")


def need(module: str, extra: str) -> None:
    """Stop with the cure when an optional part isn't installed."""
    if importlib.util.find_spec(module) is None:
        raise EngineRoomError(f"This command needs {module}. Install it with: pip install 'engineroom[{extra}]'")
    if module == "nbgrader":
        _spare_a_grammar()


def _spare_a_grammar() -> None:
    """Load jsonschema without its check of international addresses, which no notebook needs.

    nbformat, and so nbgrader, brings it along; the check builds a whole grammar while it is imported, which takes
    longer than everything else that a command does before it begins.
    """
    if "jsonschema" in sys.modules or "rfc3987_syntax" in sys.modules:
        return
    sys.modules["rfc3987_syntax"] = None  # type: ignore[assignment]  # how Python notes that there is none
    with contextlib.suppress(ImportError):
        importlib.import_module("jsonschema")
    del sys.modules["rfc3987_syntax"]


def print_table(title: str, columns: Sequence[str], rows: Sequence[Sequence[str]], right: Sequence[int] = ()) -> None:
    """Print a plain table; ``right`` are the columns (from 0) aligned right."""
    table = Table(title=title, title_justify="left", box=box.SIMPLE_HEAD, pad_edge=False)
    for number, column in enumerate(columns):
        table.add_column(column, justify="right" if number in right else "left", overflow="fold")
    for row in rows:
        table.add_row(*(_plain(cell) for cell in row))
    console.print(table)


def _plain(text: str) -> str:
    """Keep rich from reading markup, and the terminal from reading control codes, in a learner's text."""
    from rich.markup import escape

    return escape(printable(text))


def save_json(path: Path | None, data: Any) -> None:
    """Write ``data`` to ``path`` if one was given."""
    if path is not None:
        write_text(path, json.dumps(data, indent=1, ensure_ascii=False) + "\n")
