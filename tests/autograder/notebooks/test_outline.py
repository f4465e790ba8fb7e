"""course.toml: what is missing, unknown or there twice is told; each fact about the course has one home."""

import pytest

from autograder.errors import EngineRoomError
from autograder.notebooks.master import read_module
from autograder.notebooks.outline import Entry, Outline, Unit, outline_problems, read_outline

GOOD = """\
title = "A course"
modules_a_week = 2

[[units]]
title = "Data"

[[units.modules]]
id = "a1_begin"
goal = "begin"

[[units.modules]]
id = "a2_one_table"
goal = "ask"
"""


@pytest.fixture
def outline(tmp_path):
    def read(text):
        (tmp_path / "course").mkdir(exist_ok=True)
        (tmp_path / "course" / "course.toml").write_text(text)
        return read_outline(tmp_path)

    return read


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ("title = ", "title ", "can't be read"),
        ('title = "A course"\n', "", "The course needs `title`, a text; got None"),
        ("modules_a_week = 2", "modules_a_week = true", "needs `modules_a_week`, a whole number; got True"),
        ("modules_a_week = 2", "modules_a_week = 0", "must be at least 1, got 0"),
        ('title = "Data"', 'title = " "', "A unit needs `title`, a text"),
        ('goal = "ask"', "", r"A module \(a2_one_table\) needs `goal`, a text; got None"),
        ('goal = "ask"', 'goal = "ask"\nminutes = 50', r"A module \(a2_one_table\) has `minutes`, which means nothing"),
        ("a2_one_table", "One table", "'One table' isn't a module's id"),
        ("a2_one_table", "a1_other", "names a1 more than once"),
    ],
)
def test_a_breach_is_told(outline, old, new, said):
    assert old in GOOD
    with pytest.raises(EngineRoomError, match=said):
        outline(GOOD.replace(old, new))


def test_units_must_be_tables(outline):
    with pytest.raises(EngineRoomError, match="A unit is a table, got 3"):
        outline('title = "x"\nmodules_a_week = 2\nunits = [3]')


def test_a_course_may_have_none(tmp_path):
    assert read_outline(tmp_path) is None


def test_it_is_read_in_order(outline):
    assert outline(GOOD) == Outline(
        "A course", 2, (Unit("Data", (Entry("a1_begin", "begin"), Entry("a2_one_table", "ask"))),)
    )


def test_course_and_outline_must_name_the_same_modules(outline, module):
    problems = list(outline_problems(outline(GOOD), [module]))
    assert problems == [
        "course/course.toml: the module a1_begin isn't there. Write course/a1_begin/a1_begin.py, "
        "or take it off the list."
    ]
    listed = outline(GOOD.replace("a2_one_table", "a3_other"))
    assert any("a2_one_table isn't on the list" in problem for problem in outline_problems(listed, [module]))


def test_what_a_module_needs_comes_before_it(outline, changed):
    read = outline(GOOD)
    needing = read_module(changed(("needs: [a1]", "needs: [a1, b2]")))
    (problem,) = [one for one in outline_problems(read, [needing]) if "needs" in one]
    assert "needs b2, which course/course.toml doesn't name before it" in problem
    itself = read_module(changed(("needs: [a1]", "needs: [a2]")))
    assert any("needs a2" in one for one in outline_problems(read, [itself]))
