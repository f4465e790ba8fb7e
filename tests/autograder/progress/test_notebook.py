"""A question's parts are found in notebooks; what can't be read gives nothing."""

import json
import os

import pytest

from autograder.progress.notebook import hints_of, own_answer, parts, solution_beside


def test_a_file_that_is_no_notebook_has_no_parts(tmp_path):
    for name, text in (
        ("a.ipynb", "junk"),
        ("b.ipynb", "[]"),
        ("c.ipynb", '{"cells": [3]}'),
        ("d.ipynb", '{"cells": 3}'),
    ):
        (tmp_path / name).write_text(text)
        assert parts(tmp_path / name) == ()
    assert parts(tmp_path / "none.ipynb") == ()
    assert hints_of(None, "A1.1") == ()


def test_hints_are_those_of_the_released_notebook(clone, notebook_in):
    hints = hints_of(notebook_in(clone), "A1.1")
    assert hints == ["A nudge.", "A pointer to `//`.", "Nearly:\n\n```python\nreturn cents // ...\n```"]
    assert hints_of(notebook_in(clone), "A1.2") == ()


def test_a_saved_change_is_read_again(clone, notebook_in):
    file = notebook_in(clone)
    assert parts(file)
    file.write_text(json.dumps({"cells": []}))
    os.utime(file, ns=(1, 1))
    assert parts(file) == ()


def test_the_solution_is_found_beside_and_without_markers(clone, bundle, notebook_in):
    assert solution_beside(notebook_in(clone).parent, "A1.1") == "def half(cents):\n    return cents // 2"
    assert solution_beside(notebook_in(clone).parent, "A1.2") == ""
    assert solution_beside(notebook_in(bundle).parent, "A1.1") == ""
    assert solution_beside(notebook_in(clone).parent.parent, "A1.1") == ""
    assert solution_beside(None, "A1.1") == ""


@pytest.mark.parametrize(
    ("solution", "cells", "found"),
    [
        ("def f(): ...", ["def f(): return 1", "def f(): return 2", "f()", "q.result("], "def f(): return 2"),
        ("%%sql x\nSELECT 1", ["%%sql x\nSELECT 2", "%%sql y\nSELECT 3"], "%%sql x\nSELECT 2"),
        ("a = 1\nclass B: ...", ["a = 2", "a: int = 3\nclass B: ..."], "a: int = 3\nclass B: ..."),
        ("def f(): ...", ["f = 1 +", "x = 1"], ""),
        ("not python at all", ["x = 1"], ""),
    ],
)
def test_the_learners_own_answer_is_the_last_that_binds_the_same(solution, cells, found):
    assert own_answer(cells, solution) == found
