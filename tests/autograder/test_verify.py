"""`engineroom verify` is green for the course, and red, in one sentence, for every fault planted in it."""

import json
import re
import shutil
import sys
from pathlib import Path

import pytest

from autograder.cli import main
from autograder.errors import EngineRoomError
from autograder.notebooks import build as building
from autograder.notebooks.build import build, module_paths
from autograder.notebooks.distilling import distil_course
from autograder.notebooks.master import read_module
from autograder.notebooks.scaffold import new_module
from autograder.notebooks.suites import read_suites
from autograder.verify import verify

ROOT = Path(__file__).parents[2]
MODULE = "a9_maps"
MASTER = f"course/{MODULE}/{MODULE}.py"
NOTEBOOK = f"exercises/{MODULE}/{MODULE}.ipynb"
OUT_OF_DATE = f"{NOTEBOOK}: out of date. Run: engineroom build"

# A second question for the module that `engineroom new` writes, in Python and with secrets of its own.
SECOND = """
# %% A9.2 prompt [markdown] type="py-function"
# ## A9.2 There and back
# Write `both_ways(metres)`: the way there and back. Nothing is shorter than 0 m.

# %% A9.2 answer
def both_ways(metres):
    ### BEGIN SOLUTION
    shortest_way = max(metres, 0)
    return shortest_way * 2
    ### END SOLUTION

# %% A9.2 check
q = Question("A9.2")
with q.check("ways that exist", points=1, tag="one-way-only"):
    assert both_ways(3) == 6
q.result()

# %% A9.2 hidden
q = Question("A9.2", hidden=True)
with q.check("ways that can't exist", points=1, tag="below-zero"):
    assert both_ways(-1234567) == 0
q.result()

# %% A9.2 hints [markdown]
# 1. There, and back.
# 2. What is shorter than 0 m?
# 3. Have a look at `max`.

# %% A9.2 wrong below-zero
# A way can't be shorter than 0 m.
def both_ways(metres):
    return metres + metres

# %% A9.2 wrong below-zero
# A way back isn't shorter than nothing, either.
def both_ways(metres):
    return abs(metres) * 2

# %% A9.2 right by-hand
# Without max.
def both_ways(metres):
    if metres < 0:
        return 0
    return metres + metres
"""

PASSES_ALL = """
# %% A9.2 wrong below-none
# Not a mistake at all.
def both_ways(metres):
    return sum([metres, metres]) if metres > 0 else 0
"""

# Answers that aren't judged as their headers say.
MISJUDGED = (
    PASSES_ALL
    + """
# %% A9.2 wrong one-way-only
# That is one way.
def both_ways(metres):
    return max(metres, 0)

# %% A9.2 wrong minus-sign
# A way can't be shorter than nothing.
def both_ways(metres):
    return 2 * metres

# %% A9.2 wrong typing-error
# It's called metres.
def both_ways(metres):
    return 2 * metre

# %% A9.2 right less-than-one
# A way between 0 m and 1 m isn't asked for.
def both_ways(metres):
    return 2 * max(metres, 1)
"""
)


def add(path, text):
    path.write_text(path.read_text("utf-8") + text, "utf-8")


def replace(path, *pairs):
    text = path.read_text("utf-8")
    for old, new in pairs:
        assert text.count(old) == 1, old
        text = text.replace(old, new)
    path.write_text(text, "utf-8")


def line_of(path, text):
    """The first line of a file that holds a text."""
    return next(at for at, line in enumerate(path.read_text("utf-8").split("\n"), start=1) if text in line)


def answer_line(course, header):
    return line_of(course / MASTER, f"# %% A9.2 {header}")


def tampered(course, change):
    """Change the learners' notebook: `change` gets its cells by their ids."""
    path = course / NOTEBOOK
    notebook = json.loads(path.read_text("utf-8"))
    change({cell["id"]: cell for cell in notebook["cells"]}, notebook)
    path.write_text(json.dumps(notebook), "utf-8")


@pytest.fixture(scope="module")
def sound(tmp_path_factory):
    """A small course without a fault, built."""
    root = tmp_path_factory.mktemp("sound")
    add(new_module(root, MODULE, "Draw a map"), SECOND)
    (root / "binder").mkdir()
    shutil.copy(ROOT / "binder" / "postBuild", root / "binder")
    build(root)
    return root


@pytest.fixture
def course(sound, tmp_path):
    """A copy of it, to plant a fault in."""
    return shutil.copytree(sound, tmp_path / "course", symlinks=True)


@pytest.fixture
def packaged(course):
    """The same, with a wheel to be built."""
    for name in ("pyproject.toml", "README.md", "LICENSE"):
        shutil.copy(ROOT / name, course)
    skip = shutil.ignore_patterns("__pycache__")
    shutil.copytree(ROOT / "autograder", course / "autograder", ignore=skip)
    shutil.copytree(ROOT / "course" / "hopline", course / "course" / "hopline", ignore=skip)
    return course


@pytest.fixture
def found(course):
    """Plant faults in the master, build, and give what verify finds."""

    def find(*pairs, more=""):
        replace(course / MASTER, *pairs)
        add(course / MASTER, more)
        build(course)
        return list(verify(course).problems)

    return find


# --- green -----------------------------------------------------------------------------------------------------------


def test_module_a2_is_proved():
    report = verify(ROOT, ["a2"])
    assert report.problems == ()
    (module,) = report.modules
    assert [row.question for row in module.rows] == [f"A2.{number}" for number in range(1, 8)]
    assert all(row.ok and row.solution == row.starter == "1 of 1" for row in module.rows)
    assert all(re.fullmatch(r"(\d+) of \1", column) for row in module.rows for column in (row.wrong, row.right))
    assert report.remarks == ()
    assert [one.question for one in module.strengths] == [row.question for row in module.rows]
    assert all(one.rate == 1.0 and one.suite == one.killed > 10 for one in module.strengths)
    assert sum(len(one.explained) for one in module.strengths) == 2
    assert all(survivor.why for one in module.strengths for survivor in (*one.equal, *one.explained))


@pytest.mark.parametrize("path", module_paths(ROOT), ids=lambda path: path.stem)
def test_every_module_with_queries_keeps_its_suites(path):
    queries = {question.id for question in read_module(path).questions if question.type == "sql-query"}
    assert read_suites(path).keys() == queries


def test_a_scaffolded_module_is_proved_with_its_wheel(packaged):
    report = verify(packaged)
    assert report.problems == ()
    assert [(row.question, row.wrong, row.right) for row in report.modules[0].rows] == [
        ("A9.1", "2 of 2", "1 of 1"),
        ("A9.2", "2 of 2", "1 of 1"),
    ]


def test_each_module_is_read_and_built_once(course, monkeypatch):
    built = []
    monkeypatch.setattr("autograder.verify.build_module", lambda *told: built.append(1) or building.build_module(*told))
    monkeypatch.setattr(building, "read_module", None)
    assert verify(course).problems == ()
    assert built == [1]


# --- mutants ---------------------------------------------------------------------------------------------------------


def test_a_module_without_suites_is_reminded(course):
    report = verify(course)
    assert report.remarks == (f"{MASTER}: no mutant was tried, as there is no suites.json. Run: engineroom distill",)
    assert report.modules[0].strengths == ()


@pytest.fixture
def with_suites(course):
    """The course with suites, and a function that changes them as JSON and gives what verify then finds."""
    list(distil_course(course))
    path = course / "course" / MODULE / "suites.json"

    def find(change=lambda questions: None):
        data = json.loads(path.read_text("utf-8"))
        change(data["questions"])
        path.write_text(json.dumps(data), "utf-8")
        build(course)
        return list(verify(course).problems)

    return find


def test_distilled_suites_are_proved(with_suites):
    assert with_suites() == []


def test_broken_suites_are_a_problem(course):
    (course / "course" / MODULE / "suites.json").write_text("{")
    (problem,) = verify(course).problems
    assert problem.startswith(f"course/{MODULE}/suites.json:1: It can't be read: ")


def test_a_suite_that_misses_mistakes_is_a_problem(with_suites):
    (problem,) = with_suites(lambda questions: questions["A9.1"]["databases"].clear())
    assert re.search(r": A9.1: the suite doesn't show \d+ of the mistakes .* Run: engineroom distill$", problem)


def test_a_suite_of_another_schema_is_a_problem(with_suites):
    (problem,) = with_suites(lambda questions: questions["A9.1"]["databases"].append({"gone": [[1]]}))
    assert "A9.1: The stored databases don't fit this question any more: no such table: gone" in problem


def test_a_suite_of_no_question_is_a_problem(with_suites):
    (problem,) = with_suites(lambda questions: questions.update({"A9.7": {"databases": [], "survivors": []}}))
    assert problem == f"course/{MODULE}/suites.json: A9.7 is no query with a check. Run: engineroom distill"


def test_a_mistake_that_no_data_shows_is_a_problem(course, with_suites):
    old = "WHERE status <> 'banned' AND mentor_id IS NULL"
    replace(course / MASTER, (f"FROM drivers {old}\n# ### END", f"FROM drivers {old} AND 'ab' < 'b'\n# ### END"))
    build(course)
    problems = with_suites()
    assert any("no data shows this mistake: without `'ab' < 'b'`." in problem for problem in problems)


# --- leaks -----------------------------------------------------------------------------------------------------------


def leaks_of(course):
    """What verify finds, without the remark that the tampered notebook isn't current."""
    problems = list(verify(course).problems)
    assert problems.pop(0) == OUT_OF_DATE
    return problems


def test_a_hidden_test_in_a_cell_for_learners(course):
    secret = "    assert both_ways(-1234567) == 0"

    def change(cells, _):
        cells["a9_2_check"]["source"] = [f"{line}\n" for line in ("q = 1", secret, "q")]

    tampered(course, change)
    line = line_of(course / MASTER, secret)
    assert leaks_of(course) == [
        f"{NOTEBOOK}, cell a9_2_check, line 2 holds a secret of {MASTER}:{line}: {secret.strip()}"
    ]


@pytest.mark.parametrize("where", ["cell", "notebook"])
def test_a_hidden_test_in_metadata(course, where):
    def change(cells, notebook):
        owner = cells["a9_2_check"] if where == "cell" else notebook
        owner["metadata"]["note"] = {"was": ["ASSERT both_ways( -1234567 ) == 0  # once"]}

    tampered(course, change)
    (problem,) = leaks_of(course)
    assert problem.startswith(f"{NOTEBOOK}, cell {'a9_2_check' if where == 'cell' else 'metadata'}, line ")
    assert problem.endswith(": assert both_ways(-1234567) == 0")


def test_a_hidden_test_in_an_output(course):
    def change(cells, _):
        said = {"text/html": ["<pre>---> 3 assert both_ways(-1234567) == 0</pre>"]}
        cells["a9_2_check"]["outputs"] = [{"output_type": "display_data", "data": said, "metadata": {}}]

    tampered(course, change)
    (problem,) = leaks_of(course)
    assert problem.startswith(f"{NOTEBOOK}, cell a9_2_check, line ")
    assert problem.endswith(": assert both_ways(-1234567) == 0")


def test_a_row_of_a_suite_in_what_binder_builds(course):
    list(distil_course(course))
    build(course)
    path = course / "course" / MODULE / "suites.json"
    line = next(text for text in path.read_text("utf-8").split("\n") if text.strip().startswith("["))
    add(course / "binder" / "postBuild", f"rows = {json.loads(line.strip().rstrip(','))}\n")
    (problem,) = verify(course).problems
    assert problem.startswith("binder/postBuild:")
    assert f"holds a secret of course/{MODULE}/suites.json:" in problem


def test_a_solution_in_what_binder_builds(course):
    add(course / "binder" / "postBuild", "# shortest_way = max(metres, 0)\n#   return shortest_way * 2\n")
    at = line_of(course / "binder" / "postBuild", "shortest_way")
    line = line_of(course / MASTER, "shortest_way = ")
    assert list(verify(course).problems) == [
        f"binder/postBuild:{at} holds a secret of {MASTER}:{line}: shortest_way = max(metres, 0)",
        f"binder/postBuild:{at + 1} holds a secret of {MASTER}:{line + 1}: return shortest_way * 2",
    ]


@pytest.mark.parametrize("file", ["course/hopline/schema.py", "autograder/answers.py"])
def test_a_solution_in_the_wheel(packaged, file):
    add(packaged / file, "\n\ndef _there(metres):\n    shortest_way = max(metres, 0)\n    return shortest_way * 2\n")
    first, second = verify(packaged).problems
    inside = re.escape(file.removeprefix("course/"))
    assert re.match(rf"engineroom-[\d.]+-py3-none-any\.whl!{inside}:\d+ holds a secret of {MASTER}:\d+: ", first)
    assert first.endswith("shortest_way = max(metres, 0)")
    assert second.endswith("return shortest_way * 2")


def test_a_line_that_another_module_teaches_is_no_secret(course):
    """Whether one module is proved or all."""
    other = new_module(course, "a8_ways", "Ways")
    add(other, "\n# %% [markdown]\n# `shortest_way = max(metres, 0)` and then `return shortest_way * 2`.\n")
    build(course)
    assert verify(course, ["a9"]).problems == ()
    assert verify(course).problems == ()


# --- answers ---------------------------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def misjudged(sound, tmp_path_factory):
    """What verify finds in a course with one wrongly labelled answer of each kind."""
    course = shutil.copytree(sound, tmp_path_factory.mktemp("misjudged") / "course")
    add(course / MASTER, MISJUDGED)
    build(course)
    problems = list(verify(course).problems)
    assert len(problems) == 5

    def about(answer):
        begin = f"{MASTER}:{answer_line(course, answer)}: A9.2, {answer}: "
        (problem,) = [problem for problem in problems if problem.startswith(begin)]
        return problem.removeprefix(begin)

    return about


def test_a_wrong_answer_that_passes(misjudged):
    assert misjudged("wrong below-none") == (
        "should lose points, but passes every group. Add a hidden data set that shows the mistake."
    )


def test_a_wrong_answer_that_only_visible_checks_catch(misjudged):
    assert misjudged("wrong one-way-only") == (
        "should fail a hidden group: a visible check can be satisfied by writing its rows into the answer."
    )


def test_a_wrong_answer_whose_tag_is_not_shown(misjudged):
    assert misjudged("wrong minus-sign") == (
        "should show the tag minus-sign, but shows below-zero. Give the group tag=..., or its check known=..., "
        "as in same_value(..., known=...)."
    )


def test_a_wrong_query_whose_tag_is_not_shown(found, course):
    """Two mistakes with one result can't be told apart."""
    twin = '\n# %% A9.1 wrong twin language="sql"\n# -- The same.\n# SELECT driver_id, full_name FROM drivers '
    (problem,) = found(("\n# %% A9.1 right", f"{twin}WHERE mentor_id IS NULL\n\n# %% A9.1 right"))
    line = line_of(course / MASTER, "# %% A9.1 wrong twin")
    assert problem == (
        f"{MASTER}:{line}: A9.1, wrong twin: should show the tag twin, but shows missing-filter. Its result must "
        "differ from the other wrong answers'; where it is empty, its header needs `when=`."
    )


def test_a_wrong_answer_that_cannot_run(misjudged):
    """Whoever gives it learns of the error, not of the misconception."""
    complaint = misjudged("wrong typing-error")
    assert complaint.startswith('should be wrong, but "ways that exist" says could not run: ')
    assert "'metre' is not defined" in complaint


def test_a_right_answer_that_is_refused(misjudged):
    assert misjudged("right less-than-one").startswith(
        'should get full marks, but "ways that can\'t exist" says wrong: '
    )


def test_a_solution_without_full_marks(found, course):
    problems = found(("both_ways(-1234567) == 0", "both_ways(-1234567) == 1"))
    line = answer_line(course, "answer")
    assert problems[0].startswith(
        f'{MASTER}:{line}: A9.2, solution: should get full marks, but "ways that can\'t exist" says wrong: '
    )


def starting_with(line):
    """The changes that put a line into the starter, before a solution that is no longer indented."""
    return (
        ("def both_ways(metres):\n    ### BEGIN SOLUTION\n", f"{line}\n### BEGIN SOLUTION\ndef both_ways(metres):\n"),
        ("    ### END SOLUTION\n", "### END SOLUTION\n"),
    )


def test_a_starter_that_passes(found, course):
    assert found(*starting_with("both_ways = lambda metres: 2 * metres if metres > 0 else 0")) == [
        f"{MASTER}:{answer_line(course, 'answer')}: A9.2, starter: "
        'should be "not attempted", but passes every group. Take the answer out of the starter.'
    ]


def test_a_starter_that_gets_points(found, course):
    assert found(*starting_with("both_ways = lambda metres: 2 * metres")) == [
        f'{MASTER}:{answer_line(course, "answer")}: A9.2, starter: should be "not attempted", but gets 1 of 2 points.'
    ]


def test_a_starter_that_cannot_run(found, course):
    (problem,) = found(*starting_with("both_ways = 3"))
    assert problem.startswith(
        f'{MASTER}:{answer_line(course, "answer")}: A9.2, starter: should be "not attempted", but "ways that exist" '
        "says could not run: "
    )


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        (
            '    same_rows(mentorless, reference, on=hopline.load("nulls"))',
            '    same_row(mentorless, reference, on=hopline.load("nulls"))',
            "the hidden cell stops: NameError: name 'same_row' is not defined",
        ),
        (
            '    same_rows(mentorless, reference, on=hopline.load("nulls"))',
            '    same_rows(mentorless, reference, on=hopline.load("nills"))',
            "the hidden cell stops: ",
        ),
        (
            "    same_rows(mentorless, expected, on=city)",
            "    same_rows(mentorless, expecte, on=city)",
            "the check cell stops: NameError: name 'expecte' is not defined",
        ),
        (
            "reference = from_solution(mentorless)",
            "reference = from_solution(mentorless)\nother = undefined",
            "the hidden cell stops: NameError: name 'undefined' is not defined",
        ),
    ],
)
def test_a_check_that_stops_says_so_once_with_its_line(found, course, old, new, said):
    """The real exception, not what a learner would read, and not again for each wrong answer."""
    (problem,) = found((old, new))
    answer = line_of(course / MASTER, "# %% A9.1 answer")
    assert problem.startswith(f"{MASTER}:{answer}: A9.1, solution: {said}")
    assert problem.endswith(f" (line {line_of(course / MASTER, new.split(chr(10))[-1])})")
    assert "nills" not in new or "nills" in problem


# --- lessons, files, format ------------------------------------------------------------------------------------------


def test_a_lesson_cell_that_stops(found, course):
    (problem,) = found(more="\n# %% example\nnobody = 0\nnobody.nothing\n")
    line = line_of(course / MASTER, "nobody = 0") - 1
    assert problem.startswith(f"{MASTER}:{line}: this lesson cell stops with an error: ")
    assert "nothing" in problem


@pytest.mark.parametrize("end", ["", ";"])
def test_an_example_query_that_fails(found, course, end):
    """The notebook shows a sentence in place of rows, without an exception."""
    (problem,) = found(more=f'\n# %% example language="sql"\n# SELECT ful_name FROM drivers{end}\n')
    line = line_of(course / MASTER, "ful_name") - 1
    assert problem.startswith(f"{MASTER}:{line}: this lesson cell stops with an error: There is no column `ful_name`")


def test_an_example_that_is_meant_to_fail(found, course):
    """It must, then; a query or Python."""
    query = '\n# %% example language="sql" fails=true\n# SELECT {} FROM drivers\n'
    python = "\n# %% example fails=true\n{} / 0\n"
    assert found(more=query.format("ful_name") + python.format(1)) == []
    line = line_of(course / MASTER, "# SELECT ful_name") - 1
    assert found(("SELECT ful_name", "SELECT full_name")) == [
        f"{MASTER}:{line}: this lesson cell should fail, as its header says, but runs. Take `fails=true` away."
    ]


def test_a_solution_that_stands_in_the_lesson(found, course):
    """Nobody has to find it out then."""
    statement = "SELECT driver_id, full_name FROM drivers WHERE status <> 'banned' AND mentor_id IS NULL"
    problems = found(more=f"\n# %% [markdown]\n# Look:\n#\n#     {statement.lower()}\n")
    line = line_of(course / MASTER, statement.lower())
    assert problems == [f"{MASTER}:{line}: this lesson cell holds the whole solution of A9.1. Take it out."]


def test_a_question_without_wrong_answers(found, course):
    master = (course / MASTER).read_text("utf-8")
    begin, end = (master.index(f"# %% A9.1 {role}") for role in ("wrong", "right"))
    assert found((master[begin:end], "")) == [
        f"{MASTER}:{line_of(course / MASTER, 'A9.1 prompt')}: A9.1 needs 2 `wrong` answers or more; it has none."
    ]


@pytest.mark.parametrize("kind", ["exercises", "solutions"])
def test_a_generated_file_that_is_not_current(course, kind):
    add(course / kind / MODULE / f"{MODULE}.ipynb", "\n")
    assert list(verify(course).problems) == [f"{kind}/{MODULE}/{MODULE}.ipynb: out of date. Run: engineroom build"]


def test_a_file_that_nobody_generates(course):
    (course / "exercises" / MODULE / "answers.txt").write_text("later")
    assert list(verify(course).problems) == [
        f"exercises/{MODULE}/answers.txt: unexpected. Delete it: learners would get it."
    ]


def test_a_module_that_the_outline_names_and_nobody_wrote(course):
    """The whole course is at fault; a module that is proved alone isn't."""
    outline = course / "course" / "course.toml"
    units = (f'[[units.modules]]\nid = "{name}"\ngoal = "go on"\n' for name in (MODULE, "b9_later"))
    outline.write_text(f'title = "T"\nmodules_a_week = 2\n[[units]]\ntitle = "U"\n{"".join(units)}')
    build(course)
    assert list(verify(course).problems) == [
        "course/course.toml: the module b9_later isn't there. Write course/b9_later/b9_later.py, "
        "or take it off the list."
    ]
    assert not verify(course, [MODULE]).problems
    add(course / "exercises" / "index.ipynb", "\n")
    assert "exercises/index.ipynb: out of date. Run: engineroom build" in verify(course).problems
    outline.write_text("title = 3")
    assert any("The course needs `title`, a text; got 3." in problem for problem in verify(course).problems)


def test_a_missing_hint_and_a_format_error_hide_nothing_of_other_modules(course):
    """Each module is proved for itself."""
    broken = new_module(course, "a8_ways", "Ways")
    add(course / MASTER, PASSES_ALL)
    build(course)
    line = line_of(broken, "# 3. ")
    replace(broken, ("# 3. Join `status <> 'banned'` and a test with `IS NULL` by `AND`.\n", ""))
    hints, accepted = verify(course).problems
    assert re.match(rf"course/a8_ways/a8_ways\.py:({line - 3}|{line - 2}|{line - 1}): ", hints)
    assert "hints" in hints
    assert "A9.2, wrong below-none: should lose points" in accepted


def test_a_solution_that_the_database_refuses(course):
    replace(course / MASTER, ("mentor_id IS NULL\n# ### END", "mentor_idd IS NULL\n# ### END"))
    (problem,) = verify(course).problems
    assert problem.startswith(f"{MASTER}:{line_of(course / MASTER, 'A9.1 answer')}: ")
    assert "mentor_idd" in problem


# --- odd courses -----------------------------------------------------------------------------------------------------


def test_a_course_that_was_never_built(course):
    shutil.rmtree(course / "exercises")
    shutil.rmtree(course / "solutions")
    assert list(verify(course).problems) == [
        f"solutions/{MODULE}/{MODULE}.ipynb: missing. Run: engineroom build",
        f"{NOTEBOOK}: missing. Run: engineroom build",
    ]


def test_a_module_without_questions_still_runs_its_lesson(course):
    path = course / MASTER
    path.write_text(path.read_text("utf-8").partition("# %% A9.1 prompt")[0] + "# %% example\n1 / 0\n", "utf-8")
    build(course)
    report = verify(course)
    assert report.modules[0].rows == ()
    (problem,) = report.problems
    assert problem.startswith(f"{MASTER}:{line_of(path, '1 / 0') - 1}: this lesson cell stops with an error: ")
    assert "ZeroDivisionError" in problem


def test_a_course_without_modules(tmp_path):
    with pytest.raises(EngineRoomError, match="holds no module"):
        verify(tmp_path)


def test_a_wheel_that_cannot_be_built(course):
    (course / "pyproject.toml").write_text("[project\n")
    (problem,) = verify(course).problems
    assert problem.startswith("The wheel wasn't searched for solutions. The engine's wheel can't be built: ")


# --- the command -----------------------------------------------------------------------------------------------------


def command(course, monkeypatch, capsys, *arguments):
    """Run it as a person does: exit code, what was printed, what went to stderr, the JSON document."""
    monkeypatch.chdir(course)
    monkeypatch.setenv("COLUMNS", "200")
    monkeypatch.setattr(sys, "argv", ["engineroom", "verify", *arguments, "--json", "report.json"])
    with pytest.raises(SystemExit) as ended:
        main()
    said = capsys.readouterr()
    return ended.value.code, said.out, said.err, json.loads((course / "report.json").read_text("utf-8"))


def test_the_command_tells_of_success(course, monkeypatch, capsys):
    code, said, errors, report = command(course, monkeypatch, capsys, MODULE)
    assert code == 0
    assert errors == ""
    assert "Verified 1 module in" in said
    assert report["schema"] == "engineroom-verify/1"
    assert report["ok"] is True
    assert report["problems"] == []
    assert report["modules"][0]["rows"][1] == {
        "question": "A9.2",
        "points": 2,
        "solution": "1 of 1",
        "starter": "1 of 1",
        "wrong": "2 of 2",
        "right": "1 of 1",
        "ok": True,
    }


def test_the_command_tells_of_failure(course, monkeypatch, capsys):
    add(course / MASTER, PASSES_ALL)
    build(course)
    code, said, errors, report = command(course, monkeypatch, capsys)
    assert code == 1
    assert errors == "engineroom: 1 problem found.\n"
    assert re.search(r"A9\.1 .* ok\s*$", said, re.MULTILINE)
    assert re.search(r"A9\.2 .* 2 of 3 .* FAILED\s*$", said, re.MULTILINE)
    assert "A9.2, wrong below-none: should lose points" in " ".join(said.split())
    assert report["ok"] is False
    assert len(report["problems"]) == 1
    assert [row["ok"] for row in report["modules"][0]["rows"]] == [True, False]
