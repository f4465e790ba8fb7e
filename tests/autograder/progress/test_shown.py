"""What a learner calls in a notebook says in a sentence what is wrong, and raises nothing."""

import pytest

from autograder.progress import check_module
from autograder.progress import shown as shown_module
from autograder.progress.shown import export_progress, import_progress, show_map

SETUP = "from autograder import Question, same_value"
CHECK = 'q = Question("A1.1")\nwith q.check("four", points=1):\n    same_value(half(4), 2)\nq.result()'
RIGHT = "def half(cents):\n    return cents // 2"


def test_outside_of_a_course_each_says_so(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    for page in (show_map(), export_progress("x.json"), import_progress("x.json")):
        assert "There is no course map here" in repr(page)
    assert list(tmp_path.iterdir()) == []


def test_a_damaged_map_is_told(clone, monkeypatch):
    monkeypatch.chdir(clone / "exercises")
    (clone / "exercises" / "index.ipynb").write_text("{}")
    assert "The course map can't be read" in repr(show_map())


def test_a_damaged_file_leaves_the_map(clone, monkeypatch):
    monkeypatch.chdir(clone / "exercises")
    (clone / "exercises" / "progress.db").write_text("junk" * 999)
    page = show_map()
    assert repr(page).startswith("Your progress can't be shown: progress.db is damaged.")
    assert "A1 Halves" in page._repr_html_()


def test_nothing_is_imported_while_work_is_graded(clone, monkeypatch):
    monkeypatch.chdir(clone / "exercises")
    assert "in a learner's own notebook only" in repr(import_progress("x.json"))
    assert check_module() is None


@pytest.mark.parametrize(("folder", "link"), [("", "a1_halves/"), ("a1_halves", "../a1_halves/")])
def test_links_fit_the_notebook_that_shows_them(clone, monkeypatch, folder, link):
    monkeypatch.chdir(clone / "exercises" / folder)
    assert f'<a href="{link}a1_halves.ipynb">A1 Halves</a>' in show_map()._repr_html_()


def test_modules_that_are_not_there_yet_are_not_shown(clone, monkeypatch):
    monkeypatch.chdir(clone / "exercises")
    assert "a2_later" not in show_map()._repr_html_()


def test_a_binder_session_survives_as_one_file(clone, bundle, kernel_for, notebook_in):
    """Export in one session, upload, import in the next, from the index as from a module."""
    index = clone / "exercises" / "index.ipynb"
    with kernel_for(notebook_in(bundle)) as kernel:
        for cell in (SETUP, RIGHT, CHECK):
            kernel.run(cell)
        said = kernel.run("from autograder.progress import export_progress\nexport_progress('my-progress.json')")
        assert "1 attempt written" in said
    (bundle / "exercises" / "my-progress.json").rename(clone / "exercises" / "my-progress.json")
    with kernel_for(index) as kernel:
        kernel.run("from autograder.progress import *")
        assert "not begun" in kernel.run("show_map()")
        assert "1 attempt added" in kernel.run("import_progress('my-progress.json')")
        assert "0 attempts added" in kernel.run("import_progress('my-progress.json')")
        assert "begun" in kernel.run("show_map()")
        assert "can&#x27;t be read" in kernel.run("import_progress('other.json')")


def test_every_name_is_documented():
    for name in shown_module.__all__:
        assert getattr(shown_module, name).__doc__
