"""A check in a learner's kernel is noted in the learner's file; nothing else is, and no trouble breaks a check."""

import json
import os
import shutil
import sqlite3
import subprocess
import sys
from datetime import UTC, datetime

import pytest

from autograder.progress import desk
from autograder.progress.attempt import attempt_at
from autograder.progress.store import Store
from autograder.results import CheckResult, GroupResult, Outcome

SETUP = "from autograder import Question, same_value"
CHECK = 'q = Question("A1.1")\nwith q.check("four", points=1):\n    same_value(half(4), 2)\nq.result()'
WRONG, RIGHT = "def half(cents):\n    return cents", "def half(cents):\n    return cents // 2"


def attempts(root):
    return Store(root / "exercises" / "progress.db").attempts()


def checked(kernel, answer):
    kernel.run(answer)
    return kernel.run(CHECK)


def test_hints_open_one_by_one_and_a_guess_is_asked_about(clone, kernel_for, notebook_in):
    with kernel_for(notebook_in(clone)) as kernel:
        kernel.run(SETUP)
        assert "not attempted" in kernel.run(CHECK)
        assert attempts(clone) == []  # nothing was tried yet

        first = checked(kernel, WRONG)
        assert "<details><summary>Hint 1</summary><p>A nudge.</p>" in first
        assert "Hint 2 opens after your next try" in first
        second = checked(kernel, WRONG)
        assert "<details open><summary>Hint 2 is open now</summary><p>A pointer to <code>//</code>.</p>" in second
        third = checked(kernel, WRONG)
        assert "The same result three times" in third
        assert "Hint 3 is open" not in third
        fourth = checked(kernel, f"# I expect 4 cents give 2\n{WRONG}")
        assert "You expected: <em>4 cents give 2</em>" in fourth
        assert (
            "<details open><summary>Hint 3 is open now</summary><p>Nearly:</p><pre>return cents // ...</pre>" in fourth
        )

        right = checked(kernel, RIGHT)
        assert "Hint" not in right
        assert "Compare with the course's solution" in right
        assert right.count("<pre>def half(cents):") == 2  # the learner's own beside it
        kernel.run(CHECK)
    kept = attempts(clone)
    assert [one.outcome for one in kept] == [Outcome.WRONG] * 4 + [Outcome.RIGHT]
    assert [one.hint for one in kept] == [1, 2, 2, 3, 0]
    assert kept[3].prediction == "4 cents give 2"


def test_a_class_is_never_shown_a_solution(bundle, kernel_for, notebook_in):
    """There is none in its release, and none in the panel."""
    assert not (bundle / "solutions").exists()
    with kernel_for(notebook_in(bundle)) as kernel:
        kernel.run(SETUP)
        right = checked(kernel, RIGHT)
    assert "right, 1 of 1 point" in right
    assert "solution" not in right
    assert [one.right for one in attempts(bundle)] == [True]


def test_whatever_happens_to_the_file_the_check_goes_on(clone, kernel_for, notebook_in):
    """Damaged, locked, read-only: one sentence each time; what could not be written is, as soon as it can."""
    file = clone / "exercises" / "progress.db"
    file.write_text("junk" * 999)
    with kernel_for(notebook_in(clone)) as kernel:
        kernel.run(SETUP)
        shown = checked(kernel, WRONG)
        assert "wrong, 0 of 1 point" in shown
        assert "Your progress was not noted: progress.db is damaged." in shown
        assert "Hint 2 is open now" in checked(kernel, WRONG)  # the kernel remembers for itself

        file.unlink()
        assert "not noted" not in checked(kernel, WRONG)
        assert len(attempts(clone)) == 3

        other = sqlite3.connect(file, isolation_level=None)
        other.execute("BEGIN EXCLUSIVE")
        assert "is in use by another program right now. The check itself is complete." in checked(kernel, WRONG)
        other.close()

        if os.geteuid():  # nothing is read-only for root
            file.parent.chmod(0o555)
            file.chmod(0o444)
            assert "read-only" in checked(kernel, WRONG)
            file.parent.chmod(0o755)
            file.chmod(0o644)

        shutil.move(notebook_in(clone), clone / "elsewhere.ipynb")
        assert "Hint 3 is open now: you find it under the task." in checked(kernel, "def half(cents):\n    return 7")
        assert "wrong" in checked(kernel, f"import os; os.chdir('/')\n{WRONG}")
    assert len(attempts(clone)) >= 6


def test_two_notebooks_write_at_once(clone, kernel_for, notebook_in):
    copy = notebook_in(clone).with_name("copy.ipynb")
    shutil.copy(notebook_in(clone), copy)
    with kernel_for(notebook_in(clone)) as one, kernel_for(copy) as two:
        for kernel in (one, two):
            kernel.run(SETUP)
            kernel.run(WRONG)
        for _ in range(5):
            one.run(CHECK)
            two.run(CHECK)
    assert len(attempts(clone)) == 10


@pytest.mark.parametrize(
    ("variables", "options"),
    [
        ({"NBGRADER_EXECUTION": "autograde"}, ()),
        ({"NBGRADER_VALIDATING": "1"}, ()),
        ({}, ("--HistoryManager.hist_file=:memory:",)),
    ],
    ids=["autograde", "validate", "nbclient"],
)
def test_kernels_that_programs_start_note_nothing(clone, variables, options, kernel_for, notebook_in):
    with kernel_for(notebook_in(clone), options=options, **variables) as kernel:
        kernel.run(SETUP)
        shown = checked(kernel, WRONG)
    assert "wrong" in shown
    assert "Hint" not in shown
    assert not (clone / "exercises" / "progress.db").exists()


def test_without_a_course_hints_open_and_nothing_is_written(clone, tmp_path, kernel_for, notebook_in):
    alone = tmp_path / "desktop" / "a1_halves.ipynb"
    alone.parent.mkdir()
    shutil.copy(notebook_in(clone), alone)
    with kernel_for(alone) as kernel:
        kernel.run(SETUP)
        checked(kernel, WRONG)
        shown = checked(kernel, WRONG)
    assert "A pointer to" in shown
    assert "not noted" not in shown
    assert [path.name for path in alone.parent.iterdir()] == [alone.name]


def test_a_plain_process_notes_nothing(clone, notebook_in):
    """Checker, worker, tests and scripts: no IPython, no learner."""
    folder = notebook_in(clone).parent
    code = f"{SETUP}\n{WRONG}\n{CHECK.replace('q.result()', 'print(q.result().aside)')}"
    done = subprocess.run([sys.executable, "-c", code], cwd=folder, capture_output=True, text=True, check=True)
    assert done.stdout == "\n"
    assert not (clone / "exercises" / "progress.db").exists()


def test_an_error_of_ours_is_a_sentence(monkeypatch):
    def broken(*_):
        raise RuntimeError("out of ink")

    monkeypatch.setattr(desk, "learners_shell", object)
    monkeypatch.setattr(desk, "_noted", broken)
    check = CheckResult("A1.1", (GroupResult("g", 1.0, 1.0, Outcome.RIGHT),))
    assert "Your progress was not noted: RuntimeError: out of ink." in desk.noted(check)
    with desk.paused():
        assert desk.noted(check) == ""


def test_importing_and_checking_elsewhere_loads_no_sqlite_utils():
    code = f"{SETUP}\n{WRONG}\n{CHECK}\nimport sys; print('sqlite_utils' in sys.modules)"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout == "False\n"


def test_checks_stay_quick(clone, kernel_for, notebook_in):
    """The 95th of a hundred visible checks, noted and answered with a hint, takes less than 100 ms."""
    timed = (
        "import time, json\ntook = []\n"
        "for _ in range(100):\n    begun = time.perf_counter()\n"
        + "".join(f"    {line}\n" for line in CHECK.replace("q.result()", "panel = q.result()").split("\n"))
        + "    panel._repr_mimebundle_()\n    took.append(time.perf_counter() - begun)\nsorted(took)[94]"
    )
    with kernel_for(notebook_in(clone)) as kernel:
        kernel.run(SETUP)
        kernel.run(WRONG)
        p95 = json.loads(kernel.run(timed))
    assert p95 < 0.1
    assert len(attempts(clone)) == 100


def test_the_same_moment_is_no_trouble(tmp_path):
    """Attempts of one second keep the order in which they were made."""
    store = Store(tmp_path / "progress.db")
    now = datetime(2025, 3, 4, tzinfo=UTC)
    for points in (0.0, 1.0, 0.0):
        group = GroupResult("g", points, 1.0, Outcome.RIGHT if points else Outcome.WRONG)
        store.add([attempt_at(CheckResult("A1.1", (group,)), now)])
    assert [one.points for one in store.attempts()] == [0.0, 1.0, 0.0]
