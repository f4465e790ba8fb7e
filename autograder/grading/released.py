"""What a cell of the instructor's notebook looks like in the learner's: nbgrader's rules, without nbgrader."""

from __future__ import annotations

import re

__all__ = ["HIDDEN_MARK", "SOLUTION_MARK", "released_text"]

HIDDEN_MARK, SOLUTION_MARK = "### BEGIN HIDDEN TESTS", "### BEGIN SOLUTION"
_SOLUTION = (SOLUTION_MARK, "### END SOLUTION")
_TESTS = (HIDDEN_MARK, "### END HIDDEN TESTS")
_STUBS = {
    "sql": "-- Write your query here.",
    "python-value": "# Write your answer here.",
    "python": "# Write your code here, then remove the next line.\nraise NotImplementedError",
    "text": "YOUR ANSWER HERE",
}


def released_text(source: str, *, code: bool, answer: bool) -> str:
    """The text that the release step leaves of a cell.

    Args:
        source: the instructor's text.
        code: whether it is a code cell.
        answer: whether the learner answers in it; without a solution region it then becomes a stub as a whole.
    """
    text = _without(source, _TESTS, stub=False, code=code)
    cleared = _without(text, _SOLUTION, stub=True, code=code)
    if answer and _SOLUTION[0] not in text:
        return _stub_for(text, "", code)
    return cleared


def _without(source: str, marks: tuple[str, str], *, stub: bool, code: bool) -> str:
    """Cut out the regions between two marks."""
    begin, end = marks
    kept: list[str] = []
    inside = False
    for line in source.split("\n"):
        if begin in line:
            inside = True
            indent = re.match(r"\s*", line)[0]  # type: ignore[index]  # it matches anything
            if stub:
                kept += [indent + part for part in _stub_for(source, indent, code).split("\n")]
        elif end in line:
            inside = False
        elif not inside:
            kept.append(line)
    return "\n".join(kept)


def _stub_for(source: str, indent: str, code: bool) -> str:
    if not code:
        return _STUBS["text"]
    if source.lstrip().startswith("%%sql"):
        return _STUBS["sql"]
    return _STUBS["python" if indent else "python-value"]
