"""What an author's cells import can be read behind the walls wherever it lies; what only tests import stays secret."""

from __future__ import annotations

import sys

import pytest

from autograder.grading import packages
from autograder.grading.packages import packages_of_checker, packages_of_worker


@pytest.fixture
def elsewhere(tmp_path, monkeypatch):
    """A folder with packages, on the path as an editable install puts it."""
    for name in ("public_words", "secret_words", "in_a_function"):
        (tmp_path / name).mkdir()
        (tmp_path / name / "__init__.py").write_text("raise SystemExit('nobody may run this to find it')")
    (tmp_path / "only_a_file.py").touch()
    (tmp_path / "no_package").mkdir()
    monkeypatch.syspath_prepend(str(tmp_path))
    packages._folders.cache_clear()
    return tmp_path


def test_workers_read_what_public_cells_import_and_checkers_the_rest_as_well(make, elsewhere):
    assignment = make.assignment(
        make.setup("import public_words.sub as words, json\n%load_ext autograder"),
        make.setup("import only_a_file, no_package, not_there, requests, autograder", "more"),
        make.setup("def later():\n    from in_a_function import word", "later"),
        make.solved("q1", "import secret_words\nreturn 2 * x", before="def double(x):", indent="    "),
        make.hidden("q1", "import secret_words\nsame_value(double(21), 42)"),
    )
    own = {folder for folder in packages_of_worker(assignment) if not folder.endswith("/autograder")}
    assert own == {str(elsewhere / "public_words"), str(elsewhere / "in_a_function")}
    assert set(packages_of_checker(assignment)) - set(packages_of_worker(assignment)) == {
        str(elsewhere / "secret_words")
    }


def test_what_is_not_python_imports_nothing(make, elsewhere):
    assignment = make.assignment(make.setup("import public_words ("), make.setup("%%sql x\nSELECT 1", "query"))
    assert packages_of_worker(assignment) == packages_of_checker(assignment) == ()


def test_a_folder_of_packages_is_never_shown_itself(make, elsewhere):
    assignment = make.assignment(make.setup("import public_words"))
    assert str(elsewhere) not in packages_of_checker(assignment)
    assert not [one for one in packages_of_checker(assignment) if sys.prefix.startswith(one)]
