"""Small assignments to grade: made in memory, written as nbgrader would."""

from __future__ import annotations

import json
import socket
import subprocess
import sys
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import pytest

from autograder.grading.assignment import Assignment
from autograder.grading.limits import Limits
from autograder.grading.plain import plain_assignment
from autograder.grading.plain_session import grade_plain
from autograder.grading.session import Graded, grade_submission
from autograder.grading.submission import Submission
from autograder.grading.wire import Channel

BEGIN, END = "### BEGIN SOLUTION", "### END SOLUTION"
Cell = dict[str, Any]


class Maker:
    """Builds notebooks, and grades answers to them."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.limits = Limits(call=1.0, cell=1.5, submission=30.0)

    def code(self, source: str, grade_id: str = "", question: str = "", **flags: Any) -> Cell:
        metadata: dict[str, Any] = {}
        if grade_id:
            known = {"grade": False, "solution": False, "locked": False, "schema_version": 3, "grade_id": grade_id}
            metadata["nbgrader"] = known | flags
        if question:
            metadata["engineroom"] = {"question": question}
        source = source.strip("\n")
        return {
            "cell_type": "code",
            "metadata": metadata,
            "source": source,
            "outputs": [],
            "execution_count": None,
            "id": grade_id or "x",
        }

    def text(self, source: str, question: str = "") -> Cell:
        cell = self.code(source, f"{question}_prompt" if question else "", question, locked=True)
        return {key: cell[key] for key in ("metadata", "source", "id")} | {"cell_type": "markdown"}

    def setup(self, source: str, name: str = "setup") -> Cell:
        return self.code(source, name, locked=True)

    def answer(self, question: str, source: str) -> Cell:
        return self.code(source, f"{question}_answer", question, solution=True)

    def solved(self, question: str, solution: str, before: str = "", indent: str = "") -> Cell:
        """An answer cell with a solution region."""
        lines = [BEGIN, *solution.strip("\n").split("\n"), END]
        return self.answer(question, "\n".join(filter(None, [before, *(indent + line for line in lines)])))

    def check(self, question: str, body: str, points: float = 1, name: str = "works") -> Cell:
        body = "\n".join("    " + line for line in body.strip().split("\n"))
        source = f"q = Question({question!r})\nwith q.check({name!r}, points={points}):\n{body}\nq.result()"
        return self.code(source, f"{question}_check", question, grade=True, locked=True, points=points)

    def hidden(self, question: str, body: str, points: float = 1, name: str = "hidden") -> Cell:
        cell = self.check(question, body, points, name)
        source = cell["source"].replace(f"Question({question!r})", f"Question({question!r}, hidden=True)")
        source = f"# Hidden checks.\n### BEGIN HIDDEN TESTS\n{source}\n### END HIDDEN TESTS"
        return self.code(source, f"{question}_hidden", question, grade=True, locked=True, points=points)

    def write(self, *cells: Cell, name: str = "unit.ipynb", **metadata: Any) -> Path:
        path = self.folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(json.dumps({"nbformat": 4, "nbformat_minor": 5, "metadata": metadata, "cells": list(cells)}))
        return path

    def assignment(self, *cells: Cell) -> Assignment:
        return Assignment.read(self.write(*cells))

    def released(self, assignment: Assignment) -> list[Cell]:
        """The cells as a learner gets them."""
        raw = json.loads((self.folder / f"{assignment.module}.ipynb").read_text())["cells"]
        return [{**one, "source": cell.released} for one, cell in zip(raw, assignment.cells, strict=True)]

    def grade(
        self,
        assignment: Assignment,
        answers: Mapping[str, str],
        free: Mapping[str, tuple[str, ...]] | None = None,
        **options: Any,
    ) -> Graded:
        full = {cell.grade_id: cell.released for cell in assignment.answers}
        full |= {f"{question}_answer": source for question, source in answers.items()}
        limits = options.pop("limits", self.limits)
        return grade_submission(assignment, Submission("ann", full, free or {}), limits, **options)


@pytest.fixture
def make(tmp_path: Path) -> Maker:
    return Maker(tmp_path)


def doubling_in(make: Maker) -> Assignment:
    """One question about a function, with a visible and a hidden check of a point each, and a second about a value."""
    return make.assignment(
        make.text("# Doubling"),
        make.setup("from autograder import Question, raises, same_value\nlimit = 10"),
        make.text("## q1 Twice as much\nText.", "q1"),
        make.solved("q1", "return 2 * x", before="def double(x):", indent="    "),
        make.check("q1", "same_value(double(2), 4, of='double(2)')"),
        make.hidden("q1", "same_value(double(21), 42)\nsame_value(double(-1), -2)"),
        make.solved("q2", "small = [1, 2, 3]"),
        make.check("q2", "same_value(small, [1, 2, 3], of='small')"),
    )


@pytest.fixture
def doubling(make: Maker) -> Assignment:
    """See `doubling_in`."""
    return doubling_in(make)


@pytest.fixture(scope="module")
def doubling_class(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A course with the module `unit`, and a folder `submitted` with nobody in it."""
    make = Maker(tmp_path_factory.mktemp("class"))
    released = make.released(doubling_in(make))
    source = make.folder / "unit.ipynb"
    cells = {"solutions": json.loads(source.read_text())["cells"], "exercises": released}
    for kind, found in cells.items():
        make.write(*found, name=f"{kind}/unit/unit.ipynb")
    source.unlink()
    (make.folder / "submitted").mkdir()
    return make.folder


class Process:
    """A worker process, asked directly."""

    def __init__(self, folder: Path) -> None:
        ours, theirs = socket.socketpair()
        limits = json.dumps(Limits(output=1000).to_json())
        program = (
            "import json, sys; from autograder.grading.worker import main; "
            "main([int(sys.argv[1])], json.loads(sys.argv[2]))"
        )
        with theirs:
            self.process = subprocess.Popen(
                [sys.executable, "-I", "-c", program, str(theirs.fileno()), limits],
                pass_fds=[theirs.fileno()],
                env={"HOME": str(folder), "IPYTHONDIR": str(folder / "ipython"), "LANG": "C.UTF-8"},
                cwd=folder,
                stdin=subprocess.DEVNULL,
            )
        self.channel = Channel(ours)
        assert self.channel.receive(30) == {"ready": True}

    def ask(self, op: str, **fields: Any) -> dict[str, Any]:
        reply = self.channel.ask({"n": 1, "op": op, **fields}, 10)
        assert reply.pop("n") == 1
        return reply

    def run(self, source: str) -> dict[str, Any]:
        return self.ask("run", source=source)

    def lent(self, name: str) -> int:
        """The number of a function of the learner's."""
        return int(self.ask("get", name=name)["value"]["id"])

    def close(self) -> None:
        self.channel.close()
        self.process.wait(10)


@pytest.fixture(scope="module")
def worker(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Process]:
    process = Process(tmp_path_factory.mktemp("worker"))
    yield process
    process.close()


class PlainMaker:
    """Builds plain nbgrader assignments of answers and tests, and grades answers to them."""

    def __init__(self) -> None:
        self.limits = Limits(call=2.0, cell=3.0, submission=60.0)

    def cell(self, source: str, grade_id: str = "", kind: str = "code", **flags: Any) -> Cell:
        known = {"grade": False, "solution": False, "locked": False, "schema_version": 3, "grade_id": grade_id}
        metadata = {"nbgrader": known | flags} if grade_id else {}
        return {"cell_type": kind, "metadata": metadata, "source": source}

    def answer(self, name: str, solution: str, starter: str = "raise NotImplementedError()") -> tuple[Cell, str]:
        return self.cell(solution, name, solution=True), starter

    def test(self, name: str, source: str, visible: str | None = None, points: float = 1) -> tuple[Cell, str]:
        return self.cell(source, name, grade=True, locked=True, points=points), source if visible is None else visible

    def locked(self, source: str, name: str = "setup") -> tuple[Cell, str]:
        return self.cell(source, name, locked=True), source

    def free(self, source: str, kind: str = "code") -> tuple[Cell, str]:
        return self.cell(source, kind=kind), source

    def assignment(self, *cells: tuple[Cell, str], files: Mapping[str, bytes] | None = None) -> Assignment:
        solved = [cell for cell, _ in cells]
        released = [{**cell, "source": source} for cell, source in cells]
        return plain_assignment("unit", solved, released, files or {})

    def grade(self, assignment: Assignment, answers: Mapping[str, str] | None = None) -> Graded:
        """Grade answers by grade id; those left out are the author's own."""
        full = {cell.grade_id: cell.source for cell in assignment.answers} | dict(answers or {})
        return grade_plain(assignment, Submission("ann", full, assignment.free), self.limits)


@pytest.fixture
def plain() -> PlainMaker:
    return PlainMaker()
