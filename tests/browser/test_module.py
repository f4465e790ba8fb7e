"""A learner's first quarter of an hour in module A2, in a real JupyterLab."""

import contextlib
import shutil
from pathlib import Path

import pytest

from autograder.notebooks.master import read_module

pytestmark = pytest.mark.browser

ROOT = Path(__file__).parents[2]
MODULE = "a2_one_table"
SHOTS = ROOT / "build" / "screenshots"
WRONG = "%%sql electric\nSELECT plate, model FROM vehicles WHERE is_electric = 1 AND retired_at = NULL"
RIGHT = "%%sql electric\nSELECT plate, model FROM vehicles WHERE is_electric AND retired_at ISNULL"


@pytest.fixture(scope="module")
def opened(running_lab):
    """The released notebook, open, with every cell run once as a learner's first "Run All" does."""
    shutil.copy(ROOT / "exercises" / MODULE / f"{MODULE}.ipynb", running_lab.root)
    SHOTS.mkdir(parents=True, exist_ok=True)
    running_lab.open(f"{MODULE}.ipynb")
    running_lab.run_all(timeout=120)


def html(lab, cell):
    """The HTML that a cell shows; it must not have failed."""
    outputs = lab.outputs(cell)
    assert [output["output_type"] for output in outputs] == ["execute_result"], outputs
    return outputs[0]["data"]["text/html"]


def test_untouched_questions_say_what_to_do(lab, opened):
    """After "Run All" no check has failed with an error: each says that nothing was attempted yet."""
    for number in range(1, 8):
        assert "not attempted" in html(lab, f"a2_{number}_check")
    lab.screenshot(SHOTS / "a2-untouched.png")


def test_an_answer_cell_shows_its_rows(lab, opened):
    """A %%sql cell shows its rows with their number at once."""
    lab.set_source("a2_1_answer", RIGHT)
    lab.run("a2_1_answer")
    (output,) = lab.outputs("a2_1_answer")
    assert "<table" in output["data"]["text/html"]
    assert "19 rows" in output["data"]["text/html"]


def test_a_wrong_answer_is_explained_and_a_right_one_passes(lab, opened):
    """The panel names the misconception and shows both tables; after the correction it says "right"."""
    lab.set_source("a2_1_answer", WRONG)
    lab.run("a2_1_answer")
    lab.run("a2_1_check")
    panel = html(lab, "a2_1_check")
    assert "wrong, 0 of 1 point" in panel
    assert "null-equals" in panel
    for theme in ("Light", "Dark"):
        lab.theme(theme)
        lab.screenshot(SHOTS / f"a2-wrong-{theme.lower()}.png", lab.element("a2_1_check"))
    lab.theme("Light")

    lab.set_source("a2_1_answer", RIGHT)
    lab.run("a2_1_answer")
    lab.run("a2_1_check")
    assert "right, 1 of 1 point" in html(lab, "a2_1_check")
    lab.screenshot(SHOTS / "a2-right.png", lab.element("a2_1_check"))


def test_a_misspelt_column_is_answered_with_the_nearest(lab, opened):
    """An error is one plain sentence, not a traceback."""
    lab.set_source("a2_1_answer", "%%sql electric\nSELECT plat, model FROM vehicles")
    lab.run("a2_1_answer")
    assert not [output for output in lab.outputs("a2_1_answer") if output["output_type"] == "error"]
    shown = str(lab.outputs("a2_1_answer"))
    assert "plat" in shown
    assert "plate" in shown
    lab.screenshot(SHOTS / "a2-misspelt.png", lab.element("a2_1_answer"))


def test_tab_completes_names_of_the_database(lab, opened):
    """In a %%sql cell Tab offers columns and tables, not Python."""
    lab.set_source("a2_1_answer", "%%sql electric\nSELECT retired_at FROM veh")
    assert "vehicles" in lab.completions("a2_1_answer")


def test_a_failed_exchange_is_shown_request_beside_response(lab, opened):
    """In module C3 a wrong app's panel holds the transcript: what was sent, what came back, which line is at fault."""
    module = "c3_rest_api"
    question = next(q for q in read_module(ROOT / "course" / module / f"{module}.py").questions if q.id == "C3.3")
    wrong = next(one for one in question.wrong if one.tag == "created-201")
    shutil.copy(ROOT / "exercises" / module / f"{module}.ipynb", lab.root)
    lab.open(f"{module}.ipynb")
    for setup in ("c3_setup", "c3_setup_2", "c3_setup_3"):
        with contextlib.suppress(KeyError):
            lab.run(setup)
    lab.set_source("c3_3_answer", question.whole(wrong))
    lab.run("c3_3_answer")
    lab.run("c3_3_check")
    panel = html(lab, "c3_3_check")
    assert "wrong" in panel
    assert "sent" in panel
    assert "received" in panel
    assert "RFC 9110" in panel
    lab.screenshot(SHOTS / "c3-transcript.png", lab.element("c3_3_check"))
