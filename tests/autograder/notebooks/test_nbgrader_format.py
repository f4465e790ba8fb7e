"""nbgrader's source notebook: ids, metadata, prompts."""

import json

import nbformat
import pytest
from nbgrader.nbgraderformat import MetadataValidator

from autograder.notebooks.build import build_module
from autograder.notebooks.master import read_module


@pytest.fixture
def built(module, course):
    """Both notebooks of the module, read back."""
    made = build_module(module, course)
    return json.loads(made.solution), json.loads(made.exercise)


def cell(notebook, name):
    """One cell by id."""
    return next(one for one in notebook["cells"] if one["id"] == name)


def source(notebook, name):
    return "".join(cell(notebook, name)["source"])


def test_cells_have_stable_ids_in_the_authors_order(built):
    """Ids are those of the questions; they are grade ids, too."""
    for notebook in built:
        assert [one["id"] for one in notebook["cells"]] == [
            "a2_lesson_01",
            "a2_setup",
            "a2_lesson_02",
            *(f"a2_1_{role}" for role in ("prompt", "answer", "check", "hidden")),
            "a2_lesson_03",
            *(f"a2_{number}_{role}" for number in (2, 3) for role in ("prompt", "answer", "check", "hidden")),
            *("a2_where_you_stand", "a2_check_module"),
        ]
        graded = [one for one in notebook["cells"] if "nbgrader" in one["metadata"]]
        assert all(one["metadata"]["nbgrader"]["grade_id"] == one["id"] for one in graded)


@pytest.mark.parametrize(
    ("role", "flags"),
    [
        ("prompt", (False, False, True, None)),
        ("answer", (False, True, False, None)),
        ("check", (True, False, True, 1)),
        ("hidden", (True, False, True, 1)),
    ],
)
def test_each_role_has_its_nbgrader_flags(built, role, flags):
    """grade, solution, locked, points: before and after the release."""
    for notebook in built:
        data = cell(notebook, f"a2_1_{role}")["metadata"]
        kept = data["nbgrader"]
        assert (kept["grade"], kept["solution"], kept["locked"], kept.get("points")) == flags
        assert (data["engineroom"]["question"], data["engineroom"]["role"]) == ("A2.1", role)


def test_nbgrader_accepts_both_notebooks(built):
    """Its validator for schema 3 passes them; lesson cells are none of its business."""
    for notebook in built:
        node = nbformat.from_dict(notebook)
        nbformat.validate(node)
        MetadataValidator().validate_nb(node)
        assert "nbgrader" not in cell(notebook, "a2_lesson_01")["metadata"]
        assert notebook["nbformat"], notebook["nbformat_minor"] == (4, 5)


def test_the_prompt_shows_points_and_hints(built):
    """Under the heading what it is worth, at the end three hints that open on a click."""
    text = source(built[1], "a2_1_prompt")
    assert text.startswith("## A2.1 Electric and on the road\n\n*2 points · core question ★*\n\nWhich cars run?\n\n")
    assert text.count("<details><summary>Hint") == 3
    assert "\n\n```sql\nSELECT ...\n```\n\n</details>" in text
    assert source(built[1], "a2_2_prompt").startswith("## A2.2 Half of it\n\n*3 points*\n\n<details>")


def test_a_check_says_what_to_do_when_the_setup_was_not_run(built):
    """As its first line, in both notebooks; a hidden cell needs no advice."""
    for notebook in built:
        first, second = source(notebook, "a2_1_check").split("\n")[:2]
        assert first.startswith("# NameError: name 'Question' is not defined? Run the setup cell")
        assert second == 'q = Question("A2.1")'
        assert "Run the setup cell" not in source(notebook, "a2_1_hidden")


def test_no_cell_has_been_run(built):
    """Generated notebooks hold no outputs."""
    code = [one for notebook in built for one in notebook["cells"] if one["cell_type"] == "code"]
    assert all(one["outputs"] == [] and one["execution_count"] is None for one in code)


def test_hints_two_and_three_say_when_to_open_them(built):
    """They stay readable on GitHub and in a saved page: the rule is told, not forced."""
    text = source(built[1], "a2_1_prompt")
    assert "<summary>Hint 1</summary>" in text
    assert "<summary>Hint 2 (after your second try)</summary>" in text
    assert "<summary>Hint 3 (after your third try)</summary>" in text


def test_the_last_cells_check_the_whole_module_and_are_the_learners_own(built):
    """nbgrader knows nothing of them, so that losing them costs nothing."""
    for notebook in built:
        assert notebook["cells"][-1]["metadata"] == {}
        assert source(notebook, "a2_check_module").endswith("\n\ncheck_module()")
        assert "(../index.ipynb)" in source(notebook, "a2_where_you_stand")


def test_an_example_that_fails_does_not_stop_run_all(changed, tmp_path):
    """JupyterLab goes on behind a cell with this tag; a query needs none, since it raises nothing."""
    python, query = "# %% example fails=true\n1 / 0", '# %% example language="sql" fails=true\n# SELECT x FROM cars'
    more = ("# %% A2.1 prompt", f"{python}\n\n{query}\n\n# %% A2.1 prompt")
    made = build_module(read_module(changed(more)), tmp_path)
    tags = [cell(json.loads(made.exercise), f"a2_lesson_0{number}")["metadata"] for number in (2, 3, 4)]
    assert tags == [{}, {"tags": ["raises-exception"]}, {}]
