"""A learner opens the course map, follows a link, passes a check, and sees the progress change."""

import shutil
from pathlib import Path

import pytest

pytestmark = pytest.mark.browser

ROOT = Path(__file__).parents[2]
MODULE = "a2_one_table"
NOTEBOOK = f"exercises/{MODULE}/{MODULE}.ipynb"
SHOTS = ROOT / "build" / "screenshots"
RIGHT = "%%sql electric\nSELECT plate, model FROM vehicles WHERE is_electric = 1 AND retired_at IS NULL"
WRONG = "%%sql electric\nSELECT plate, model FROM vehicles"
OPENED = "path => window.jupyterapp.shell.currentWidget?.context?.path === path"


def follow(lab, cell, notebook):
    """Click the first link to a module, or to the map, in a cell; it must open."""
    link = lab.element(cell).locator(f'a[href*="{MODULE}"], a[href*="index.ipynb"]').first
    link.click()
    lab.wait_until(OPENED, notebook, timeout=60)


@pytest.fixture(scope="module")
def course(running_lab):
    """The exercises as a class's bundle has them."""
    shutil.copytree(ROOT / "exercises", running_lab.root / "exercises", ignore=shutil.ignore_patterns("progress.db*"))
    SHOTS.mkdir(parents=True, exist_ok=True)
    return running_lab.root / "exercises"


def test_from_the_map_to_a_module_and_back(lab, course):
    """Links work without running anything; after a check the map shows it."""
    lab.open("exercises/index.ipynb")
    lab.screenshot(SHOTS / "index-untouched.png")
    lab.run("index_map")
    assert "0 of " in lab.outputs("index_map")[0]["data"]["text/html"]
    for theme in ("Light", "Dark"):
        lab.theme(theme)
        lab.screenshot(SHOTS / f"index-new-{theme.lower()}.png")
    lab.theme("Light")

    follow(lab, f"index_unit_{MODULE[0]}", NOTEBOOK)
    lab.open(NOTEBOOK)  # alone in the page: a cell is found by its number
    for cell in ("a2_setup", "a2_1_answer", "a2_1_check"):
        lab.run(cell)
    assert not (course / "progress.db").exists()  # nothing was attempted
    for tries in range(1, 4):
        lab.set_source("a2_1_answer", f"{WRONG} LIMIT {tries}")
        lab.run("a2_1_answer")
        lab.run("a2_1_check")
        lab.screenshot(SHOTS / f"index-hint-{tries}.png", lab.element("a2_1_check"))
    assert "Hint 3 is open now" in lab.outputs("a2_1_check")[0]["data"]["text/html"]
    lab.set_source("a2_1_answer", RIGHT)
    lab.run("a2_1_answer")
    lab.run("a2_1_check")
    assert "right" in lab.outputs("a2_1_check")[0]["data"]["text/html"]
    lab.run("a2_check_module")
    lab.screenshot(SHOTS / "index-check-module.png", lab.element("a2_check_module"))
    assert "1 of " in lab.outputs("a2_check_module")[0]["data"]["text/html"]

    follow(lab, "a2_where_you_stand", "exercises/index.ipynb")
    lab.open("exercises/index.ipynb")
    lab.run("index_map")
    html = lab.outputs("index_map")[0]["data"]["text/html"]
    assert "begun" in html
    assert "It needs nothing before it." in html  # A1 is next: A2 rests on it
    lab.screenshot(SHOTS / "index-begun.png")
    follow(lab, "index_map", NOTEBOOK)  # a link in an output works, too
