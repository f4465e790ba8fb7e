"""IPython for the learner's cells: ``%%sql`` and its kind work, nothing of the user's own set-up is read."""

from __future__ import annotations

import os
import sys
import warnings
from collections.abc import Callable
from typing import Any

from IPython.core.displayhook import DisplayHook
from IPython.core.displaypub import DisplayPublisher
from IPython.core.interactiveshell import InteractiveShell
from traitlets import Type
from traitlets.config import Config

from autograder.grading.captured import Pictures
from autograder.grading.query_cell import shown_text, taken_apart
from autograder.python_source import parse

__all__ = ["Shell", "make_shell"]


class _Display(DisplayHook):
    """Writes a cell's last value without ``Out[1]:`` before it, and keeps it if it's a picture."""

    def write_output_prompt(self) -> None:
        pass

    def write_format_data(self, format_dict: dict[str, Any], md_dict: dict[str, Any] | None = None) -> None:
        super().write_format_data(_with_picture_kept(self.shell, format_dict), md_dict)

    def quiet(self) -> bool:
        """Whether the cell ends with a semicolon. IPython looks that up in its history, which is off.

        The semicolon behind a query is the query's own.
        """
        source = self.shell.source if isinstance(self.shell, Shell) else ""
        return not source.lstrip().startswith("%%") and bool(self.semicolon_at_end_of_expression(source))  # type: ignore[no-untyped-call]


class _Publisher(DisplayPublisher):
    """Prints the plain text of what is displayed, and keeps pictures. Everything else rich is dropped."""

    def publish(self, data: Any, metadata: Any = None, *others: Any, **options: Any) -> None:
        super().publish(_with_picture_kept(self.shell, data), metadata, *others, **options)


def _with_picture_kept(shell: object, formats: dict[str, Any]) -> dict[str, Any]:
    said = shell.pictures.take(formats) if isinstance(shell, Shell) else ""
    return {"text/plain": said} if said else formats


class Shell(InteractiveShell):
    """An IPython that reports errors to its caller instead of drawing them. ``pictures`` are the last cell's."""

    displayhook_class = Type(_Display)
    display_pub_class = Type(_Publisher)
    source = ""
    pictures = Pictures()

    def transform_cell(self, raw_cell: str) -> str:
        """Turn IPython's own syntax into Python's. A cell of several lines that is Python already stays as it is.

        IPython takes it apart into tokens again and again to find that out, which is most of the time that a small
        cell takes. One line may be an automagic such as ``who``.
        """
        if "\n" in raw_cell.strip() and not self.input_transformers_post and _is_python(raw_cell):
            return raw_cell if raw_cell.endswith("\n") else raw_cell + "\n"
        text: str = super().transform_cell(raw_cell)  # type: ignore[no-untyped-call]
        return text

    def showtraceback(self, *_args: Any, **_kwargs: Any) -> None:
        pass

    showsyntaxerror = showindentationerror = showtraceback

    def enable_gui(self, gui: str | None = None) -> None:
        """There is no screen."""

    def ask_exit(self) -> None:
        """What ``exit`` without brackets does in a notebook's cell: end the cell."""
        raise SystemExit

    def run(self, source: str) -> BaseException | None:
        """Run one cell; return the exception that ended it, if one did."""
        self.source = source
        self.pictures.clear()
        if query := taken_apart(source):
            magic = self.find_cell_magic("sql")  # type: ignore[no-untyped-call]
            if getattr(magic, "engine_room", False):
                return self._run_query(magic, *query)
        result = self.run_cell(source, store_history=False)  # type: ignore[no-untyped-call]
        error = result.error_before_exec or result.error_in_exec
        return error if isinstance(error, BaseException) else None

    def _run_query(self, magic: Callable[[str, str], object], line: str, body: str) -> BaseException | None:
        """Run a query cell and show its result, as IPython would: there, most of the time goes into the way."""
        try:
            shown = magic(line, body)
            if shown is not None:
                self.user_ns["_"] = shown
                sys.stdout.write(shown_text(shown))
        except BaseException as error:
            return error
        return None


def _is_python(source: str) -> bool:
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # running the cell will say it
            parse(source)
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return False
    return True


def make_shell(pictures: int | None = None) -> Shell:
    """Start IPython without history: its database would need a file and a thread.

    Args:
        pictures: characters of base64 that the pictures of one cell may have together.
    """
    os.environ.setdefault("MPLBACKEND", "module://matplotlib_inline.backend_inline")  # as Jupyter's kernel does
    config = Config()
    config.HistoryManager.enabled = False
    config.InteractiveShell.colors = "nocolor"
    config.InteractiveShell.cache_size = 0
    config.DisplayFormatter.active_types = ["text/plain", "image/png", "image/jpeg"]  # what `_Publisher` keeps
    shell: Shell = Shell.instance(config=config)
    if pictures is not None:
        shell.pictures = Pictures(pictures)
    return shell
