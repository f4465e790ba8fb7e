"""Check a whole module from inside its notebook: what stands, what is open, the next step.

The notebook's own checks run here, in the learner's kernel, on the answers as they are now. Where the solutions lie
beside (a self-study clone), the command ``engineroom check`` then runs all checks on the saved notebook in processes of
its own, and only verdicts come back: no hidden test ever enters the kernel.
"""

from __future__ import annotations

import ast
import json
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from autograder.display import Panel
from autograder.errors import EngineRoomError
from autograder.progress.attempt import Attempt, attempt_at
from autograder.progress.desk import notebook_here, paused
from autograder.progress.notebook import parts
from autograder.progress.page import Page
from autograder.progress.place import FILE, exercises_above, learners_shell, sealed_in
from autograder.progress.report import Line, report
from autograder.progress.shown import said, standing_in, way_to
from autograder.progress.store import ProgressError, Store
from autograder.quiet import quiet
from autograder.results import CheckResult, Outcome, SubmissionResult

__all__ = ["check_module"]

_PATIENCE = 300  # seconds for all checks of a module
_SAVE = (
    "The hidden checks read the saved notebook, where the result of {} is another one. Run every answer that you "
    "changed, save the notebook (Ctrl+S), then run this cell again."
)


def check_module() -> Page:
    """Run every check, note what is new, and report."""
    shell = learners_shell()
    file = notebook_here(shell) if shell is not None else None
    checks = [part for part in parts(file) if part.role == "check"] if file is not None else []
    if shell is None or file is None or not checks:
        return said("There are no checks to run: this notebook, as it was last saved, holds none.")
    if "Question" not in shell.user_ns:
        return said("Run the setup cell at the top of the notebook first, then your answers, then this cell.")
    with paused(), quiet():
        seen = {check.question: _run(shell, check.source) for check in checks}
    exercises = exercises_above(file.parent)
    whole, notes = _whole(file, exercises)
    stale = [name for name, check in seen.items() if check and name in whole and _differs(check, whole[name])]
    if stale:
        notes.append(_SAVE.format(", ".join(stale)))
    here = {name for name, check in seen.items() if check is None or name in stale}
    lines = [Line(name, check, None if name in here else whole.get(name)) for name, check in seen.items()]
    if exercises is None:
        return report(lines, notes)
    try:
        if trouble := _kept(Store(exercises / FILE), [one for one in seen.values() if one is not None], whole):
            notes.append(f"Your progress was not noted: {trouble}")
        _, standing, _ = standing_in(exercises)
    except EngineRoomError as error:
        return report(lines, [*notes, str(error)])
    return report(lines, notes, standing, module=file.parent.name, to=way_to(exercises))


def _run(shell: Any, source: str) -> CheckResult | None:
    """Run a check cell's text on the answers as they are; None if it stops."""
    try:
        tree = ast.parse(source)
        last = tree.body.pop()
        if not isinstance(last, ast.Expr):
            return None
        name = shell.compile.cache(source)
        exec(compile(tree, name, "exec"), shell.user_ns)  # noqa: S102 - the check cell, as a click would run it
        panel = eval(compile(ast.Expression(last.value), name, "eval"), shell.user_ns)  # noqa: S307
    except Exception:
        return None
    return panel.check if isinstance(panel, Panel) else None


def _whole(file: Path, exercises: Path | None) -> tuple[dict[str, CheckResult], list[str]]:
    """What all checks say of the saved notebook, by question, where this machine has them all."""
    if exercises is None or not sealed_in(exercises, file.parent.name):
        return {}, []
    with tempfile.TemporaryDirectory() as folder:
        wanted = Path(folder, "result.json")
        command = [sys.executable, "-m", "autograder", "check", str(file), "--json", str(wanted)]
        said_last = ""
        for option in ([], ["--unsandboxed"]):  # where there are no walls, one's own work may run without
            try:
                done = subprocess.run([*command, *option], capture_output=True, text=True, timeout=_PATIENCE)
            except (OSError, subprocess.TimeoutExpired) as error:
                return {}, [f"The hidden checks could not run: {error}"]
            if wanted.is_file():
                result = SubmissionResult.from_json(json.loads(wanted.read_text("utf-8")))
                return {one.question: CheckResult(one.question, one.groups) for one in result.questions}, []
            said_last = done.stderr.strip()
    return {}, [f"The hidden checks could not run. {said_last}"]


def _differs(here: CheckResult, saved: CheckResult) -> bool:
    """Whether the saved notebook is judged otherwise than the answers in the kernel."""
    outcomes = {group.name: group.outcome for group in saved.groups if not group.hidden}
    return any(outcomes.get(group.name, group.outcome) is not group.outcome for group in here.groups if group.max)


def _kept(store: Store, seen: Sequence[CheckResult], whole: Mapping[str, CheckResult]) -> str:
    """Note what is better than all before; give what is the matter with the file. To look is no try."""
    now = datetime.now(UTC)
    try:
        past = store.attempts()
        better = [*_better(past, seen, now, whole=False), *_better(past, list(whole.values()), now, whole=True)]
        if better:
            store.add(better)
    except ProgressError as error:
        return str(error)
    return ""


def _better(past: Sequence[Attempt], found: Sequence[CheckResult], now: datetime, *, whole: bool) -> Iterator[Attempt]:
    for check in found:
        new = attempt_at(check, now, whole=whole)
        before = [one for one in past if one.question == check.question and one.whole is whole]
        best = max((one.share for one in before), default=-1.0)
        settled = any(one.right for one in before)
        if check.outcome is not Outcome.NOT_ATTEMPTED and not settled and (new.right or new.share > best):
            yield new
