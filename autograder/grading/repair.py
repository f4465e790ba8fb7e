"""Sort a submission's cells by the instructor's notebook, and put right what went wrong on the way."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from autograder.grading.assignment import Assignment, Cell, Kind
from autograder.grading.names import bound_by
from autograder.grading.salvage import Loose, Salvaged

__all__ = ["Sorted", "sort_cells"]


@dataclass(frozen=True, slots=True)
class Sorted:
    """What counts of a submission.

    ``answers`` holds a text for every answer cell of the assignment. ``free`` holds the learner's other code cells by
    the grade id that they stand behind; "" is the notebook's beginning. ``known`` counts the answer cells that were
    found: without any it's another module's notebook. ``prose`` holds the learner's own Markdown cells in the same way:
    in a plain nbgrader notebook they may be what a task asks for.
    """

    answers: Mapping[str, str]
    free: Mapping[str, tuple[str, ...]]
    repairs: tuple[str, ...]
    known: int
    prose: Mapping[str, tuple[str, ...]] = field(default_factory=dict)


def sort_cells(found: Salvaged, assignment: Assignment) -> Sorted:
    """Take the learner's answers and free cells; everything else is the instructor's, whatever was handed in."""
    return _Sorter(found, assignment).sort()


class _Sorter:
    """One submission being sorted."""

    def __init__(self, found: Salvaged, assignment: Assignment) -> None:
        self._assignment = assignment
        self._kernel = found.kernel
        self._repairs = list(found.repairs)
        by_id = assignment.by_id
        self._pieces: dict[str, list[Loose]] = {}
        self._free: list[tuple[str, Loose]] = []  # each with the grade id before it
        self._prose: list[tuple[str, Loose]] = []  # the same
        last = ""
        for cell in found.cells:
            if cell.grade_id in by_id:
                last = cell.grade_id
                self._pieces.setdefault(last, []).append(cell)
            elif cell.cell_type == "code":
                self._free.append((last, cell))
            elif cell.cell_type == "markdown" and assignment.plain:
                self._prose.append((last, cell))

    def sort(self) -> Sorted:
        if self._kernel and "python" not in self._kernel.lower():
            self._say(f"The notebook was saved for the kernel {self._kernel!r}; it was graded with Python.")
        self._drop_locked_cells_without_id()
        answers, known = {}, 0
        for cell in self._assignment.answers:
            source = self._answer(cell)
            known += source is not None
            answers[cell.grade_id] = self._starter(cell) if source is None else source
        self._report_locked_cells()
        return Sorted(answers, _by_anchor(self._free), tuple(self._repairs), known, self._own_prose())

    def _own_prose(self) -> dict[str, tuple[str, ...]]:
        """The learner's own Markdown cells: the author's may stand among them."""
        theirs = {_squeezed(cell.released) for cell in self._assignment.cells if cell.kind is Kind.MARKDOWN}
        return _by_anchor([pair for pair in self._prose if _squeezed(pair[1].source) not in theirs | {""}])

    def _say(self, sentence: str) -> None:
        self._repairs.append(sentence)

    def _answer(self, cell: Cell) -> str | None:
        """The text of one answer; None if it isn't there."""
        pieces = self._pieces.get(cell.grade_id)
        if not pieces:
            return self._lost_answer(cell)
        name = _name(cell)
        if any(piece.cell_type != cell.cell_type for piece in pieces):
            kind = next(piece.cell_type for piece in pieces if piece.cell_type != cell.cell_type)
            self._say(f"{name} had become a {kind} cell; its text was taken as {_called(cell.cell_type)}.")
        versions = list(_joined(pieces))
        if len(versions) < len(pieces):
            self._say(f"{name} had been split in pieces; they were put together.")
        if len(versions) == 1:
            return versions[0]
        touched = [text for text in versions if not self._assignment.untouched(cell.grade_id, text)]
        self._say(f"{name} was there {len(versions)} times; the last one with an answer was graded.")
        return touched[-1] if touched else versions[-1]

    def _lost_answer(self, cell: Cell) -> str | None:
        """Find an answer that has lost its grade id by what it defines."""
        names = cell.bound.names
        fits = [pair for pair in self._free if names and names <= bound_by(pair[1].source).names]
        if len(fits) != 1:
            return None
        self._free.remove(fits[0])
        self._say(f"{_name(cell)} had lost its grade id; it was recognised by what it defines.")
        return fits[0][1].source

    def _starter(self, cell: Cell) -> str:
        self._say(f"{_name(cell)} is missing; it was graded as not answered.")
        return cell.released

    def _drop_locked_cells_without_id(self) -> None:
        """A locked cell that only lost its metadata isn't the learner's code: the instructor's is run anyway."""
        texts = {
            _squeezed(cell.released)
            for cell in self._assignment.cells
            if cell.kind in (Kind.SETUP, Kind.TEST) and cell.grade_id not in self._pieces
        }
        self._free = [pair for pair in self._free if _squeezed(pair[1].source) not in texts]

    def _report_locked_cells(self) -> None:
        """Say which setup and test cells were changed or are gone."""
        gone, changed = [], []
        for cell in self._assignment.cells:
            if cell.kind not in (Kind.SETUP, Kind.TEST) or not cell.grade_id:
                continue
            pieces = self._pieces.get(cell.grade_id)
            if not pieces:
                gone.append(_name(cell))
            elif not any(_same(piece, cell) for piece in pieces):
                changed.append(_name(cell))
        for names, what in ((gone, "missing"), (changed, "changed")):
            if names:
                first, *rest = names
                verb, original = ("was", "the original was") if not rest else ("were", "the originals were")
                others = "".join(f", {name[0].lower()}{name[1:]}" for name in rest)
                self._say(f"{first}{others} {verb} {what}; {original} used.")


def _by_anchor(cells: Iterable[tuple[str, Loose]]) -> dict[str, tuple[str, ...]]:
    """Texts by the grade id before them."""
    found: dict[str, tuple[str, ...]] = {}
    for anchor, loose in cells:
        found[anchor] = (*found.get(anchor, ()), loose.source)
    return found


def _joined(pieces: Sequence[Loose]) -> Iterator[str]:
    """Put together pieces that stand side by side, unless a later one begins as the first does: that is a copy."""
    run: list[Loose] = []
    for piece in pieces:
        if run and (piece.place != run[-1].place + 1 or _first_line(piece) == _first_line(run[0])):
            yield _together(run)
            run = []
        run.append(piece)
    yield _together(run)


def _together(run: Iterable[Loose]) -> str:
    return "\n".join(piece.source for piece in run)


def _first_line(piece: Loose) -> str:
    return next((line.strip() for line in piece.source.split("\n") if line.strip()), "")


def _same(piece: Loose, cell: Cell) -> bool:
    """Whether a locked cell is as it was handed out, or, in an instructor's own copy, as it was written."""
    if piece.cell_type != cell.cell_type:
        return False
    return _squeezed(piece.source) in (_squeezed(cell.released), _squeezed(cell.source))


def _squeezed(text: str) -> str:
    return "\n".join(line.rstrip() for line in text.strip().split("\n"))


def _name(cell: Cell) -> str:
    """The cell in words that a learner knows."""
    if cell.kind is Kind.SETUP:
        return f"The setup cell {cell.grade_id}"
    what = {Kind.ANSWER: "answer", Kind.TEST: "hidden check" if cell.hidden else "check"}[cell.kind]
    return f"The {what} cell of {cell.question}"


def _called(cell_type: str) -> str:
    return "code" if cell_type == "code" else "text"
