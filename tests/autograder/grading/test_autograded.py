"""The autograded notebook is nbgrader's kind of file, and says what the gradebook says."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import nbformat
import pytest
from nbconvert import HTMLExporter
from nbgrader.preprocessors import CheckCellMetadata, GetGrades, SaveAutoGrades
from nbgrader.utils import determine_grade

from autograder.grading.assignment import Assignment, Kind
from autograder.grading.autograded import Form
from autograder.grading.gradebook import Gradebook
from autograder.grading.run import RanCell
from autograder.grading.session import Graded
from autograder.grading.submission import Submission
from autograder.results import GroupResult, Outcome, QuestionResult, SubmissionResult

SCORES = {"q1_check": 1.0, "q1_hidden": 0.0, "q2_check": 0.5}


def group(name: str, points: float, hidden: bool = False) -> GroupResult:
    outcome = Outcome.RIGHT if points == 1 else Outcome.WRONG
    return GroupResult(name, points, 1.0, outcome, message=f"About {name}.", hidden=hidden)


@pytest.fixture
def result() -> SubmissionResult:
    """Two questions, one of them with a hidden check."""
    q1 = QuestionResult("q1", (group("works", 1.0), group("large numbers", 0.0, hidden=True)))
    return SubmissionResult("ann", "unit", (q1, QuestionResult("q2", (group("listed", 0.5),))), scores=SCORES)


@pytest.fixture
def write(make: Any, doubling: Assignment, result: SubmissionResult) -> Any:
    """Put a submission of `unit` together and read it back as nbgrader does."""

    def write(answers: Any = None, free: Any = None, cells: tuple[RanCell, ...] = ()) -> Any:
        full = {cell.grade_id: cell.released for cell in doubling.answers} | (answers or {})
        text = form_of(make.folder / "unit.ipynb").filled(Submission("ann", full, free or {}), Graded(result, cells))
        notebook = nbformat.reads(text, as_version=4)
        nbformat.validate(notebook)
        return notebook

    return write


def form_of(path: Path) -> Form:
    return Form(json.loads(path.read_text("utf-8")))


def cell_of(notebook: Any, grade_id: str) -> Any:
    return next(cell for cell in notebook.cells if cell.id == grade_id)


def ran(source: str, text: str = "", problem: str = "", grade_id: str = "", kind: Kind = Kind.FREE) -> RanCell:
    return RanCell(kind=kind, source=source, grade_id=grade_id, text=text, problem=problem)


def test_it_holds_the_learners_answers_and_the_masters_tests(write: Any, make: Any) -> None:
    """Whatever the learner did to the tests: they come from the master, hidden ones too, as nbgrader restores them."""
    notebook = write({"q2_answer": "small = [1]"})
    source = json.loads((make.folder / "unit.ipynb").read_text())["cells"]
    assert [cell.id for cell in notebook.cells] == [cell["id"] for cell in source]
    assert cell_of(notebook, "q2_answer").source == "small = [1]"
    assert "BEGIN SOLUTION" not in cell_of(notebook, "q1_answer").source
    for name in SCORES:
        assert cell_of(notebook, name).source == next(cell["source"] for cell in source if cell["id"] == name)


def test_nbgrader_reads_the_same_scores_from_it(write: Any) -> None:
    """By the rule with which it grades."""
    notebook = write()
    assert {name: determine_grade(cell_of(notebook, name))[0] for name in SCORES} == SCORES


def test_nbgraders_own_preprocessors_accept_it(write: Any, make: Any, tmp_path: Path) -> None:
    """The ones that check it, enter its scores, and read scores and comments for the feedback page."""
    url = f"sqlite:///{tmp_path / 'gradebook.db'}"
    with Gradebook(url) as book:
        book.register("unit", make.folder / "unit.ipynb")
        book.record("unit", "ann", dict.fromkeys(SCORES, 0.0))
        notebook = write()
        resources = {"nbgrader": {"notebook": "unit", "assignment": "unit", "student": "ann", "db_url": url}}
        for preprocessor in (CheckCellMetadata, SaveAutoGrades, GetGrades):
            notebook, resources = preprocessor().preprocess(notebook, resources)
        assert resources["nbgrader"]["score"] == sum(SCORES.values())
        book._book.db.expire_all()
        assert book.score("unit", "ann") == sum(SCORES.values())


def test_a_panel_holds_its_own_groups_only(write: Any) -> None:
    """Visible ones below the visible test, hidden ones below the hidden test."""
    notebook = write()
    (visible,), (hidden,) = (cell_of(notebook, name).outputs for name in ("q1_check", "q1_hidden"))
    assert "works" in visible.data["text/html"]
    assert "large numbers" not in visible.data["text/html"]
    assert "large numbers" in hidden.data["text/html"]
    assert "works" not in hidden.data["text/html"]


def test_free_cells_stand_where_the_learner_put_them(write: Any) -> None:
    """With what they printed, in the order in which they ran, and ids that nobody else has."""
    free = {"": ("first",), "q1_answer": ("print(1)", "print(1)"), "q2_check": ("last",)}
    cells = (ran("print(1)", "one\n"), ran("print(1)", "two\n"), ran("last", problem="NameError: no last"))
    notebook = write(free=free, cells=cells)
    names = [cell.id for cell in notebook.cells]
    sources = [cell.source for cell in notebook.cells]
    assert sources[0] == "first"
    assert sources[-1] == "last"
    place = names.index("q1_answer")
    assert sources[place + 1 : place + 3] == ["print(1)", "print(1)"]
    outputs = [notebook.cells[place + 1 + number].outputs[0].text for number in (0, 1)]
    assert outputs == ["one\n", "two\n"]
    (stopped,) = notebook.cells[-1].outputs
    assert (stopped.name, stopped.text) == ("stderr", "NameError: no last\n")
    assert len(set(names)) == len(names)


def test_no_markup_of_a_learner_gets_into_it(write: Any) -> None:
    """What was printed is plain text, whatever stands in it."""
    evil = "<script>alert(1)</script>"
    cells = (ran("x", evil), ran("y", evil, evil, "q1_answer", Kind.ANSWER))
    notebook = write(free={"": ("x",)}, cells=cells)
    for cell in notebook.cells:
        for output in cell.get("outputs", ()):
            assert output.output_type == "stream" or evil not in str(output.data)


HOSTILE = """# Why
<script>window.pwned=1</script><img src=x onerror=window.pwned=1>
[x](javascript:alert(1)) $\\href{x}{y}$
"""


@pytest.mark.parametrize(
    "text", [HOSTILE, f"~~~\n{HOSTILE}", f"~~~~~~~~\n</pre>{HOSTILE}~~~~", f"```\n~~~\n```\n{HOSTILE}"]
)
def test_an_answer_in_markdown_is_shown_as_it_was_written(make: Any, text: str) -> None:
    """Not rendered: nbconvert, and so formgrader, would run a script in it."""
    page = converted(make, "markdown", text)
    assert not re.search(r"<script>window|<img|javascript:alert\(1\)\"", page)
    assert "&lt;script&gt;window.pwned=1&lt;/script&gt;" in page


def test_an_answer_in_a_raw_cell_is_shown_as_it_was_written(make: Any) -> None:
    """Nbconvert would hand it on as HTML."""
    assert "<script>window" not in converted(make, "raw", HOSTILE)


def test_an_untouched_answer_in_markdown_stays_the_authors(make: Any) -> None:
    """So nbgrader still sees that nothing was written."""
    assert converted(make, "markdown", "*Your answer*", unanswered=("q1_answer",)).count("<em>Your answer</em>") == 1


def converted(make: Any, cell_type: str, text: str, unanswered: tuple[str, ...] = ()) -> str:
    """The body of the page that nbconvert makes of an autograded notebook with one answer."""
    answer = {**make.answer("q1", "*Your answer*"), "cell_type": cell_type}
    del answer["outputs"], answer["execution_count"]
    path = make.write(answer)
    graded = Graded(SubmissionResult("ann", "unit", (), unanswered=unanswered), ())
    found = form_of(path).filled(Submission("ann", {"q1_answer": text}), graded)
    page, _ = HTMLExporter().from_notebook_node(nbformat.reads(found, as_version=4))
    return str(page).partition("<body")[2]


def test_invisible_characters_are_written_out_and_floods_are_cut(write: Any) -> None:
    """In answers, in what was printed, and in why a cell stopped."""
    evil = "\u202ex\x1b]0;t\x07\x00"
    cells = (ran("x", evil + "y\n" * 50_000, evil), ran("z = 1\n" * 50_000, "hi"))
    notebook = write({"q2_answer": f"small = 1  # {evil}"}, {"": ("x", "z = 1\n" * 50_000)}, cells)
    text = json.dumps(list(notebook.cells), ensure_ascii=False)
    assert not re.search("[\x00\x1b\u202e]|u001b|u0000", text)
    assert r"small = 1  # \u202ex" in cell_of(notebook, "q2_answer").source
    assert len(text) < 150_000


def test_a_great_many_own_cells_are_counted_instead(write: Any) -> None:
    """An instructor's browser has an end."""
    notebook = write(free={"": ("x",) * 150, "q1_answer": ("y",) * 20_000})
    assert sum(cell.source in ("x", "y") for cell in notebook.cells) == 200
    assert "19,950 more cells" in notebook.cells[-1].source


def test_pictures_stand_below_the_cell(write: Any) -> None:
    """As the grader drew them; a note where one can't be shown."""
    cell = RanCell(Kind.ANSWER, "q1_answer", "", "[picture 1]\n[picture 2]\n", "", ("aGk=", ""))
    _, picture, note = cell_of(write(cells=(cell,)), "q1_answer").outputs
    assert picture.data["image/png"] == "aGk="
    assert note.text == "[picture 2] [image not shown]\n"


def test_text_that_is_no_unicode_is_kept_apart(make: Any, doubling: Assignment, result: SubmissionResult) -> None:
    """A lone surrogate in an answer can still be written as UTF-8."""
    answers = {cell.grade_id: "s = '\udc80'" for cell in doubling.answers}
    text = form_of(make.folder / "unit.ipynb").filled(Submission("ann", answers), Graded(result, ()))
    path = make.folder / "autograded.ipynb"
    path.write_bytes(text.encode("utf-8", "backslashreplace"))
    nbformat.validate(nbformat.read(path, as_version=4))
