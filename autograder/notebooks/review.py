"""What a careful reader would object to in a module without running any of it."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from autograder.notebooks.cells import Cell
from autograder.notebooks.markers import solution_regions
from autograder.notebooks.model import Module, Passage, Question

__all__ = ["objections"]

# A shorter solution, such as `SELECT 1`, may stand in a lesson by chance.
_SHORTEST = 25
# These are mistaken in more ways than one.
_TWO_WRONG = {"sql-query", "sql-script", "py-function"}
_COMMENTS = {"--": re.compile(r"--.*|/\*.*?\*/"), "#": re.compile(r"#.*")}
_BEFORE = re.compile(r"^[\s>#*-]+")
_BLANKS = re.compile(r"\s+")


@dataclass(frozen=True, slots=True)
class _Public:
    """Lines that learners read, each with its number in the author's file."""

    what: str
    lines: tuple[tuple[int, str], ...]


def objections(module: Module) -> list[str]:
    """Say what is wrong with a module, one sentence each, with file and line.

    A question needs enough wrong and right answers to prove its checks, and its whole solution may stand in nothing
    that learners get: not even in the last hint, which is a solution with a gap.
    """
    public = list(_public(module))
    found = []
    for question in module.questions:
        found += [f"{module.path}:{question.line}: {question.id} {problem}" for problem in _missing(question)]
        for text in public:
            if line := _line_of_solution(question, text):
                cure = "Leave a gap in it." if text.what.startswith("a hint") else "Take it out."
                found.append(f"{module.path}:{line}: {text.what} holds the whole solution of {question.id}. {cure}")
    return found


def _missing(question: Question) -> Iterator[str]:
    """Too few answers that must lose, or that must pass."""
    least = 2 if question.type in _TWO_WRONG else 1
    if len(question.wrong) < least:
        yield f"needs {least} `wrong` answer{'s' * (least > 1)} or more; it has {len(question.wrong) or 'none'}."
    if not question.right:
        yield "needs a `right` answer: an unusual one that must pass."


def _public(module: Module) -> Iterator[_Public]:
    """Everything of a module that learners read, cell by cell."""
    for part in module.parts:
        if isinstance(part, Passage):
            yield _cell(f"this {part.role} cell", part.cell)
            continue
        yield _cell(f"the prompt of {part.id}", part.prompt)
        yield _cell(f"a hint of {part.id}", part.hints_cell)
        yield _cell(f"the check of {part.id}", part.check)
        inside = {at for region in solution_regions(part.answer.lines) for at in range(region.begin, region.end + 1)}
        starter = _cell(f"the starter of {part.id}", part.answer)
        kept = (line for at, line in enumerate(starter.lines, start=1) if at not in inside)
        yield _Public(starter.what, tuple(kept))


def _cell(what: str, cell: Cell) -> _Public:
    return _Public(what, tuple(enumerate(cell.lines, start=cell.first)))


def _line_of_solution(question: Question, text: _Public) -> int:
    """The line on which the whole solution begins; 0 when it isn't there."""
    sign = "--" if question.answer.is_sql else "#"
    regions = [region.lines for region in solution_regions(question.answer.lines)]
    pieces = ["\n".join(_without_comment(line, sign) for line in lines) for lines in regions]
    if len(" ".join("\n".join(pieces).split()).rstrip("; ")) < _SHORTEST:
        return 0
    wanted = [_squeezed(piece).rstrip(";") for piece in pieces]
    # Once as code, without its comments; once as prose, or as code that is commented out.
    for lines in (
        [(number, _without_comment(line, sign)) for number, line in text.lines],
        [(number, _BEFORE.sub("", line)) for number, line in text.lines],
    ):
        parts = [(number, _squeezed(line)) for number, line in lines]
        whole = "".join(part for _, part in parts)
        if all(piece in whole for piece in wanted):
            return _line_at(parts, whole.index(wanted[0]))
    return 0


def _without_comment(line: str, sign: str) -> str:
    return _COMMENTS[sign].sub("", line)


def _squeezed(text: str) -> str:
    """The text without blanks and case, so that a statement is found however it is laid out."""
    return _BLANKS.sub("", text).casefold()


def _line_at(parts: list[tuple[int, str]], at: int) -> int:
    for number, part in parts:
        if at < len(part):
            return number
        at -= len(part)
    return 0
