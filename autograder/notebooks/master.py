"""Read an author's module file into a Module. Every breach of the format is an error with file and line."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from itertools import groupby
from pathlib import Path

from autograder.errors import FormatError
from autograder.notebooks import rules
from autograder.notebooks.cells import Cell, read_cells, split_front_matter
from autograder.notebooks.changes import ChangeError, changed
from autograder.notebooks.model import Module, Passage, Question, Right, Wrong

__all__ = ["Cell", "Module", "Passage", "Question", "Right", "Wrong", "read_module"]

_SINGLE = ("prompt", "answer", "check", "hidden", "hints")
_MANY = ("wrong", "right")
_QUESTION = re.compile(r"([A-Z]\d+\.\d+)\s+(\S+)(?:\s+(.+))?")
_TAG = re.compile(r"[a-z0-9]+(-[a-z0-9]+)*")
_MARKDOWN = ("prompt", "hints")


@dataclass(frozen=True, slots=True)
class _Labelled:
    """A cell with what its title says: the question's id (empty for none), the role and the rest."""

    cell: Cell
    question: str
    role: str
    rest: str = ""


def read_module(path: Path) -> Module:
    """Read one module.

    Args:
        path: the author's file, ``course/a2_one_table/a2_one_table.py``.

    Raises:
        FormatError: the file breaks the format; names file, line, problem and cure.
    """
    path = Path(path)
    if not rules.MODULE_ID.fullmatch(path.stem):
        cure = "Name it like `a2_one_table.py`: a letter from a to e, a digit, then words joined by `_`."
        raise FormatError(path, 1, f"{path.stem!r} isn't a module's name.", cure)
    try:
        text = path.read_text(encoding="utf-8")
    except UnicodeDecodeError as error:
        line = error.object[: error.start].count(b"\n") + 1
        raise FormatError(path, line, "The file isn't UTF-8 text.", "Save it with the encoding UTF-8.") from None
    front = rules.read_front_matter(path, split_front_matter(path, text)[0])
    cells = read_cells(path, text)
    rules.check_readable(cells)
    rules.check_markers(cells)
    return Module(
        id=path.stem,
        path=path,
        title=front["title"],
        minutes=front["minutes"],
        needs=tuple(front["needs"]),
        parts=tuple(_parts(path.stem.partition("_")[0].upper(), cells)),
        front=front,
    )


def _parts(prefix: str, cells: list[Cell]) -> Iterator[Passage | Question]:
    """Put the cells of each question together; refuse ids that repeat, go backwards or belong elsewhere."""
    last = 0
    seen: set[str] = set()
    for name, run in groupby(map(_label, cells), key=lambda label: label.question):
        labels = list(run)
        if not name:
            yield from (Passage(label.role, label.cell) for label in labels)
            continue
        first = labels[0].cell
        module, _, number = name.partition(".")
        if module != prefix:
            cure = f"Its questions are {prefix}.1, {prefix}.2 and so on."
            raise first.fault(f"{name} isn't a question of this module.", cure)
        if name in seen:
            raise _repeated(name, labels)
        if int(number) <= last or number != str(int(number)):
            raise first.fault(f"{name} is out of order: {prefix}.{last} comes before it.", "Number them upwards.")
        seen.add(name)
        last = int(number)
        yield _question(name, labels)


def _label(cell: Cell) -> _Labelled:
    """Read a cell's title."""
    cure = "Use setup, example, or a question's id with " + ", ".join(_SINGLE + _MANY) + "."
    if cell.kind not in ("code", "markdown"):
        raise cell.fault(f"A {cell.kind} cell is neither code nor markdown.", "Write `[markdown]` or nothing.")
    if cell.title in ("", "example", "setup"):
        label = _Labelled(cell, "", "setup" if cell.title == "setup" else "lesson")
    elif (match := _QUESTION.fullmatch(cell.title)) is None:
        raise cell.fault(f"The cell's title {cell.title!r} isn't known.", cure)
    elif match[2] not in _SINGLE + _MANY:
        raise cell.fault(f"The role {match[2]!r} isn't known.", cure)
    else:
        label = _Labelled(cell, match[1], match[2], match[3] or "")
    rules.check_options(cell, label.role)
    _check_kind(label)
    return label


def _check_kind(label: _Labelled) -> None:
    """Refuse markdown where code belongs, the other way round, and names that mean nothing."""
    cell, role = label.cell, label.role
    wanted = "markdown" if role in _MARKDOWN else "code"
    if role != "lesson" and cell.kind != wanted:
        add = "Add `[markdown]` to the `# %%` line." if wanted == "markdown" else "Take `[markdown]` off the line."
        raise cell.fault(f"A {role} cell is {wanted}.", add)
    if role == "setup" and cell.magic:
        raise cell.fault("A setup cell is Python.", "Use an `example` cell for other languages.")
    if role in _SINGLE and label.rest:
        raise cell.fault(f"{label.rest!r} means nothing after `{role}`.", "Delete it.")


def _repeated(name: str, labels: list[_Labelled]) -> FormatError:
    """The error for an id that has been seen before."""
    cell = labels[0].cell
    if any(label.role == "prompt" for label in labels):
        return cell.fault(f"There are two questions {name}.", "Give one of them another number.")
    return cell.fault(f"This cell of {name} isn't adjacent to its others.", "Move it to its question.")


def _question(name: str, labels: list[_Labelled]) -> Question:
    """Make one question from its cells."""
    cells: dict[str, Cell] = {}
    for label in labels:
        if label.role in _SINGLE:
            if label.role in cells:
                raise label.cell.fault(f"{name} has two `{label.role}` cells.", "Put them together, or delete one.")
            cells[label.role] = label.cell
    first = labels[0].cell
    for role in _SINGLE:
        if role not in cells:
            raise first.fault(f"{name} has no `{role}` cell.", f"Add a cell `# %% {name} {role}`.")
    if labels[0].role != "prompt":
        raise first.fault(f"{name} doesn't begin with its prompt.", "Move the prompt to the front.")
    heading = re.fullmatch(rf"#+ {re.escape(name)} +(\S.*)", cells["prompt"].lines[0])
    question = Question(
        id=name,
        title=heading[1].strip() if heading else "",
        type=str(cells["prompt"].options.get("type", "")),
        core=cells["prompt"].options.get("core", False),
        prompt=cells["prompt"],
        answer=cells["answer"],
        check=cells["check"],
        hidden=cells["hidden"],
        hints=rules.split_hints(cells["hints"]),
        hints_cell=cells["hints"],
    )
    rules.check_question(question)
    return _with_variants(question, labels)


def _with_variants(question: Question, labels: list[_Labelled]) -> Question:
    """Add the wrong and right answers."""
    wrong: list[Wrong] = []
    right: list[Right] = []
    for label in labels:
        if label.role in _MANY:
            says, source = _says(question, label), _source(question, label.cell)
            if label.role == "wrong":
                found = Wrong(label.rest, says, source, label.cell.line)
                wrong.append(replace(found, when=rules.read_when(label.cell, found.sql)))
            else:
                right.append(Right(label.rest, says, source, label.cell.line))
    return replace(question, wrong=tuple(wrong), right=tuple(right))


def _source(question: Question, cell: Cell) -> str:
    """A wrong or right answer as a learner would have written it: its comment, then all of the answer."""
    if not cell.options.get("change"):
        return cell.source
    lines = cell.lines
    said = next((at for at, line in enumerate(lines) if not line.startswith("#")), len(lines))
    try:
        return "\n".join([*lines[:said], changed(question.solution, lines[said:])])
    except ChangeError as error:
        raise cell.fault(error.problem, error.cure, at=said + error.line) from None


def _says(question: Question, label: _Labelled) -> str:
    """Check a wrong or right answer's marker line, and return its comment."""
    cell, role = label.cell, label.role
    if not _TAG.fullmatch(label.rest):
        what, example = ("tag", "null-equals") if role == "wrong" else ("name", "isnull")
        got = f"{label.rest!r} isn't a {what}." if label.rest else f"A `{role}` answer needs a {what}."
        raise cell.fault(got, f"Write `# %% {question.id} {role} {example}`: small letters, digits and `-`.")
    if cell.is_sql != question.answer.is_sql:
        cure = 'Add `language="sql"`.' if question.answer.is_sql else 'Take `language="sql"` away.'
        raise cell.fault(f"A `{role}` answer is in the language of the answer.", cure)
    if cell.options.get("change", True) is not True or (cell.is_sql and "change" in cell.options):
        raise cell.fault("`change` is for answers in Python, and is true.", "Write `change=true`, or leave it out.")
    return rules.split_says(cell, role)
