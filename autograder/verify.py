"""Prove a module right by machine: the author's one gate.

Every solution gets full marks; every starter gets less and says "not attempted"; every wrong answer loses points in a
hidden group and shows its tag; every unusual right one passes; lesson cells run; generated files are current; no line
of a solution or a hidden test stands where a learner could read it. Uses the same engine that grades a class.
"""

from __future__ import annotations

import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import asdict, dataclass
from os import cpu_count
from pathlib import Path
from typing import Any

from autograder.display import points_text
from autograder.errors import EngineRoomError, FormatError
from autograder.grading.assignment import Assignment
from autograder.grading.session import Graded, grade_answers
from autograder.notebooks.audit import find_leaks, secret_lines
from autograder.notebooks.build import Built, build, build_module, module_paths
from autograder.notebooks.master import read_module
from autograder.notebooks.model import Module, Question
from autograder.results import Outcome, QuestionResult

__all__ = ["ModuleReport", "Report", "Row", "verify"]

Judge = Callable[[QuestionResult], str]
"""Says what is wrong with how an answer was judged; empty when it was judged as it should be."""


@dataclass(frozen=True, slots=True)
class Row:
    """What was proved about one question, each column in words."""

    question: str
    points: float
    solution: str
    starter: str
    wrong: str
    right: str
    ok: bool


@dataclass(frozen=True, slots=True)
class ModuleReport:
    """One module's rows, in the author's order."""

    name: str
    rows: tuple[Row, ...]
    seconds: float


@dataclass(frozen=True, slots=True)
class Report:
    """Everything `verify` found. ``problems`` are sentences that name the file and line where there is one."""

    modules: tuple[ModuleReport, ...]
    problems: tuple[str, ...]
    seconds: float

    def to_json(self) -> dict[str, Any]:
        return {"schema": "engineroom-verify/1", "ok": not self.problems, **asdict(self)}


@dataclass(frozen=True, slots=True)
class _Trial:
    """One answer to one question, and how it has to be judged."""

    question: Question
    kind: str
    source: str | None  # None: the starter
    line: int
    judge: Judge


def verify(root: Path, names: Sequence[str] | None = None) -> Report:
    """Prove modules of the course at ``root``; all of them when none is named.

    Returns:
        The report; the course is right when it has no problems.

    Raises:
        EngineRoomError: when a named module doesn't exist.
    """
    begun = time.perf_counter()
    modules: list[ModuleReport] = []
    problems: list[str] = []
    secrets: dict[str, str] = {}
    for path in module_paths(root, names):
        try:
            module = read_module(path)
            built = build_module(module, root)
        except FormatError as error:
            problems.append(str(error))
            continue
        report, found = _verify_module(module, built)
        modules.append(report)
        problems += found
        secrets |= secret_lines(module)
    problems += [str(change) for change in build(root, names, check_only=True)]
    problems += _leaks(root, secrets)
    return Report(tuple(modules), tuple(problems), time.perf_counter() - begun)


# --- answers ---------------------------------------------------------------------------------------------------------


def _verify_module(module: Module, built: Built) -> tuple[ModuleReport, list[str]]:
    """Try every answer that the author wrote down.

    Answers to different questions share a run: the first run takes every solution, the second every starter, the third
    the first wrong answer of each question, and so on.
    """
    begun = time.perf_counter()
    trials = {question.id: list(_trials(question)) for question in module.questions}
    rounds = [
        {name: tried[number] for name, tried in trials.items() if number < len(tried)}
        for number in range(max(map(len, trials.values()), default=0))
    ]
    with tempfile.TemporaryDirectory() as folder:
        assignment = _assignment(module, built, Path(folder))
        with ThreadPoolExecutor(cpu_count()) as pool:
            graded = list(pool.map(lambda tried: _run(assignment, tried), rounds))
    problems = _lesson_problems(module, graded[0]) if graded else []
    verdicts: dict[str, list[tuple[_Trial, str]]] = {name: [] for name in trials}
    for tried, run in zip(rounds, graded, strict=True):
        for result in run.result.questions:
            if trial := tried.get(result.question):
                verdicts[result.question].append((trial, _complaint(trial, result)))
    problems += [
        f"{module.path}:{trial.line}: {trial.question.id}, {trial.kind}: {complaint}"
        for judged in verdicts.values()
        for trial, complaint in judged
        if complaint
    ]
    rows = tuple(_row(question, verdicts[question.id]) for question in module.questions)
    return ModuleReport(module.id, rows, time.perf_counter() - begun), problems


def _trials(question: Question) -> Iterator[_Trial]:
    yield _Trial(question, "solution", question.solution, question.answer.line, _passes)
    yield _Trial(question, "starter", None, question.answer.line, _is_not_attempted)
    for wrong in question.wrong:
        yield _Trial(question, f"wrong {wrong.tag}", question.whole(wrong), wrong.line, _loses(wrong.tag))
    for right in question.right:
        yield _Trial(question, f"right {right.name}", question.whole(right), right.line, _passes)


def _passes(result: QuestionResult) -> str:
    if result.outcome is Outcome.RIGHT:
        return ""
    group = next(group for group in result.groups if group.outcome is not Outcome.RIGHT)
    return f'should get full marks, but "{group.name}" says {group.outcome.value}: {group.message}'


def _is_not_attempted(result: QuestionResult) -> str:
    if result.outcome is Outcome.NOT_ATTEMPTED:
        return ""
    return f'should be "not attempted", but is {result.outcome.value} ({points_text(result.points, result.max)}).'


def _loses(tag: str) -> Judge:
    def judge(result: QuestionResult) -> str:
        failed = [group for group in result.groups if group.outcome is Outcome.WRONG]
        if result.outcome is Outcome.RIGHT:
            return "should lose points, but passes every group. Add a hidden data set that shows the mistake."
        if not any(group.hidden for group in failed):
            return "should fail a hidden group: a visible check can be satisfied by writing its rows into the answer."
        if tag not in (seen := sorted({group.tag for group in failed} - {""})):
            return f"should show the tag {tag}, but shows {', '.join(seen) or 'none'}."
        return ""

    return judge


def _complaint(trial: _Trial, result: QuestionResult) -> str:
    if result.max != trial.question.points:
        return f"is worth {result.max:g} points when run, but the groups add up to {trial.question.points:g}."
    return trial.judge(result)


def _row(question: Question, judged: Sequence[tuple[_Trial, str]]) -> Row:
    def column(kind: str) -> str:
        chosen = [complaint for trial, complaint in judged if trial.kind.split()[0] == kind]
        return f"{sum(not complaint for complaint in chosen)} of {len(chosen)}"

    complete = len(judged) == 2 + len(question.wrong) + len(question.right)
    return Row(
        question=question.id,
        points=question.points,
        solution=column("solution"),
        starter=column("starter"),
        wrong=column("wrong"),
        right=column("right"),
        ok=complete and not any(complaint for _, complaint in judged),
    )


def _assignment(module: Module, built: Built, folder: Path) -> Assignment:
    """The engine's view of a module that may not be written out yet."""
    source, released = folder / f"{module.id}.ipynb", folder / "released.ipynb"
    source.write_text(built.solution, "utf-8")
    released.write_text(built.exercise, "utf-8")
    return Assignment.read(source, released)


def _run(assignment: Assignment, tried: Mapping[str, _Trial]) -> Graded:
    answers = {f"{trial.question.key}_answer": trial.source for trial in tried.values() if trial.source is not None}
    return grade_answers(assignment, answers)


def _lesson_problems(module: Module, graded: Graded) -> list[str]:
    """Lesson and setup cells that stop with an error."""
    return [f"{module.path}: {problem}" for problem in graded.problems]


# --- secrets ---------------------------------------------------------------------------------------------------------


def _leaks(root: Path, secrets: Mapping[str, str]) -> list[str]:
    """Look for secret lines in all that learners get: exercises, the wheel, what Binder builds."""
    with tempfile.TemporaryDirectory() as folder:
        wheels = _wheel(root, Path(folder))
        files = [
            *(path for kind in ("exercises", "binder") for path in sorted((root / kind).rglob("*")) if path.is_file()),
            *wheels,
        ]
        return [str(leak) for leak in find_leaks(files, secrets)]


def _wheel(root: Path, folder: Path) -> list[Path]:
    """Build the project's wheel into ``folder``; a course that only uses the engine has none."""
    if not (root / "pyproject.toml").is_file():
        return []
    command = [sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", str(folder)]
    done = subprocess.run(command, cwd=root, capture_output=True, text=True, check=False)
    if done.returncode:
        raise EngineRoomError(f"The wheel can't be built, so it can't be audited: {done.stderr.strip()[-500:]}")
    return sorted(folder.glob("*.whl"))
