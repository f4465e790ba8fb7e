"""nbgrader's source notebook: the author's cells with nbgrader's metadata."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import nbformat
from nbformat import NotebookNode

from autograder.notebooks.cells import Cell
from autograder.notebooks.markers import BEGIN_HIDDEN, END_HIDDEN
from autograder.notebooks.model import Module, Passage, Question
from autograder.notebooks.points import total_points

__all__ = ["HEAD_OF_CHECK", "HEAD_OF_HIDDEN", "PYTHON", "source_notebook", "to_text"]

# How many lines the builder puts above the author's own in a test cell.
HEAD_OF_CHECK, HEAD_OF_HIDDEN = 1, 2

_nbformat: Any = nbformat  # it says that it is typed, and is not

# The last cells of every notebook. They are the learner's own, so that nothing is lost with them.
_STAND = """\
## Where you stand

The cell below runs every check of this notebook again, tells what is open, and names the next step. The
[course map](../index.ipynb) shows all modules.\
"""
# Under the prompt all three can be opened at any time, on paper and on GitHub, too: when to do so is said, not forced.
_HINTS = ("Hint 1", "Hint 2 (after your second try)", "Hint 3 (after your third try)")
_CHECK_MODULE = """\
from autograder.progress import check_module

check_module()\
"""

# A check is often run before anything else, and then this is all that a learner has to go by.
_NO_SETUP = "# NameError: name 'Question' is not defined? Run the setup cell at the top of the notebook first."

PYTHON = {
    "kernelspec": {"display_name": "Python 3", "language": "python", "name": "python3"},
    "language_info": {"name": "python"},
}


def source_notebook(module: Module, tests: Mapping[tuple[str, str], str]) -> NotebookNode:
    """Make nbgrader's source notebook, the one with solutions and hidden tests.

    Args:
        module: the module as its author wrote it.
        tests: the text of each test cell, by question id and role ("check" or "hidden"), placeholders filled.
    """
    cells: list[NotebookNode] = []
    counts = {"setup": 0, "lesson": 0}
    for part in module.parts:
        if isinstance(part, Passage):
            counts[part.role] += 1
            cells.append(_passage(module.short, part, counts[part.role]))
        else:
            cells += _question(part, tests[part.id, "check"], tests[part.id, "hidden"])
    cells += [
        _cell("markdown", f"{module.short}_where_you_stand", _STAND, {}),
        _cell("code", f"{module.short}_check_module", _CHECK_MODULE, {}),
    ]
    notebook: NotebookNode = _nbformat.from_dict({"nbformat": 4, "nbformat_minor": 5, "metadata": PYTHON})
    notebook["cells"] = cells
    _nbformat.validate(notebook)
    return notebook


def to_text(notebook: NotebookNode) -> str:
    """Write a notebook as nbconvert does: sorted keys, one blank of indentation, a newline at the end."""
    return str(_nbformat.writes(notebook, version=4)).rstrip("\n") + "\n"


def _passage(short: str, part: Passage, count: int) -> NotebookNode:
    """A setup cell, locked; or a lesson cell, which is the learner's own."""
    if part.role == "lesson":
        tags = list(part.cell.options.get("tags", ()))
        stops = part.cell.options.get("fails") and not part.cell.is_sql  # a query shows a notice, not an exception
        if stops and "raises-exception" not in tags:
            tags.append("raises-exception")  # "Run All Cells" goes on behind it
        return _node(part.cell, f"{short}_lesson_{count:02}", part.cell.source, {"tags": tags} if tags else {})
    name = f"{short}_setup" + (f"_{count}" if count > 1 else "")
    metadata = {"engineroom": {"role": "setup"}, "nbgrader": _nbgrader(name, locked=True)}
    return _node(part.cell, name, part.cell.source, metadata)


def _question(question: Question, check: str, hidden: str) -> list[NotebookNode]:
    """The four cells of a question."""
    seen, sealed = total_points(check), total_points(hidden)
    public = f"# Hidden checks of {question.id} run here when your work is graded ({_count(sealed)})."
    hidden = "\n".join([public, BEGIN_HIDDEN, hidden, END_HIDDEN])
    about = {"type": question.type, "core": question.core, "title": question.title}
    return [
        _part(question, question.prompt, "prompt", _prompt(question, seen + sealed), about, locked=True),
        _part(question, question.answer, "answer", question.answer.source, {}, solution=True),
        _part(question, question.check, "check", f"{_NO_SETUP}\n{check}", {}, grade=True, locked=True, points=seen),
        _part(question, question.hidden, "hidden", hidden, {}, grade=True, locked=True, points=sealed),
    ]


def _part(
    question: Question, cell: Cell, role: str, source: str, about: Mapping[str, Any], **flags: bool | float
) -> NotebookNode:
    """One cell of a question, with nbgrader's metadata and ours."""
    name = f"{question.key}_{role}"
    ours = {"question": question.id, "role": role, **about}
    return _node(cell, name, source, {"engineroom": ours, "nbgrader": _nbgrader(name, **flags)})


def _nbgrader(name: str, **flags: bool | float) -> dict[str, Any]:
    """The metadata that nbgrader reads, schema 3."""
    return {"grade": False, "solution": False, "locked": False, **flags} | {
        "grade_id": name,
        "schema_version": 3,
        "task": False,
    }


def _node(cell: Cell, name: str, source: str, metadata: Mapping[str, Any]) -> NotebookNode:
    """A notebook cell made of the author's."""
    return _cell(cell.kind, name, source, metadata)


def _cell(kind: str, name: str, source: str, metadata: Mapping[str, Any]) -> NotebookNode:
    """A notebook cell without outputs."""
    node: dict[str, Any] = {"cell_type": kind, "id": name, "metadata": dict(metadata), "source": source}
    if kind == "code":
        node |= {"execution_count": None, "outputs": []}
    made: NotebookNode = _nbformat.from_dict(node)
    return made


def _prompt(question: Question, points: float) -> str:
    """The prompt with its points under the heading and its hints at the end."""
    heading, _, text = question.prompt.source.partition("\n")
    worth = f"*{_count(points)} · core question ★*" if question.core else f"*{_count(points)}*"
    hints = [
        f"<details><summary>{summary}</summary>\n\n{hint}\n\n</details>"
        for summary, hint in zip(_HINTS, question.hints, strict=True)
    ]
    return "\n\n".join(filter(None, [heading, worth, text.strip("\n"), *hints]))


def _count(points: float) -> str:
    return f"{points:g} point" + ("" if points == 1 else "s")
