"""The last cell of a notebook: every check again, what is open, the next step, and no hidden test in the kernel."""

import json

from autograder.progress.store import Store

SETUP = "from autograder import Question, same_value"
CHECK_MODULE = "from autograder.progress import check_module\ncheck_module()"
WRONG, RIGHT = "def half(cents):\n    return cents", "def half(cents):\n    return cents // 2"


def attempts(root):
    return Store(root / "exercises" / "progress.db").attempts()


def save_answer(notebook, answer):
    """What JupyterLab does on Ctrl+S after the answer was typed."""
    data = json.loads(notebook.read_text())
    next(cell for cell in data["cells"] if cell["id"] == "a1_1_answer")["source"] = answer
    notebook.write_text(json.dumps(data))


def test_first_the_setup_cell(clone, kernel_for, notebook_in):
    with kernel_for(notebook_in(clone)) as kernel:
        assert "Run the setup cell at the top" in kernel.run(CHECK_MODULE)
        notebook_in(clone).write_text("junk")
        assert "There are no checks to run" in kernel.run(CHECK_MODULE)
    assert attempts(clone) == []


def test_a_class_is_judged_by_the_checks_in_the_notebook(bundle, kernel_for, notebook_in):
    with kernel_for(notebook_in(bundle)) as kernel:
        kernel.run(SETUP)
        new = kernel.run(CHECK_MODULE)
        assert "0 of 1 point</strong>, by the checks in this notebook" in new
        assert "Next: A1.1. Write your answer" in new
        kernel.run(WRONG)
        assert "Next: A1.1. Change your answer" in kernel.run(CHECK_MODULE)
        kernel.run(RIGHT)
        done = kernel.run(CHECK_MODULE)
        assert "1 of 1 point" in done
        assert "A1 Halves is mastered." in done
        assert "You have mastered every module." in done
        kernel.run(CHECK_MODULE)
    assert [(one.points, one.whole) for one in attempts(bundle)] == [(0.0, False), (1.0, False)]  # to look is no try


def test_a_clone_runs_the_hidden_checks_elsewhere(clone, kernel_for, notebook_in):
    """On the saved notebook; the kernel gets verdicts and words, and nothing of the hidden tests."""
    with kernel_for(notebook_in(clone)) as kernel:
        kernel.run(SETUP)
        kernel.run(RIGHT)
        stale = kernel.run(CHECK_MODULE)
        assert "1 / 1" in stale
        assert "where the result of A1.1 is another one" in stale

        floats = "def half(cents):\n    return 2 if cents == 4 else cents / 2"
        save_answer(notebook_in(clone), floats)
        kernel.run(floats)
        wrong = kernel.run(CHECK_MODULE)
        assert "1 of 3 points" in wrong
        assert "odd: Cents stay whole." in wrong
        assert "Not mastered yet: you have 33 % of the points, and 80 % are needed" in wrong

        save_answer(notebook_in(clone), RIGHT)
        kernel.run(RIGHT)
        assert "A1 Halves is mastered." in kernel.run(CHECK_MODULE)
        held = "[name for name, value in list(globals().items()) if 'half' + '(5)' in repr(value)] or 'nothing'"
        assert "nothing" in kernel.run(held)
    whole = [one for one in attempts(clone) if one.whole]
    assert [one.points for one in whole] == [1.0, 3.0]
    assert whole[0].tags == ("float-money",)


def test_without_a_course_it_still_reports(clone, kernel_for, notebook_in, tmp_path):
    alone = tmp_path / "alone" / "a1_halves.ipynb"
    alone.parent.mkdir()
    alone.write_bytes(notebook_in(clone).read_bytes())
    with kernel_for(alone) as kernel:
        kernel.run(SETUP)
        kernel.run(RIGHT)
        assert "1 of 1 point" in kernel.run(CHECK_MODULE)
    assert [path.name for path in alone.parent.iterdir()] == [alone.name]


def test_a_check_that_stops_is_named(clone, kernel_for, notebook_in):
    """Here the answer has taken the place of a name that the check needs."""
    with kernel_for(notebook_in(clone)) as kernel:
        kernel.run(SETUP)
        kernel.run("Question = 3")
        assert "Its check stopped. Run the check cell itself" in kernel.run(CHECK_MODULE)
