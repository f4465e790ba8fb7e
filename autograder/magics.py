"""The ``%%sql`` cells of a notebook: write a query, run the cell, see the rows."""

from __future__ import annotations

import builtins
import keyword
import re
import sqlite3
import sys
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from autograder.errors import NotAttempted
from autograder.sql.complete import suggestions
from autograder.sql.query import QueryError
from autograder.sql.run import run_query
from autograder.sql.schema import Schema
from autograder.sql.show_script import is_script, show_script
from autograder.sql.text import clean, is_blank
from autograder.sql.view import Notice, Result

if TYPE_CHECKING:
    from IPython.core.completer import CompletionContext
    from IPython.core.interactiveshell import InteractiveShell

__all__ = ["database", "show_results", "use_database"]

DID_NOT_RUN = "The query did not run"
NOTHING_YET = Notice("Write a query, then run this cell again.")

_FIRST_LINE = re.compile(r"\s*%%sql\b[^\n]*(?:\n|\Z)")
_database: sqlite3.Connection | None = None
_shown = True
_scripts = False


def use_database(connection: sqlite3.Connection, *, scripts: bool = False) -> sqlite3.Connection:
    """Make a database the one that this notebook's ``%%sql`` cells ask, and return it.

    In IPython and Jupyter this also makes ``%%sql`` and its completion known; elsewhere it only remembers.

    Args:
        connection: the database. No cell ever changes it.
        scripts: whether cells may hold scripts, several statements that change data or schema. A script runs on a
            private copy, and the cell shows what it changes there.
    """
    global _database, _scripts
    if not isinstance(connection, sqlite3.Connection):
        raise TypeError(f"Expected a sqlite3 connection, got {type(connection).__name__}.")
    _database, _scripts = connection, scripts
    shell = _running_shell()
    if shell is not None:
        _install(shell)
    return connection


def database() -> tuple[sqlite3.Connection | None, bool]:
    """The database that ``%%sql`` cells ask at present, and whether they may hold scripts."""
    return _database, _scripts


def show_results(shown: bool) -> None:
    """Say whether ``%%sql`` cells run their query, for somebody to see; a NAME is kept in any case.

    Running a query changes nothing, so where nobody looks it need not be done.
    """
    global _shown
    _shown = shown


def _running_shell() -> InteractiveShell | None:
    # Whoever runs in IPython has imported it already: a plain process needn't pay for it.
    if "IPython" not in sys.modules:
        return None
    from IPython.core.getipython import get_ipython

    shell: InteractiveShell | None = get_ipython()
    return shell


def _install(shell: InteractiveShell) -> None:
    """Register the magic, its completion and the rule for an empty cell, each once."""
    from IPython.core.completer import context_matcher
    from IPython.core.magic import no_var_expand

    if getattr(shell.magics_manager.magics["cell"].get("sql"), "engine_room", False):
        return

    def sql(line: str, cell: str) -> Result | Notice | None:
        """Run one query on the notebook's database.  %%sql [NAME] also keeps its text under NAME."""
        return run_cell(shell.user_ns, line, cell)

    own: Any = sql
    own.engine_room = True
    register: Any = shell.register_magic_function
    register(no_var_expand(own), magic_kind="cell", magic_name="sql")
    if _body_for_empty_cell not in shell.input_transformers_cleanup:
        shell.input_transformers_cleanup.append(_body_for_empty_cell)
    completer = shell.Completer
    if completer is not None and not any(getattr(other, "engine_room", False) for other in completer.custom_matchers):
        matcher: Any = context_matcher(identifier="engine_room_sql")(complete_cell)
        matcher.engine_room = True
        completer.custom_matchers.append(matcher)


def _body_for_empty_cell(lines: list[str]) -> list[str]:
    """Give a cell that has nothing below ``%%sql`` an empty line there; without one IPython refuses to run it."""
    return [*lines, "\n"] if len(lines) == 1 and re.match(r"%%sql\b", lines[0]) else lines


def run_cell(namespace: dict[str, Any], line: str, cell: str, on: bytes | None = None) -> Result | Notice | None:
    """Run the query of a ``%%sql NAME`` cell and return what to display.

    The text is kept under NAME first, so that the checks see what the learner wrote even if it doesn't run.

    Args:
        namespace: the notebook's names.
        line: what stands behind ``%%sql``.
        cell: the rest of the cell.
        on: another database than the notebook's own, as `autograder.sql.copies.image_of` gives it.
    """
    name = line.strip()
    if problem := _name_problem(name, namespace):
        return Notice(problem, DID_NOT_RUN)
    if name:
        namespace[name] = clean(cell)
    if not _shown:
        return None
    if is_blank(cell):
        return NOTHING_YET
    asked = on or _database
    if asked is None:
        return Notice("Run the setup cell at the top first: there is no database yet.", DID_NOT_RUN)
    try:
        if _scripts and isinstance(asked, sqlite3.Connection) and is_script(cell):
            return show_script(cell, asked, name)
        return Result(run_query(cell, asked), f"Kept as `{name}`." if name else "")
    except QueryError as error:
        return Notice(str(error), DID_NOT_RUN)
    except NotAttempted:
        return NOTHING_YET


def _name_problem(name: str, namespace: Mapping[str, Any]) -> str:
    """Say why a text can't be the name of an answer; empty if it can, or if there is none."""
    if not name:
        return ""
    if not name.isidentifier():
        hint = re.sub(r"\W+", "_", name).strip("_")
        hint = f" Try `%%sql {hint}`." if hint.isidentifier() else ""
        return f"`{name}` can't be a name: letters, digits and _ only, no blank, no digit first.{hint}"
    if keyword.iskeyword(name) or hasattr(builtins, name):
        return f"`{name}` already means something in Python. Try `%%sql {name}_query`."
    if name in namespace and not isinstance(namespace[name], str):
        return (
            f"`{name}` already stands for something else in this notebook. Try `%%sql {name}_query`; "
            f"if the task asks for `{name}`, restart the kernel first."
        )
    return ""


def complete_cell(context: CompletionContext) -> dict[str, Any]:
    """Complete names and keywords in ``%%sql`` cells, and keep Python's own completions out of them."""
    from IPython.core.completer import SimpleCompletion

    first = _FIRST_LINE.match(context.full_text)
    lines = context.full_text.split("\n")
    cursor = sum(len(line) + 1 for line in lines[: context.cursor_line]) + context.cursor_position
    if first is None or cursor < first.end():
        return {"completions": []}
    schema = Schema.of(_database) if _database is not None else Schema({})
    typed, found = suggestions(context.full_text[first.end() :], cursor - first.end(), schema)
    return {
        "completions": [SimpleCompletion(text=suggestion.text, type=suggestion.kind) for suggestion in found],
        "matched_fragment": typed,
        "suppress": True,
        "ordered": True,
    }
