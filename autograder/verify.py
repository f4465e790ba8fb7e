"""Prove a module right by machine: the author's one gate.

Every solution gets full marks; every starter gets less and says "not attempted"; every wrong answer loses points in a
hidden group and shows its tag; every unusual right one passes; there are enough of both; lesson cells run, or fail
where they say so; generated files are current; no line of a solution or a hidden test stands where a learner could read
it; every mutant of a query shows itself on some data, or there is a reason why it can't. Uses the same engine that
grades a class.
"""

from __future__ import annotations

import contextlib
import re
import tempfile
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import asdict, dataclass
from functools import partial
from os import cpu_count
from pathlib import Path
from typing import Any, NamedTuple

from autograder.display import points_text
from autograder.errors import EngineRoomError, FormatError
from autograder.grading.assignment import Assignment, Kind
from autograder.grading.pairs import Pairs
from autograder.grading.run import RanCell
from autograder.grading.session import Graded, grade_answers
from autograder.grading.warm_pairs import own_pairs
from autograder.magics import DID_NOT_RUN
from autograder.notebooks.audit import Leak, find_leaks, secret_lines
from autograder.notebooks.build import Built, Change, build_module, compare, index_of, module_paths
from autograder.notebooks.master import read_module
from autograder.notebooks.model import Module, Passage, Question
from autograder.notebooks.nbgrader_format import HEAD_OF_CHECK, HEAD_OF_HIDDEN
from autograder.notebooks.outline import outline_problems, read_outline
from autograder.notebooks.release import build_wheel
from autograder.notebooks.review import objections
from autograder.notebooks.sharpness import sharpness
from autograder.notebooks.strength import Strength
from autograder.results import Outcome, QuestionResult

__all__ = ["ModuleReport", "Report", "Row", "verify"]

Judge = Callable[[QuestionResult], str]
"""Says what is wrong with how an answer was judged; empty when it was judged as it should be."""

_MODULES = 3  # proved at the same time: who waits for a client that hangs leaves the processors to the others
_RUNS = 4  # at the same time for each processor, for the same reason
_STOPPED = re.compile(r"The check stopped: (\S+) in line (\d+)(.*)", re.DOTALL)
_STOPS = " cell stops: "
_TELL_APART = {
    "sql": "Its result must differ from the other wrong answers'; where it is empty, its header needs `when=`.",
    "python": "Give the group tag=..., or its check known=..., as in same_value(..., known=...).",
}


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
    """One module's rows, in the author's order; ``strengths`` of its query questions."""

    name: str
    rows: tuple[Row, ...]
    seconds: float
    strengths: tuple[Strength, ...] = ()


@dataclass(frozen=True, slots=True)
class Report:
    """Everything `verify` found. ``problems`` are sentences that name the file and line where there is one.

    ``remarks`` are sentences too, about what is doubtful but may be meant so.
    """

    modules: tuple[ModuleReport, ...]
    problems: tuple[str, ...]
    seconds: float
    remarks: tuple[str, ...] = ()

    def to_json(self) -> dict[str, Any]:
        return {"schema": "engineroom-verify/1", "ok": not self.problems, **asdict(self)}


@dataclass(frozen=True, slots=True)
class _Trial:
    """One answer to one question, and how it has to be judged. ``tag`` is the mistake in a wrong one."""

    question: Question
    kind: str
    source: str | None  # None: the starter
    line: int
    judge: Judge
    tag: str = ""


def verify(root: Path, names: Sequence[str] | None = None) -> Report:
    """Prove modules of the course at ``root``; all of them when none is named.

    A module whose text breaks the format is a problem, and doesn't keep the others from being proved.

    Returns:
        The report; the course is right when it has no problems.

    Raises:
        EngineRoomError: when there is no module, or a named one doesn't exist.
    """
    begun = time.perf_counter()
    root = Path(root).resolve()
    paths = module_paths(root, names)
    read: list[Module] = []
    built: dict[str, Built] = {}
    proofs: list[Future[_Proof]] = []
    reports: list[ModuleReport] = []
    problems: list[str] = []
    doubts: list[str] = []
    with (
        tempfile.TemporaryDirectory() as folder,
        ThreadPoolExecutor(_RUNS * (cpu_count() or 1)) as runs,
        ThreadPoolExecutor(_MODULES) as pool,
    ):
        wheel = runs.submit(_wheel, root, Path(folder))
        for path in paths:  # processes of their own prove what is built, while this one builds the next
            try:
                module = read_module(path)
                read.append(module)
                built[module.id] = build_module(module, root)
            except FormatError as error:
                problems.append(str(error))
                continue
            proofs.append(pool.submit(_proved, module, built[module.id], runs))
        sharp = [sharpness(module, root) for module in read if module.id in built]
        leaks = _leaks(root, read, wheel)
        for proof, (strengths, unproved, doubtful) in zip(proofs, sharp, strict=True):
            module, rows, found, seconds = proof.result()
            reports.append(ModuleReport(module.id, rows, seconds, strengths))
            problems += [*objections(module), *found, *unproved]
            doubts += doubtful
        broken = {path.stem for path in paths} - built.keys()
        index, misplaced = _outlined(root, read) if names is None else (None, [])
        problems += misplaced
        problems += [
            _stale(change)
            for change in compare(root, built, alone=names is not None, index=None if broken else index)
            if change.path.parts[1] not in broken
        ]
        problems += [problem.replace(f"{folder}/", "") for problem in leaks]
    sentences, said = (tuple(one.replace(f"{root}/", "") for one in found) for found in (problems, doubts))
    return Report(tuple(reports), sentences, time.perf_counter() - begun, said)


def _outlined(root: Path, modules: Sequence[Module]) -> tuple[str | None, list[str]]:
    """The course map, and where the outline and the modules part ways."""
    try:
        outline = read_outline(root)
        return (None, []) if outline is None else (index_of(root, modules), list(outline_problems(outline, modules)))
    except EngineRoomError as error:
        return None, [str(error)]


def _stale(change: Change) -> str:
    cure = "Delete it: learners would get it." if change.what == "unexpected" else "Run: engineroom build"
    return f"{change}. {cure}"


# --- answers ---------------------------------------------------------------------------------------------------------


class _Proof(NamedTuple):
    """What trying a module's answers gave, and how many seconds it took, beside other modules."""

    module: Module
    rows: tuple[Row, ...]
    problems: list[str]
    seconds: float


def _proved(module: Module, built: Built, pool: ThreadPoolExecutor) -> _Proof:
    """Try every answer that the author wrote down.

    Answers to different questions share a run: the first run takes every solution, the second every starter, the third
    the first wrong answer of each question, and so on. The lesson's own cells are run once, with the solutions: no
    answer may rest on them, as a learner need not run them.
    """
    begun = time.perf_counter()
    trials = {question.id: list(_trials(question)) for question in module.questions}
    rounds: list[dict[str, _Trial]] = [
        {name: tried[number] for name, tried in trials.items() if number < len(tried)}
        # Once at least, for the lesson of a module that has no question yet.
        for number in range(max(map(len, trials.values()), default=1))
    ]
    assignment = _assignment(module, built)
    with own_pairs(assignment) as pairs:
        graded = list(pool.map(lambda tried: _run(assignment, tried, pairs, lesson=tried is rounds[0]), rounds))
    problems = _lesson_problems(module, graded[0][0])
    judged: dict[str, list[tuple[_Trial, str]]] = {name: [] for name in trials}
    for tried, (_, complaints) in zip(rounds, graded, strict=True):
        for name, trial in tried.items():
            judged[name].append((trial, complaints[name]))
    problems += [
        f"{module.path}:{trial.line}: {name}, {trial.kind}: {complaint}"
        for name, found in judged.items()
        # A check that stops on the solution stops on most answers: once is enough.
        for trial, complaint in (found[:1] if _STOPS in found[0][1] else found)
        if complaint
    ]
    rows = tuple(_row(question, judged[question.id]) for question in module.questions)
    return _Proof(module, rows, problems, time.perf_counter() - begun)


def _trials(question: Question) -> Iterator[_Trial]:
    yield _Trial(question, "solution", question.solution, question.answer.line, _solves(question))
    yield _Trial(question, "starter", None, question.answer.line, _is_not_attempted)
    for wrong in question.wrong:
        loses = _loses(wrong.tag, _TELL_APART["sql" if question.answer.is_sql else "python"])
        yield _Trial(question, f"wrong {wrong.tag}", question.whole(wrong), wrong.line, loses, wrong.tag)
    for right in question.right:
        yield _Trial(question, f"right {right.name}", question.whole(right), right.line, _passes)


def _solves(question: Question) -> Judge:
    def judge(result: QuestionResult) -> str:
        for group in result.groups:
            if stopped := _STOPPED.fullmatch(group.message):
                cell, above = (question.hidden, HEAD_OF_HIDDEN) if group.hidden else (question.check, HEAD_OF_CHECK)
                kind, line, text = stopped.groups()
                role = "hidden" if group.hidden else "check"
                return f"the {role}{_STOPS}{kind}{text} (line {cell.first + int(line) - 1 - above})"
        return _passes(result)

    return judge


def _passes(result: QuestionResult) -> str:
    return "" if result.outcome is Outcome.RIGHT else f"should get full marks, but {_missed(result)}"


def _is_not_attempted(result: QuestionResult) -> str:
    if result.outcome is Outcome.NOT_ATTEMPTED:
        return ""
    if result.outcome is Outcome.RIGHT:
        return 'should be "not attempted", but passes every group. Take the answer out of the starter.'
    if result.points:
        return f'should be "not attempted", but gets {points_text(result.points, result.max)}.'
    return f'should be "not attempted", but {_missed(result, Outcome.NOT_ATTEMPTED)}'


def _loses(tag: str, cure: str) -> Judge:
    def judge(result: QuestionResult) -> str:
        failed = [group for group in result.groups if group.outcome is Outcome.WRONG]
        if result.outcome is Outcome.RIGHT:
            return "should lose points, but passes every group. Add a hidden data set that shows the mistake."
        if not failed:
            return f"should be wrong, but {_missed(result)}"
        if not any(group.hidden for group in failed):
            return "should fail a hidden group: a visible check can be satisfied by writing its rows into the answer."
        if tag not in (seen := sorted({group.tag for group in failed} - {""})):
            return f"should show the tag {tag}, but shows {', '.join(seen) or 'none'}. {cure}"
        return ""

    return judge


def _missed(result: QuestionResult, wanted: Outcome = Outcome.RIGHT) -> str:
    """The first group that isn't judged as wanted, and what it says."""
    group = next(group for group in result.groups if group.outcome is not wanted)
    return f'"{group.name}" says {group.outcome.value}: {group.message or "it gives no reason."}'


def _complaint(trial: _Trial, result: QuestionResult | None) -> str:
    if result is None or not result.groups:
        return "was not judged: the notebook has no check of this question."
    if result.max != trial.question.points:
        return f"is worth {result.max:g} points when run, but the groups add up to {trial.question.points:g}."
    return trial.judge(result)


def _row(question: Question, judged: Sequence[tuple[_Trial, str]]) -> Row:
    def column(kind: str) -> str:
        chosen = [complaint for trial, complaint in judged if trial.kind.split()[0] == kind]
        return f"{sum(not complaint for complaint in chosen)} of {len(chosen)}"

    return Row(
        question=question.id,
        points=question.points,
        solution=column("solution"),
        starter=column("starter"),
        wrong=column("wrong"),
        right=column("right"),
        ok=not any(complaint for _, complaint in judged),
    )


def _assignment(module: Module, built: Built) -> Assignment:
    """The engine's view of a module that may not be written out yet."""
    with tempfile.TemporaryDirectory() as folder:
        source, released = Path(folder, f"{module.id}.ipynb"), Path(folder, "released.ipynb")
        source.write_text(built.solution, "utf-8")
        released.write_text(built.exercise, "utf-8")
        return Assignment.read(source, released)


def _run(
    assignment: Assignment, tried: Mapping[str, _Trial], pairs: Pairs, *, lesson: bool
) -> tuple[Graded, dict[str, str]]:
    """Try one answer to each question; return the run, and by question what is to be said against its trial.

    The hidden checks of a wrong answer end with the mistake that they have to show. Nothing is said against any trial
    because of that: where there would be, all is run again, and to its end.
    """
    answers = {f"{trial.question.key}_answer": trial.source for trial in tried.values() if trial.source is not None}
    grade = partial(grade_answers, assignment, answers, pairs=pairs, questions=tried.keys(), lesson=lesson)
    graded = grade(enough={name: trial.tag for name, trial in tried.items() if trial.tag})
    if any(complaints := _complaints(tried, graded)) and any(trial.tag for trial in tried.values()):
        graded = grade()
        complaints = _complaints(tried, graded)
    return graded, dict(zip(tried, complaints, strict=True))


def _complaints(tried: Mapping[str, _Trial], graded: Graded) -> list[str]:
    results = {result.question: result for result in graded.result.questions}
    return [_complaint(trial, results.get(name)) for name, trial in tried.items()]


def _lesson_problems(module: Module, graded: Graded) -> list[str]:
    """Lesson and setup cells that fail, or don't where they should; and a run that couldn't be made at all."""
    passages = [part for part in module.parts if isinstance(part, Passage)]
    cells = {passage.cell.source.strip(): passage.cell for passage in reversed(passages)}
    problems = [f"{module.path}: {graded.result.problem}"] if graded.result.problem else []
    for ran in graded.cells:
        if ran.kind not in (Kind.SETUP, Kind.FREE):
            continue
        role = "setup" if ran.kind is Kind.SETUP else "lesson"
        cell, problem = cells.get(ran.source.strip()), _failure(ran)
        where = f"{module.path}:{cell.line if cell else 1}: this {role} cell"
        if cell and "fails" in cell.options:
            if not problem and not graded.result.problem:
                problems.append(f"{where} should fail, as its header says, but runs. Take `fails=true` away.")
        elif problem:
            problems.append(f"{where} stops with an error: {problem}")
    return problems


def _failure(ran: RanCell) -> str:
    """Why a cell failed; empty if it didn't. A query that can't be run is shown as a notice, without an exception."""
    if not ran.problem and ran.source.lstrip().startswith("%%sql") and ran.text.startswith(DID_NOT_RUN):
        return ran.text.strip().removeprefix(f"{DID_NOT_RUN}: ")
    return ran.problem


# --- secrets ---------------------------------------------------------------------------------------------------------


def _leaks(root: Path, modules: Sequence[Module], wheel: Future[Path | None]) -> list[str]:
    """Look for secret lines in all that learners get: exercises, the wheel, what Binder builds."""
    files = [path for kind in ("exercises", "binder") for path in sorted((root / kind).rglob("*")) if path.is_file()]
    problems = []
    try:
        made = wheel.result()
        files += [made] if made else []
    except EngineRoomError as error:
        problems.append(f"The wheel wasn't searched for solutions. {error}")
    leaks = find_leaks(files, secret_lines(*modules))
    if leaks:  # only then: reading the whole course takes longer than proving one module
        public = _others(root, modules)
        leaks = _still_secret(leaks, [*modules, *public])
    return [*problems, *map(str, leaks)]


def _others(root: Path, modules: Sequence[Module]) -> Iterator[Module]:
    """The modules that weren't named: what one of them teaches openly is no secret."""
    known = {module.path for module in modules}
    for path in module_paths(root):
        if path not in known:
            with contextlib.suppress(FormatError):
                yield read_module(path)


def _still_secret(leaks: Sequence[Leak], modules: Sequence[Module]) -> list[Leak]:
    """The leaks whose line no module makes public."""
    secret = {secret.text for secret in secret_lines(*modules).values()}
    return [leak for leak in leaks if leak.secret.text in secret]


def _wheel(root: Path, folder: Path) -> Path | None:
    """Build the project's wheel into ``folder``; a course that only uses the engine has none."""
    return build_wheel(root, folder) if (root / "pyproject.toml").is_file() else None
