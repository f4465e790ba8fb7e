"""`engineroom grade` leaves a whole class graded: gradebook, autograded notebooks, feedback, results."""

import json
import os
import shutil
from pathlib import Path

import nbformat
import pytest
from typer.testing import CliRunner

from autograder.cli import app
from autograder.errors import EngineRoomError
from autograder.grading.gradebook import Gradebook

ROOT = Path(__file__).parents[3]
MODULE = "a2_one_table"
SAMPLES = ROOT / "tests" / "samples" / "submitted"
SCORES = {"ana": 20, "bo": 20, "farah": 0, "goran": 20, "hana": 20, "jun": 20, "kaya": 0, "mara": 20, "noor": 0}


def grade(into, *options):
    arguments = ["grade", "--submitted", str(SAMPLES), "--into", str(into), *map(str, options)]
    return CliRunner().invoke(app, arguments, env={"COLUMNS": "200"})


def stamps(folder):
    return {path: path.stat().st_mtime_ns for path in sorted(folder.rglob("*")) if path.is_file()}


@pytest.fixture(scope="module")
def graded(tmp_path_factory):
    into = tmp_path_factory.mktemp("graded")
    done = grade(into, "--json", into / "all.json")
    assert done.exit_code == 0, done.output
    return into, done.output, {one["learner"]: one for one in json.loads((into / "all.json").read_text())}


def test_the_summary_names_every_learner_with_the_right_score(graded):
    _, output, results = graded
    assert sorted(results) == sorted(path.name for path in SAMPLES.iterdir())
    assert {name: results[name]["points"] for name in SCORES} == SCORES
    for learner in results:
        assert learner in output


def test_the_gradebook_agrees(graded):
    into, _, results = graded
    with Gradebook(f"sqlite:///{into / 'gradebook.db'}") as book:
        assert {name: book.score(MODULE, name) for name in results} == {
            name: result["points"] for name, result in results.items()
        }


def test_damage_costs_at_most_the_damaged_question(graded):
    _, _, results = graded
    points = {question["question"]: question["points"] for question in results["iker"]["questions"]}
    assert points.pop("A2.4") == 0  # the deleted answer
    assert all(value > 0 for value in points.values())
    assert len(results["iker"]["repairs"]) >= 3
    assert results["liam"]["points"] == 14  # the truncated file holds the first five answers
    assert results["liam"]["repairs"]


def test_autograded_notebooks_are_valid_and_hold_the_results(graded):
    into, _, results = graded
    for learner in results:
        notebook = nbformat.read(into / "autograded" / learner / MODULE / f"{MODULE}.ipynb", as_version=4)
        nbformat.validate(notebook)
        cell = next(cell for cell in notebook.cells if cell.id == "a2_1_check")
        (output,) = cell.outputs
        assert float(output.data["text/plain"]) == results[learner]["scores"]["a2_1_check"]


def test_feedback_shows_no_hidden_source_or_data(graded):
    into, _, _ = graded
    source = json.loads((ROOT / "solutions" / MODULE / f"{MODULE}.ipynb").read_text())
    hidden = [
        line.strip()
        for cell in source["cells"]
        if cell["id"].endswith("_hidden")
        for line in "".join(cell["source"]).splitlines()
        if "load" in line or "reference =" in line
    ]
    assert hidden
    for page in into.glob("feedback/*/*/*.html"):
        text = page.read_text("utf-8")
        assert not [line for line in hidden if line in text]
        assert "hopline.load" not in text


def test_grading_again_changes_nothing_that_did_not_change(graded):
    into, _, _ = graded
    before = stamps(into)
    assert grade(into).exit_code == 0
    after = stamps(into)
    assert {path.name for path in after if after[path] != before.get(path)} <= set()


def test_a_learners_name_that_is_not_utf8_stops_nothing(tmp_path):
    name = os.fsdecode(b"zo\xeb")
    folder = tmp_path / "in" / name / MODULE
    folder.mkdir(parents=True)
    (folder / f"{MODULE}.ipynb").write_bytes((SAMPLES / "bo" / MODULE / f"{MODULE}.ipynb").read_bytes())
    (tmp_path / "in" / "empty" / MODULE).mkdir(parents=True)
    done = CliRunner().invoke(app, ["grade", "--submitted", str(tmp_path / "in"), "--into", str(tmp_path / "out")])
    assert done.exit_code == 0, done.output
    with Gradebook(f"sqlite:///{tmp_path / 'out' / 'gradebook.db'}") as book:
        assert book.score(MODULE, "zo\\xeb") == 20
        assert book.score(MODULE, "empty") == 0


def test_what_lies_about_is_remarked_and_grading_goes_on(tmp_path):
    shutil.copytree(SAMPLES / "farah", tmp_path / "in" / "farah")
    (tmp_path / "in" / "farah" / "a2_onetable").mkdir()
    (tmp_path / "in" / "README.txt").touch()
    (tmp_path / "in" / "farah" / MODULE / "timestamp.txt").write_text("yesterday evening")
    done = grade(tmp_path / "out", "--submitted", tmp_path / "in")
    assert done.exit_code == 0, done.output
    assert "Note: Left out, because the course has no such module: a2_onetable." in done.output
    assert "README.txt" in done.output
    assert "farah, a2_one_table: timestamp.txt holds no date" in done.output


def test_a_failure_of_the_engine_ends_in_a_note_and_a_failing_exit_code(tmp_path, monkeypatch):
    def fail(*_, **__):
        raise ZeroDivisionError

    monkeypatch.setattr("autograder.grading.supply.grade_submission", fail)
    shutil.copytree(SAMPLES / "farah", tmp_path / "in" / "farah")
    shutil.copytree(SAMPLES / "ana", tmp_path / "in" / "ana")
    done = grade(tmp_path / "out", "--submitted", tmp_path / "in", "--json", tmp_path / "all.json")
    assert isinstance(done.exception, EngineRoomError)
    assert str(done.exception).startswith(f"The engine failed on 2 of 2 submissions: ana ({MODULE}), farah ({MODULE}).")
    assert "it was left ungraded" in done.output
    assert all(one["run"]["failed"] for one in json.loads((tmp_path / "all.json").read_text()))


# --- grading again ---------------------------------------------------------------------------------------------------


def regrade(folder, *options):
    arguments = ["regrade", "--submitted", str(folder / "in"), "--into", str(folder / "out"), *map(str, options)]
    return CliRunner().invoke(app, arguments, env={"COLUMNS": "250"})


@pytest.fixture(scope="module")
def changed(graded, tmp_path_factory):
    """Two of the class: ana emptied her first answer since it was graded, and a person gave her half a point there."""
    folder = tmp_path_factory.mktemp("changed")
    for learner in ("ana", "bo"):
        shutil.copytree(SAMPLES / learner, folder / "in" / learner)
    shutil.copytree(graded[0], folder / "out")
    with Gradebook(f"sqlite:///{folder / 'out' / 'gradebook.db'}") as book:
        book._book.find_grade("a2_1_check", MODULE, MODULE, "ana").manual_score = 0.5
        book._book.db.commit()
    path = folder / "in" / "ana" / MODULE / f"{MODULE}.ipynb"
    data = json.loads(path.read_text())
    next(cell for cell in data["cells"] if cell["id"] == "a2_1_answer")["source"] = ["%%sql electric\n", "SELECT 1\n"]
    path.write_text(json.dumps(data))
    return folder


def table(result):
    """What was printed, without the lines that tell a slow machine's user how grading gets on."""
    return "\n".join(line for line in result.output.splitlines() if " graded, about " not in line)


def test_a_preview_shows_who_changes_and_writes_nothing_and_the_regrade_does_it(changed):
    """The same table before both; what a person gave is kept and said to be."""
    before = stamps(changed / "out")
    shown = regrade(changed, "--preview", "--json", changed / "shown.json")
    assert shown.exit_code == 0, shown.output
    assert stamps(changed / "out") == before
    row = next(line for line in shown.output.splitlines() if "ana" in line)
    assert row.split()[:6] == ["ana", MODULE, "A2.1", "1.5", "0.5", "-1"]
    assert "the answer changed" in row
    assert "a2_1_check: a person gave 0.5, and that stays; the checks now give 0" in shown.output
    assert "1 of 2 submissions change; the others stay as they are." in shown.output
    assert "Nothing was written" in shown.output
    done = regrade(changed, "--json", changed / "done.json")
    assert done.exit_code == 0, done.output
    assert table(done).partition("Written.")[0] == table(shown).partition("Nothing was written")[0]
    data = [json.loads((changed / name).read_text()) for name in ("shown.json", "done.json")]
    assert [one.pop("written") for one in data] == [False, True]
    assert data[0] == data[1]
    assert data[0]["changes"][0]["difference"] == -1
    with Gradebook(f"sqlite:///{changed / 'out' / 'gradebook.db'}") as book:
        assert (book.score(MODULE, "ana"), book.score(MODULE, "bo")) == (18.5, 20)
    assert "0 of 2 submissions change" in regrade(changed, "--preview").output


def test_a_preview_stopped_by_ctrl_c_has_written_nothing(changed, monkeypatch):
    def stop(*_, **__):
        raise KeyboardInterrupt

    monkeypatch.setattr("autograder.grading.supply.grade_submission", stop)
    before = stamps(changed / "out")
    done = regrade(changed)
    assert done.exit_code == 130
    assert "Stopped. Nothing was written." in done.output
    assert stamps(changed / "out") == before


def test_the_password_of_a_gradebook_is_not_printed(tmp_path):
    done = grade(tmp_path, "--db", "postgresql+psycopg://ann:secret@127.0.0.1:1/grades")
    assert isinstance(done.exception, EngineRoomError)
    assert "doesn't answer. Check that the server runs" in str(done.exception)
    assert "secret" not in done.output + str(done.exception)


def test_a_cluster_is_told_what_is_wrong_with_it_before_anything_is_graded(tmp_path, monkeypatch):
    """One sentence: for an address that is none, and where Dask isn't installed."""
    done = grade(tmp_path / "out", "--cluster", "nonsense")
    assert isinstance(done.exception, EngineRoomError)
    assert "'nonsense' is no address of a Dask scheduler" in str(done.exception)
    monkeypatch.setattr("importlib.util.find_spec", lambda name: None if name == "distributed" else name)
    done = grade(tmp_path / "out", "--cluster", "tcp://10.0.0.5:8786")
    assert str(done.exception).endswith("needs distributed. Install it with: pip install 'engineroom[cluster]'")
    assert not (tmp_path / "out").exists()
