"""What attack tests share: courses, made once, and verdicts, found for many attacks in one class."""

import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent))  # so that `harness` can be imported, here and by run.py

import pytest
from harness import guard
from harness.courses import make_course
from harness.engines import Ours
from harness.trial import Trial
from harness.verdict import try_all


class Court:
    """Tries all attacks on a course that this session asks for, when the first of them is asked for."""

    def __init__(self, work, asked):
        self._work, self._asked = work, asked
        self._verdicts = {}

    def verdict(self, course, attack):
        if course not in self._verdicts:
            folder = self._work / course
            folder.mkdir()
            trial = Trial(make_course(course, folder / "course"), Ours(), folder)
            found = try_all(trial, self._asked[course], trial.neighbour())
            self._verdicts[course] = {one.attack.id: one for one in found}
        return self._verdicts[course][attack.id]


@pytest.fixture(scope="session")
def court(request, tmp_path_factory):
    if why := guard.missing():
        pytest.skip(f"This machine has no guard ({why}), and without it no attack is run.")
    asked = {}
    for item in request.session.items:
        parameters = getattr(getattr(item, "callspec", None), "params", {})
        if "attack" in parameters and "course" in parameters:
            asked.setdefault(parameters["course"], []).append(parameters["attack"])
    return Court(tmp_path_factory.mktemp("attacks"), asked)
