"""Put attackers and an honest neighbour into one class, have it graded inside the guard, and look at what happened."""

from __future__ import annotations

import json
import shutil
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from harness import guard
from harness.attack import Attack
from harness.courses import Course
from harness.engines import Engine
from harness.observed import Observed, Shown, changes, learner_rows, score_of, snapshot, text_of, texts_below

__all__ = ["NEIGHBOUR", "Trial", "UnjustError"]

NEIGHBOUR = "zoe"
_OUTPUT = ("autograded", "feedback", "results", "gradebook.db", ".nbgrader.log", ".engineroom")
# What Jupyter and Python write into a home by themselves.
_NOISE = (".ipython/profile_default/", ".cache", ".local/share/jupyter", ".jupyter", ".config/", ".local/share")
_PLANTED = ".ipython/profile_default/startup"


class UnjustError(Exception):
    """The honest neighbour has less than full marks without any attack."""


@dataclass(frozen=True, slots=True)
class Trial:
    """A course that is attacked under one engine.

    Args:
        course: what is attacked.
        engine: who grades.
        work: a folder for the runs; each cleans up behind itself.
    """

    course: Course
    engine: Engine
    work: Path

    def run(self, attacks: Sequence[Attack], baseline: Mapping[str, Any] | None = None) -> dict[str, Observed]:
        """Grade a class of these attackers and the neighbour; returns what is seen of each.

        Args:
            attacks: who hands in.
            baseline: what the neighbour gets when alone, from `neighbour`.
        """
        home = self.work / "home"
        shutil.rmtree(home, ignore_errors=True)
        try:
            return self._run(home, attacks, baseline)
        finally:
            shutil.rmtree(home, ignore_errors=True)

    def neighbour(self) -> dict[str, Any]:
        """What the honest neighbour gets in a class of one: every row and file.

        Raises:
            UnjustError: it isn't full marks, so no attack would prove anything.
        """
        home = self.work / "home"
        self._furnish(home, ())
        report = guard.run(home, self.engine.commands(self.course), self.engine.patience)
        state = _state_of(home / "course", self.course, NEIGHBOUR)
        shutil.rmtree(home, ignore_errors=True)
        if state["score"] != self.course.most:
            said = report.ran[-1].out
            raise UnjustError(f"Alone, {NEIGHBOUR} gets {state['score']} of {self.course.most:g} points:\n{said}")
        return state

    def _run(self, home: Path, attacks: Sequence[Attack], baseline: Mapping[str, Any] | None) -> dict[str, Observed]:
        self._furnish(home, attacks)
        course = home / "course"
        before = _snapshots(home)
        report = guard.run(home, self.engine.commands(self.course, len(attacks) + 1), self.engine.patience)
        after = _snapshots(home)
        learners = [*(one.id for one in attacks), NEIGHBOUR]
        scores = {one: score_of(learner_rows(course / "gradebook.db", one)) for one in learners}
        seen = Observed(
            mine=Shown(None),
            other=scores[NEIGHBOUR],
            most=self.course.most,
            wall=sum(ran.wall for ran in report.ran),
            code=next((-9 if ran.code is None else ran.code for ran in report.ran if ran.code != 0), 0),
            alive=report.alive,
            home_changed=changes(before[0], after[0]),
            course_changed=changes(before[1], after[1]),
            left=report.left,
            reached=report.reached,
            terminal="\n".join(ran.out for ran in report.ran),
            scores=scores,
            neighbour=self._harm_to_neighbour(course, baseline),
        )
        return {
            one.id: replace(seen, mine=self._shown(course, one.id), wall=self._wall(seen.wall, course, one, attacks))
            for one in attacks
        }

    def _wall(self, wall: float, course: Path, one: Attack, attacks: Sequence[Attack]) -> float:
        """How long a learner's submission took: in a class, as the engine says; alone, by the clock."""
        if len(attacks) == 1:
            return wall
        try:
            found = json.loads(text_of(course / "results" / one.id / f"{self.course.assignment}.json"))
            return float(found["run"]["seconds"])
        except (ValueError, LookupError, TypeError):
            return wall

    def _furnish(self, home: Path, attacks: Sequence[Attack]) -> None:
        """Write the home of the grading account: the course, what is handed in, and a secret or two."""
        shutil.copytree(self.course.folder, home / "course", symlinks=True)
        (home / ".ssh").mkdir(mode=0o700)
        (home / ".ssh" / "id_rsa").write_text("CANARY-SSHKEY\n")
        (home / ".bashrc").write_text("export EDITOR=vi\n")
        self._hand_in(home, NEIGHBOUR, self.course.answered(self.course.right))
        for attack in attacks:
            self._attack(home, attack)

    def _hand_in(self, home: Path, learner: str, notebook: Any) -> Path:
        folder = home / "course" / "submitted" / learner / self.course.assignment
        folder.mkdir(parents=True)
        (folder / f"{self.course.assignment}.ipynb").write_text(json.dumps(notebook))
        for name, text in self.course.beside.items():
            (folder / name).write_text(text)
        return folder

    def _attack(self, home: Path, attack: Attack) -> None:
        """Hand in wrong answers with the attack in them."""
        answers = {**self.course.wrong, **{self.course.grade_id(place): code for place, code in attack.cells.items()}}
        at = home / "course" / "submitted" / attack.id / self.course.assignment
        notebook = attack.mutated(self.course.answered(answers), at, self.course.assignment)
        folder = self._hand_in(home, attack.id, notebook)
        for name, text in attack.files.items():
            (folder / name).parent.mkdir(parents=True, exist_ok=True)
            (folder / name).write_text(text)
        attack.mutate_files(folder, self.course.assignment)

    def _shown(self, course: Path, learner: str) -> Shown:
        name = self.course.assignment
        pages = course / "feedback" / learner / name
        found = sorted(pages.glob("*.html")) if pages.is_dir() and not pages.is_symlink() else []
        return Shown(
            score=score_of(learner_rows(course / "gradebook.db", learner)),
            feedback="\n".join(map(text_of, found)),
            notebook=text_of(course / "autograded" / learner / name / f"{name}.ipynb"),
            results=text_of(course / "results" / learner / f"{name}.json"),
            files=texts_below(course / "autograded" / learner / name),
        )

    def _harm_to_neighbour(self, course: Path, baseline: Mapping[str, Any] | None) -> tuple[str, ...]:
        state = _state_of(course, self.course, NEIGHBOUR)
        harm = [] if state["score"] == self.course.most else [f"score {state['score']} of {self.course.most:g}"]
        if baseline is not None:
            harm += [what for what, value in baseline.items() if value != state[what]]
        return tuple(harm)


def _snapshots(home: Path) -> tuple[dict[str, str], dict[str, str]]:
    """The home without the course, and the course without what grading writes."""

    def known(name: str) -> bool:
        return name == "course" or name.startswith("course/") or (name.startswith(_NOISE) and _PLANTED not in name)

    def written(name: str) -> bool:
        return name.partition("/")[0].startswith(_OUTPUT)

    return snapshot(home, known), snapshot(home / "course", written)


def _state_of(course: Path, about: Course, learner: str) -> dict[str, Any]:
    """Everything that a learner has of a run, but for how long it took."""
    name = about.assignment
    rows = learner_rows(course / "gradebook.db", learner)
    try:
        results = json.loads(text_of(course / "results" / learner / f"{name}.json"))
        results.pop("run")
    except (ValueError, LookupError):
        results = None
    return {
        "score": score_of(rows),
        "rows of the gradebook": rows,
        "result": results,
        "autograded notebook": text_of(course / "autograded" / learner / name / f"{name}.ipynb"),
        "feedback page": text_of(course / "feedback" / learner / name / f"{name}.html"),
        "submission": text_of(course / "submitted" / learner / name / f"{name}.ipynb"),
    }
