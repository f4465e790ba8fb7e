"""The learner's notebook, made from the source notebook by nbgrader's own classes.

Needs nbgrader and nothing of the author's tools: `nbgrader_config.py` and the gradebook use it, too.
"""

from __future__ import annotations

from typing import Any

from nbconvert.exporters import NotebookExporter
from nbformat import NotebookNode
from nbgrader.preprocessors import (
    CheckCellMetadata,
    ClearHiddenTests,
    ClearMarkScheme,
    ClearOutput,
    ComputeChecksums,
    LockCells,
    SaveCells,
)
from nbgrader.preprocessors import ClearSolutions as NbgraderClearSolutions
from traitlets import Dict
from traitlets.config import Config

from autograder.notebooks.markers import BEGIN_SOLUTION

__all__ = ["RELEASE", "ClearSolutions", "release_text"]

_NotebookExporter: Any = NotebookExporter  # it says that it is typed, and is not


class ClearSolutions(NbgraderClearSolutions):  # type: ignore[misc]
    """nbgrader's ClearSolutions with a stub that fits the answer: SQL text, a value, or the body of a function."""

    code_stub = Dict(
        {
            "sql": "-- Write your query here.",
            "python-value": "# Write your answer here.",
            "python": "# Write your code here, then remove the next line.\nraise NotImplementedError",
        },
        help="The text that replaces a solution region, by kind of answer",
    ).tag(config=True)

    def _replace_solution_region(self, cell: NotebookNode, language: str) -> bool:
        """Choose the stub by the cell, then do what nbgrader does."""
        kind = _stub_kind(cell.source) if language == "python" else language
        return bool(super()._replace_solution_region(cell, kind))


def _stub_kind(source: str) -> str:
    """The stub that fits the cell's solution region."""
    if source.startswith("%%sql"):
        return "sql"
    begin = next((line for line in source.split("\n") if line.strip() == BEGIN_SOLUTION), "")
    return "python" if begin[:1].isspace() else "python-value"


# nbgrader's own chain for `generate_assignment`, without header files and generated tests, which this course has none
# of. `nbgrader_config.py` gives the same list to nbgrader.
RELEASE = [
    LockCells,
    ClearSolutions,
    ClearOutput,
    CheckCellMetadata,
    ComputeChecksums,
    SaveCells,
    ClearHiddenTests,
    ClearMarkScheme,
    ComputeChecksums,
    CheckCellMetadata,
]


def release_text(notebook: NotebookNode) -> str:
    """Make the learner's notebook from the source notebook, in memory, with nbgrader's classes and no gradebook."""
    exporter = _NotebookExporter(config=Config({"Exporter": {"default_preprocessors": []}}))
    for step in RELEASE:
        if step is not SaveCells:
            exporter.register_preprocessor(step, enabled=True)
    return str(exporter.from_notebook_node(notebook)[0])
