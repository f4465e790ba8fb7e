"""The autograded notebook that an instructor reads: the master's cells, the learner's answers, what running them gave.

It stands where ``nbgrader autograde`` would have put it, so formgrader and ``nbgrader generate_feedback`` find it. What
a learner's code printed is kept as plain text only, and an answer in Markdown is shown as it was written, not rendered:
no markup of a learner reaches an instructor's browser. Invisible characters are written out; a flood is cut.
"""

from __future__ import annotations

import json
import re
from collections import deque
from collections.abc import Iterator, Mapping, Sequence
from html import escape
from typing import Any

from autograder.display import as_html
from autograder.files import Encoded, json_text
from autograder.grading.assignment import Kind, grade_id_of
from autograder.grading.released import HIDDEN_MARK
from autograder.grading.run import RanCell
from autograder.grading.session import Graded
from autograder.grading.submission import Submission
from autograder.results import CheckResult, SubmissionResult
from autograder.visible import clipped, output_text, visible

__all__ = ["Form"]

RawCell = dict[str, Any]

_MOST_FREE = 200  # cells of a learner's own
_MOST_LINES, _MOST_CHARACTERS = 5_000, 64 << 10  # of a cell's text


class Form:
    """An instructor's notebook, to be filled in for one learner after the other.

    Most of it is the same for all, and is written as JSON once.

    Args:
        source: the notebook.
    """

    def __init__(self, source: Mapping[str, Any]) -> None:
        self._frame = {name: value for name, value in source.items() if name != "cells"}
        self._cells = [_FormCell(cell) for cell in source["cells"]]
        self._ids = frozenset(cell["id"] for cell in source["cells"] if "id" in cell)

    def filled(self, submission: Submission, graded: Graded) -> str:
        """Put a graded submission together as the text of a notebook.

        Args:
            submission: what the learner handed in.
            graded: what running and checking it gave.
        """
        ran = {cell.grade_id: cell for cell in graded.cells if cell.kind is not Kind.FREE}
        free, more = _first_free(submission.free)
        printed = _printed_by_free_cells(graded.cells)
        cells: list[RawCell | Encoded] = [_free_cell(source, printed) for source in _all_of(free, "")]
        anchor = ""
        for cell in self._cells:
            if cell.grade_id:
                cells += [_free_cell(source, printed) for source in _all_of(free, anchor)]
                cells += _prose_cells(submission, anchor)
                anchor = cell.grade_id
                cells.append(_graded_cell(cell, submission, ran.get(anchor), graded.result))
            elif cell.raw["cell_type"] != "code":
                cells.append(cell.written())
            elif free.get(anchor):  # the learner's cells take the places of the author's examples
                cells.append(_free_cell(free[anchor].popleft(), printed))
        cells += [_free_cell(source, printed) for source in _all_of(free, anchor)]
        cells += _prose_cells(submission, anchor)
        if more:
            note = f"*{more:,} more cells of the learner's own are not shown.*"
            cells.append({"cell_type": "markdown", "metadata": {}, "source": [note]})
        return json_text(self._frame | {"cells": self._numbered(cells)})

    def _numbered(self, cells: Sequence[RawCell | Encoded]) -> list[RawCell | Encoded]:
        """Give every cell that has none an id of its own: nbformat wants them unique."""
        names = (f"free-{number:03}" for number in range(len(cells) + len(self._ids) + 1))
        fresh = (name for name in names if name not in self._ids)
        return [cell if isinstance(cell, Encoded) or "id" in cell else cell | {"id": next(fresh)} for cell in cells]


class _FormCell:
    """A cell of the instructor's. ``raw`` is what the notebook holds; nobody changes it."""

    def __init__(self, raw: RawCell) -> None:
        self.raw, self.grade_id = raw, grade_id_of(raw)
        self._open = ""  # the cell as JSON but for its outputs and the last bracket, once it is asked for

    def written(self, **own: list[Any]) -> RawCell | Encoded:
        """The cell with a learner's ``outputs``, or as it is."""
        if "id" not in self.raw:
            return self.raw | own
        if not self._open:
            rest = {name: value for name, value in self.raw.items() if name != "outputs"}
            self._open = json.dumps(rest, ensure_ascii=False)[:-1]
        outputs = own.get("outputs", self.raw.get("outputs"))
        last = "" if outputs is None else f', "outputs": {json.dumps(outputs, ensure_ascii=False)}'
        return Encoded(f"{self._open}{last}}}")


def _first_free(free: Mapping[str, Sequence[str]]) -> tuple[dict[str, deque[str]], int]:
    """The learner's own cells by what they stand behind, and how many are left out."""
    found: dict[str, deque[str]] = {}
    left = _MOST_FREE
    for anchor, sources in free.items():
        found[anchor] = deque(sources[:left])
        left -= len(found[anchor])
    return found, sum(map(len, free.values())) - (_MOST_FREE - left)


def _all_of(free: Mapping[str, deque[str]], anchor: str) -> Iterator[str]:
    """Take every cell that is still left behind an anchor."""
    left = free.get(anchor, deque())
    while left:
        yield left.popleft()


def _printed_by_free_cells(cells: Sequence[RanCell]) -> dict[str, deque[RanCell]]:
    """What the learner's own cells printed, by their text: equal cells in the order in which they ran."""
    found: dict[str, deque[RanCell]] = {}
    for cell in cells:
        if cell.kind is Kind.FREE:
            found.setdefault(cell.source, deque()).append(cell)
    return found


def _free_cell(source: str, printed: Mapping[str, deque[RanCell]]) -> RawCell:
    cell: RawCell = {"cell_type": "code", "execution_count": None, "metadata": {}, "source": _lines(_shown(source))}
    ran = printed.get(source)
    return cell | {"outputs": _outputs(ran.popleft()) if ran else []}


def _prose_cells(submission: Submission, anchor: str) -> list[RawCell]:
    """What the learner wrote in cells of their own behind an anchor."""
    texts = submission.prose.get(anchor, ())[:_MOST_FREE]
    return [
        {"cell_type": "markdown", "metadata": {}, "source": _lines(_as_written(text, "markdown"))} for text in texts
    ]


def _graded_cell(
    cell: _FormCell, submission: Submission, ran: RanCell | None, result: SubmissionResult
) -> RawCell | Encoded:
    """One cell of the master: an answer with the learner's text, a test with its result."""
    kind, flags = cell.raw["cell_type"], cell.raw["metadata"]["nbgrader"]
    if not flags.get("solution"):
        if kind != "code":
            return cell.written()
        if flags.get("grade"):
            return cell.written(outputs=[_panel(cell.raw, cell.grade_id, result)])
        return cell.written(outputs=_outputs(ran) if ran else [])
    source = submission.answers.get(cell.grade_id, "")
    text = _lines(source if cell.grade_id in result.unanswered else _as_written(source, kind))
    outputs = {"outputs": _outputs(ran) if ran else []} if kind == "code" else {}
    return cell.raw | {"source": text} | outputs


def _panel(cell: RawCell, grade_id: str, result: SubmissionResult) -> dict[str, Any]:
    """A test cell's output: the float that nbgrader reads and the panel that people read."""
    name = cell["metadata"].get("engineroom", {}).get("question", grade_id)
    hidden = HIDDEN_MARK in "".join(cell["source"])
    groups = next((one.groups for one in result.questions if one.question == name), ())
    own = tuple(group for group in groups if name == grade_id or group.hidden is hidden)
    check = CheckResult(name, own, hidden)
    data = {"text/plain": [repr(float(result.scores.get(grade_id, 0.0)))], "text/html": _lines(as_html(check))}
    return {"output_type": "execute_result", "execution_count": None, "metadata": {}, "data": data}


def _as_written(source: str, cell_type: str) -> str:
    """An answer that nbconvert shows as text: it would run a script in Markdown, and hand on a raw cell untouched."""
    if cell_type == "code":
        return _shown(source)
    if cell_type != "markdown":
        return escape(_shown(source))
    fence = "~" * max([3, *(len(run) + 1 for run in re.findall("~+", source))])
    return f"{fence}\n{_shown(source)}\n{fence}"


def _shown(source: str) -> str:
    return visible(clipped(source, _MOST_LINES, width=_MOST_CHARACTERS, most=_MOST_CHARACTERS))


def _outputs(ran: RanCell) -> list[dict[str, Any]]:
    """What a learner's cell printed and displayed, and the sentence that says why it stopped."""
    shown = [_stream("stdout", visible(output_text(ran.text)))] if ran.text else []
    for number, picture in enumerate(ran.pictures, 1):
        name = f"[picture {number}]"
        if picture:
            data = {"image/png": picture, "text/plain": [name]}
            shown.append({"output_type": "display_data", "metadata": {}, "data": data})
        else:
            shown.append(_stream("stdout", f"{name} [image not shown]\n"))
    if ran.problem:
        shown.append(_stream("stderr", visible(ran.problem) + "\n"))
    return shown


def _stream(name: str, text: str) -> dict[str, Any]:
    return {"output_type": "stream", "name": name, "text": _lines(text)}


def _lines(text: str) -> list[str]:
    return text.splitlines(keepends=True)
