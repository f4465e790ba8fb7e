"""Formgrader's autograde button runs through our engine, with one line in the configuration of another's course."""

from __future__ import annotations

import contextlib
import importlib.util
import json
import sys
from collections.abc import Iterator
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest

pytestmark = pytest.mark.browser

ROOT = Path(__file__).resolve().parents[2]
CONFIG = 'c = get_config()\nc.Autograde.autograde_preprocessors = ["autograder.grading.plugin.EngineRoom"]\n'


def load(path: Path) -> ModuleType:
    spec = importlib.util.spec_from_file_location(f"button_{path.stem}", path)
    assert spec is not None
    assert spec.loader is not None
    module = sys.modules[spec.name] = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@pytest.fixture(scope="module")
def course(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A course with one hidden test, released, and one submission that passes the visible part alone."""
    foreign = load(Path(__file__).with_name("foreign.py"))
    course = tmp_path_factory.mktemp("button")
    test = "assert twice(2) == 4\n### BEGIN HIDDEN TESTS\nassert twice(5) == 10\n### END HIDDEN TESTS"
    cells = [
        foreign.cell(foreign.solved("def twice(x): return 2 * x"), "twice", solution=True),
        foreign.cell(test, "hidden", grade=True, locked=True, points=3),
        foreign.cell("assert twice(2) == 4", "visible", grade=True, locked=True, points=2),
    ]
    foreign.notebook(cells, course / "source" / "ps" / "ps.ipynb")
    (course / "nbgrader_config.py").write_text(CONFIG)
    assert foreign.nbgrader(course, "generate_assignment", "ps").returncode == 0
    foreign.submit(course, "ann", "ps", "ps", {"twice": "def twice(x): return 4"})
    return course


@pytest.fixture(scope="module")
def server(course: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Any]:
    harness = load(ROOT / "tests" / "browser" / "lab.py")
    with contextlib.chdir(course), harness.open_lab(course, tmp_path_factory.mktemp("home")) as lab:
        lab.page.goto(f"{lab._url}/lab?token={lab._token}")
        yield lab


def test_the_button_grades_with_our_engine(course: Path, server: Any) -> None:
    page = server.page
    page.goto(f"{server._url}/formgrader/manage_submissions/ps")
    page.wait_for_load_state("networkidle")
    page.locator("tbody tr", has_text="ann").first.locator("td.autograde a").click()
    page.locator(".modal-title", has_text="Success").wait_for(timeout=120_000)
    page.goto(f"{server._url}/formgrader/manage_submissions/ps")
    page.wait_for_load_state("networkidle")
    assert "2 / 5" in page.locator("tbody tr", has_text="ann").first.locator("td.score").inner_text()
    cells = json.loads((course / "autograded" / "ann" / "ps" / "ps.ipynb").read_text())["cells"]
    panel = next(one for one in cells if one["metadata"].get("nbgrader", {}).get("grade_id") == "hidden")["outputs"][0]
    assert "A hidden test fails." in "".join(panel["data"]["text/html"])
