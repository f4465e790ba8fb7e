"""Read a question's parts out of notebooks: hints and checks from the learner's, the solution from the other."""

from __future__ import annotations

import ast
import json
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

__all__ = ["Part", "hints_of", "own_answer", "parts", "solution_beside"]

_HINT = re.compile(r"<details><summary>Hint \d[^<]*</summary>\n\n(.*?)\n\n</details>", re.DOTALL)
_MARKERS = ("### BEGIN SOLUTION", "### END SOLUTION")
_SQL = re.compile(r"\s*%%sql[ \t]+(\w+)")
_read: dict[Path, tuple[int, tuple[Part, ...]]] = {}


@dataclass(frozen=True, slots=True)
class Part:
    """One cell of a question; ``role`` is prompt, answer, check or hidden."""

    question: str
    role: str
    source: str


def parts(file: Path) -> tuple[Part, ...]:
    """Return the cells of a notebook that belong to questions; none if it can't be read. It is read once per change."""
    try:
        stamp = file.stat().st_mtime_ns
        if file not in _read or _read[file][0] != stamp:
            _read[file] = stamp, tuple(_parts(json.loads(file.read_text("utf-8"))["cells"]))
    except (OSError, ValueError, KeyError, TypeError, AttributeError):
        return ()
    return _read[file][1]


def hints_of(file: Path | None, question: str) -> Sequence[str]:
    """Return the hints that stand in the released notebook, under the task."""
    for part in parts(file) if file is not None else ():
        if part.question == question and part.role == "prompt":
            return [str(hint) for hint in _HINT.findall(part.source)]
    return ()


def solution_beside(folder: Path | None, question: str) -> str:
    """Return the course's own answer, where this machine has it: in a self-study clone. Empty elsewhere.

    Only a notebook in ``exercises/<module>/`` has solutions beside it, in ``solutions/<module>/``. A class's release
    has no such folder.
    """
    if folder is None or folder.parent.name != "exercises":
        return ""
    file = folder.parent.parent / "solutions" / folder.name / f"{folder.name}.ipynb"
    for part in parts(file):
        if part.question == question and part.role == "answer":
            return "\n".join(line for line in part.source.split("\n") if line.strip() not in _MARKERS)
    return ""


def own_answer(cells: Sequence[str], solution: str) -> str:
    """Find the learner's answer among the cells that ran: the last one that binds what the solution binds."""
    wanted = _bound(solution)
    return next((cell for cell in reversed(cells) if wanted and wanted <= _bound(cell)), "")


def _parts(cells: Any) -> Iterator[Part]:
    for cell in cells:
        ours = cell.get("metadata", {}).get("engineroom", {})
        if "question" in ours and "role" in ours:
            yield Part(str(ours["question"]), str(ours["role"]), "".join(cell["source"]))


def _bound(source: str) -> set[str]:
    """The names that a cell binds at its top level."""
    if query := _SQL.match(source):
        return {query[1]}
    try:
        tree = ast.parse(source)
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return set()
    names = set()
    for node in tree.body:
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef):
            names.add(node.name)
        elif isinstance(node, ast.Assign):
            names |= {one.id for target in node.targets for one in ast.walk(target) if isinstance(one, ast.Name)}
        elif isinstance(node, ast.AnnAssign) and isinstance(node.target, ast.Name):
            names.add(node.target.id)
    return names
