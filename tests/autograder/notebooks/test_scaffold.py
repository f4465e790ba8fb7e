"""Tests of beginning a new module."""

import pytest

from autograder.errors import EngineRoomError
from autograder.notebooks.build import build
from autograder.notebooks.master import read_module
from autograder.notebooks.scaffold import new_module


@pytest.mark.parametrize(
    "name", ["", "maps", "f1_maps", "A9_maps", "a9-maps", "a9", "a10_maps", "a9_", "../a9_x", "a9_x\n"]
)
def test_a_name_that_is_no_id_is_refused(name, tmp_path):
    """The sentence says what an id looks like, and nothing is written."""
    with pytest.raises(EngineRoomError, match=r"can't be a module's id\. It takes a letter from a to e"):
        new_module(tmp_path, name)
    assert list(tmp_path.iterdir()) == []


def test_a_module_is_never_overwritten(tmp_path):
    """Neither the same file, nor another module with the same number."""
    path = new_module(tmp_path, "a9_example")
    path.write_text("mine")
    for name in ("a9_example", "a9_other"):
        with pytest.raises(EngineRoomError, match=r"exists already\. Choose another number than a9"):
            new_module(tmp_path, name)
    assert path.read_text() == "mine"


def test_a_new_module_keeps_every_rule(tmp_path):
    """It reads, with everything a question needs, and its title may hold any letters."""
    module = read_module(new_module(tmp_path, "b9_example", title='Maps: "drawn" # by hand'))
    assert module.title == 'Maps: "drawn" # by hand'
    (question,) = module.questions
    assert question.id == "B9.1"
    assert (len(question.hints), len(question.wrong), len(question.right)) == (3, 2, 1)


def test_the_title_is_made_from_the_id_when_left_out(tmp_path):
    """So that `engineroom new` needs one argument."""
    assert read_module(new_module(tmp_path, "b9_one_more_map")).title == "One more map"


def test_a_new_module_builds_at_once(tmp_path):
    """The generated notebooks are there after one command, and current."""
    pytest.importorskip("hopline")
    new_module(tmp_path, "a9_example")
    assert [change.what for change in build(tmp_path)] == ["new", "new"]
    assert build(tmp_path, check_only=True) == []
