"""Work out what a module's checks compare with: run its setup and its solutions once, write literals."""

from __future__ import annotations

import contextlib
import io
import sys
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any, Protocol

from autograder.errors import EngineRoomError
from autograder.notebooks.cells import Cell
from autograder.notebooks.model import Module, Question
from autograder.notebooks.placeholders import Placeholder, fill, placeholders_of
from autograder.notebooks.suites import StoredSuite, read_suites
from autograder.sql import expected_state
from autograder.sql.small import small_to_json

__all__ = ["ExpectedRows", "filled_tests", "importing_from", "run_setup"]


class ExpectedRows(Protocol):
    """Works out the literal that a visible check compares with, from the solution and the known wrong answers."""

    def __call__(
        self, sql: str, wrong: Sequence[Mapping[str, str]] = ..., *, on: Any, ordered: bool = ...
    ) -> Mapping[str, Any]: ...


def filled_tests(module: Module, course: Path, expected_rows: ExpectedRows) -> dict[tuple[str, str], str]:
    """Fill the placeholders of all test cells.

    Args:
        module: the module as its author wrote it.
        course: the folder from which the setup cells may import, such as ``hopline``.
        expected_rows: works out the expected rows and those of the known wrong answers.

    Returns:
        The text of each test cell, by question id and role.

    Raises:
        FormatError: a setup cell, an ``on=`` or a solution fails; names the line.
    """
    names: dict[str, Any] = {}
    tests = {}
    suites = read_suites(module.path)
    with importing_from(course):
        for question in module.questions:
            visible = placeholders_of(question.check.source, hidden=False)
            if visible and not names:
                names = run_setup(module)
            values = [(place, _visible(question, place, names, expected_rows)) for place in visible]
            tests[question.id, "check"] = _filled(question.check, values)
            sealed = placeholders_of(question.hidden.source, hidden=True)
            hidden = [(place, _hidden(question, place, suites.get(question.id))) for place in sealed]
            tests[question.id, "hidden"] = _filled(question.hidden, hidden)
    return tests


@contextlib.contextmanager
def importing_from(folder: Path) -> Iterator[None]:
    """Let the setup cells import the course's own package even where it isn't installed."""
    sys.path.append(str(folder))
    try:
        yield
    finally:
        sys.path.remove(str(folder))


def run_setup(module: Module) -> dict[str, Any]:
    """Run the setup cells as a notebook would, and return the names they bind."""
    names: dict[str, Any] = {"__name__": "__main__"}
    for cell in module.setup:
        try:
            with contextlib.redirect_stdout(io.StringIO()):
                exec(compile(cell.source, str(module.path), "exec"), names)  # noqa: S102 - the author's own code
        except Exception as error:
            at = _line_within(error, str(module.path)) or getattr(error, "lineno", None)
            raise cell.fault(f"The setup cell fails: {_said(error)}.", "Mend it, then build again.", at) from error
    return names


def _line_within(error: BaseException, filename: str) -> int | None:
    """The last line of the cell that the error passed through."""
    line, trace = None, error.__traceback__
    while trace is not None:
        if trace.tb_frame.f_code.co_filename == filename:
            line = trace.tb_lineno
        trace = trace.tb_next
    return line


def _visible(question: Question, place: Placeholder, names: dict[str, Any], expected_rows: ExpectedRows) -> object:
    """The literal for a visible check: rows, and digests of what known wrong answers give."""
    try:
        on = eval(place.on, names)  # noqa: S307 - the author's own code
    except Exception as error:
        problem = f"`on={place.on}` fails after the setup cells: {_said(error)}."
        raise question.check.fault(problem, "Name a database that a setup cell binds.", at=place.line) from error
    values = _values(question, place, names)
    try:
        rows = (
            expected_state(question.sql, _wrong(question), on=on, values=values)
            if question.type == "sql-script"
            else expected_rows(question.sql, _wrong(question), on=on, ordered=place.ordered)
        )
        return {"answer": question.sql_name, **rows}
    except EngineRoomError as error:
        raise question.answer.fault(f"The solution fails on `{place.on}`: {error}", "Mend the solution.") from error
    except Exception as error:
        raise question.answer.fault(
            f"The solution fails on `{place.on}`: {_said(error)}.", "Mend the solution."
        ) from error


def _values(question: Question, place: Placeholder, names: dict[str, Any]) -> Sequence[Mapping[str, Any]]:
    """What stands for a script's parameters, one mapping for each time that it is run."""
    if not place.values:
        return ({},)
    if question.type != "sql-script":
        raise question.check.fault("Only a script has `values=`.", "Leave them out.", at=place.line)
    try:
        found = eval(place.values, names)  # noqa: S307 - the author's own code
        if found and all(isinstance(one, Mapping) for one in found):
            return list(found)
        raise TypeError("it must be a list of mappings, one for each time that the script is run")
    except Exception as error:
        problem = f"`values={place.values}` fails after the setup cells: {_said(error)}."
        raise question.check.fault(problem, "Name a list that a setup cell binds.", at=place.line) from error


def _hidden(question: Question, place: Placeholder, stored: StoredSuite | None) -> object:
    """The literal for a hidden check: the statements themselves, to be run on any database, and the stored suite."""
    literal = {"answer": question.sql_name, "ordered": place.ordered, "sql": question.sql, "wrong": _wrong(question)}
    return literal | ({"suite": [small_to_json(small) for small in stored.databases]} if stored else {})


def _wrong(question: Question) -> list[dict[str, str]]:
    return [
        {"tag": wrong.tag, "says": wrong.says, "sql": wrong.sql} | ({"when": wrong.when} if wrong.when else {})
        for wrong in question.wrong
    ]


def _filled(cell: Cell, values: Sequence[tuple[Placeholder, object]]) -> str:
    """Put the values in; a value that can't be written is the author's to mend."""
    source = cell.source
    for place, value in values:
        try:
            source = fill(source, place, value)
        except ValueError as error:
            cure = "Let the query give numbers, texts, bytes and NULL only."
            raise cell.fault(f"The expected result can't be written: {error}", cure, at=place.line) from error
    return source


def _said(error: BaseException) -> str:
    return f"{type(error).__name__}: {error}".rstrip(".")
