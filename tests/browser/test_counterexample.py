"""A learner of a self-study clone sees the small database on which a query that passed is wrong, and plays with it."""

import shutil
from pathlib import Path

import pytest

pytestmark = pytest.mark.browser

ROOT = Path(__file__).parents[2]
MODULE = "a2_one_table"
SHOTS = ROOT / "build" / "screenshots"
# Right on the city data, where no electric vehicle is retired.
WRONG = "%%sql electric\nSELECT plate, model FROM vehicles WHERE is_electric = 1"
LOAD = "from autograder.sql import counterexample; use_database(counterexample())"


@pytest.fixture(scope="module")
def opened(running_lab):
    """The released notebook where a clone has it, the solutions beside it."""
    for kind in ("exercises", "solutions"):
        shutil.copytree(ROOT / kind / MODULE, running_lab.root / kind / MODULE)
    SHOTS.mkdir(parents=True, exist_ok=True)
    running_lab.open(f"exercises/{MODULE}/{MODULE}.ipynb")
    running_lab.run_all(timeout=120)


def test_the_panel_shows_the_counterexample_and_how_to_load_it(lab, opened):
    """Points stay, the rows are tagged, and the line of code works as it stands in the panel."""
    lab.set_source("a2_1_answer", WRONG)
    lab.run("a2_1_answer")
    lab.run("a2_1_check")
    (output,) = lab.outputs("a2_1_check")
    panel = output["data"]["text/html"]
    assert output["data"]["text/plain"] == "1.0"
    assert "On this small database your query gives another result" in panel
    assert "→ extra" in panel
    assert "look at WHERE" in panel
    assert LOAD in panel
    for theme in ("Light", "Dark"):
        lab.theme(theme)
        lab.screenshot(SHOTS / f"a2-counterexample-{theme.lower()}.png", lab.element("a2_1_check"))
    lab.theme("Light")


def test_the_counterexample_can_be_asked_in_sql_cells(lab, opened):
    """After the line of the panel, `%%sql` cells ask the small database."""
    lab.set_source("a2_2_answer", LOAD)
    lab.run("a2_2_answer")
    lab.set_source("a2_1_answer", "%%sql\nSELECT plate, is_electric, retired_at FROM vehicles")
    lab.run("a2_1_answer")
    assert "1 row" in str(lab.outputs("a2_1_answer"))
    lab.screenshot(SHOTS / "a2-counterexample-asked.png", lab.element("a2_1_answer"))
