"""nbgrader's formgrader, in a real browser, on what our engine wrote: instructors go on as they are used to.

nbgrader 0.9.6 serves it as an extension of Jupyter Server (`nbgrader.server_extensions.formgrader`, switched on by the
installation) below `/formgrader/`; its JupyterLab extension shows the same pages in a tab. The course must be the
server's folder, or lie in it, and the server must be started in the course: that is where `nbgrader_config.py` is read.
"""

import contextlib
import importlib.util
import shutil
import sys
from pathlib import Path

import pytest

from autograder.grading.classroom import Classroom

pytestmark = pytest.mark.browser

ROOT = Path(__file__).resolve().parents[2]
MODULE = "a2_one_table"
SHOTS = ROOT / "build" / "screenshots"
LEARNERS = ("ana", "dana", "liam")


@pytest.fixture(scope="module")
def graded(tmp_path_factory):
    """A course of three learners, graded by our engine into nbgrader's places, and the results by learner."""
    course = tmp_path_factory.mktemp("course")
    for name in ("solutions", "exercises"):
        shutil.copytree(ROOT / name, course / name)
    shutil.copy(ROOT / "nbgrader_config.py", course)
    for learner in LEARNERS:
        shutil.copytree(ROOT / "tests" / "samples" / "submitted" / learner, course / "submitted" / learner)
    classroom = Classroom(course, course / "submitted", course)
    return course, {result.learner: result for result in classroom.grade(classroom.find(), jobs=2)}


@pytest.fixture(scope="module")
def server(graded, tmp_path_factory):
    """JupyterLab with its extensions as they are installed, started in the course; signed in."""
    course, _ = graded
    spec = importlib.util.spec_from_file_location("browser_lab", ROOT / "tests" / "browser" / "lab.py")
    harness = sys.modules[spec.name] = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(harness)
    with contextlib.chdir(course), harness.open_lab(course, tmp_path_factory.mktemp("home")) as lab:
        # nbgrader's page of a submission asks for MathJax elsewhere; a test must not wait for that.
        lab.page.route(lambda address: not address.startswith(lab._url), lambda route: route.abort())
        lab.page.goto(f"{lab._url}/lab?token={lab._token}")
        yield lab


def visit(server, path, name=""):
    """Open one of formgrader's pages and wait for its table."""
    server.page.goto(f"{server._url}/formgrader/{path}")
    server.page.wait_for_load_state("networkidle")
    if name:
        SHOTS.mkdir(parents=True, exist_ok=True)
        server.page.screenshot(path=SHOTS / f"formgrader-{name}.png", full_page=True)
    return server.page


def row(page, text):
    return page.locator("tbody tr", has_text=text).first


def test_the_assignment_is_listed_with_its_submissions(server):
    """The first page: the module, and how many handed it in."""
    page = visit(server, "manage_assignments", "assignments")
    assert row(page, MODULE).locator("td.num-submissions").inner_text().strip() == str(len(LEARNERS))


def test_every_submission_counts_as_autograded_with_its_score(server, graded):
    """The page with the "autograde" buttons knows that nothing is left to do, and shows our scores."""
    page = visit(server, f"manage_submissions/{MODULE}", "submissions")
    for learner, result in graded[1].items():
        cells = row(page, learner)
        assert cells.locator("td.status").inner_text().strip() == "graded"
        assert f"{result.points:g} / {result.max:g}" in cells.locator("td.score").inner_text()


def test_a_learners_work_is_shown_with_its_score(server, graded):
    """The list for manual grading leads to the answer, the panel with the reason, and the points of each test cell."""
    page = visit(server, f"gradebook/{MODULE}/{MODULE}", "gradebook")
    links = page.locator("tbody tr a.name-shown").all()
    work = {link.text_content(): link.get_attribute("href") for link in links}
    assert sorted(work) == sorted(LEARNERS)
    for learner, address in work.items():
        visit(server, address.partition("/formgrader/")[2])
        page.locator("input.score#a2_1_check").scroll_into_view_if_needed()
        page.screenshot(path=SHOTS / f"formgrader-{learner}.png")
        boxes = page.locator("input.score").all()
        shown = [box.input_value() or box.get_attribute("placeholder") for box in boxes]
        assert sum(map(float, shown)) == graded[1][learner].points
        assert "SELECT" in page.locator("body").inner_text()


def test_a_score_typed_there_survives_our_next_run(server, graded):
    """A person's word counts more than ours: given in formgrader, kept by us, shown again, counted in the score."""
    course, results = graded
    page = visit(server, f"gradebook/{MODULE}/{MODULE}")
    address = page.locator("tbody tr a.name-shown", has_text="dana").get_attribute("href")
    visit(server, address.partition("/formgrader/")[2])
    box = page.locator("input.score#a2_1_check")
    box.fill("1")
    with page.expect_response(
        lambda response: "/api/grade/" in response.url and response.request.method == "PUT"
    ) as put:
        box.press("Tab")
    assert put.value.ok
    before = results["dana"].scores["a2_1_check"]
    classroom = Classroom(course, course / "submitted", course)
    classroom.grade([one for one in classroom.find() if one.learner == "dana"], force=True)
    page = visit(server, f"manage_submissions/{MODULE}", "after-manual-grading")
    expected = results["dana"].points - before + 1
    assert f"{expected:g} / 20" in row(page, "dana").locator("td.score").inner_text()
    assert row(page, "dana").locator("td.status").inner_text().strip() == "needs manual grading"


def test_the_autograde_button_still_works(server):
    """Stock nbgrader grades a submission that we graded before, to the same score."""
    page = visit(server, f"manage_submissions/{MODULE}")
    row(page, "ana").locator("td.autograde a").click()
    page.locator(".modal-title", has_text="Success").wait_for(timeout=60_000)
    page.screenshot(path=SHOTS / "formgrader-autograde-button.png")
    page = visit(server, f"manage_submissions/{MODULE}")
    assert "20 / 20" in row(page, "ana").locator("td.score").inner_text()


def test_jupyterlab_opens_it_in_a_tab(server):
    """The menu entry "Nbgrader → Formgrader" of nbgrader's own extension."""
    page = server.page
    page.goto(f"{server._url}/lab")
    page.wait_for_function("() => window.jupyterapp?.commands?.hasCommand('nbgrader:open-formgrader')")
    page.evaluate("async () => { await jupyterapp.restored; jupyterapp.commands.execute('nbgrader:open-formgrader'); }")
    frame = page.frame_locator("iframe[src*='formgrader']")
    frame.locator("tbody tr", has_text=MODULE).first.wait_for(timeout=30_000)
    page.screenshot(path=SHOTS / "formgrader-in-jupyterlab.png")
