"""IPython for the learner's cells: ``%%sql`` and its kind work, nothing of the user's own set-up is read."""

from __future__ import annotations

import warnings
from typing import Any

from IPython.core.displayhook import DisplayHook
from IPython.core.interactiveshell import InteractiveShell
from traitlets import Type
from traitlets.config import Config

from autograder.python_source import parse

__all__ = ["Shell", "make_shell"]


class _Display(DisplayHook):
    """Writes a cell's last value without ``Out[1]:`` before it."""

    def write_output_prompt(self) -> None:
        pass

    def quiet(self) -> bool:
        """Whether the cell ends with a semicolon. IPython looks that up in its history, which is off.

        The semicolon behind a query is the query's own.
        """
        source = self.shell.source if isinstance(self.shell, Shell) else ""
        return not source.lstrip().startswith("%%") and bool(self.semicolon_at_end_of_expression(source))  # type: ignore[no-untyped-call]


class Shell(InteractiveShell):
    """An IPython that reports errors to its caller instead of drawing them."""

    displayhook_class = Type(_Display)
    source = ""

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
        result = self.run_cell(source, store_history=False)  # type: ignore[no-untyped-call]
        error = result.error_before_exec or result.error_in_exec
        return error if isinstance(error, BaseException) else None


def _is_python(source: str) -> bool:
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # running the cell will say it
            parse(source)
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return False
    return True


def make_shell() -> Shell:
    """Start IPython without history: its database would need a file and a thread."""
    config = Config()
    config.HistoryManager.enabled = False
    config.InteractiveShell.colors = "nocolor"
    config.InteractiveShell.cache_size = 0
    shell: Shell = Shell.instance(config=config)
    return shell
