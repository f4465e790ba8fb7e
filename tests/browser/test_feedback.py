"""Opened in a real browser, a feedback page runs no script, fetches nothing, and is laid out as meant."""

from __future__ import annotations

import importlib.util
import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import nbformat
import pytest
from nbconvert import HTMLExporter
from playwright.sync_api import Page, Route, sync_playwright

from autograder.grading.assignment import Kind
from autograder.grading.autograded import Form
from autograder.grading.run import RanCell
from autograder.grading.session import Graded
from autograder.grading.submission import Submission
from autograder.reports.feedback import render

pytestmark = pytest.mark.browser

HOSTILE = Path(__file__).parents[1] / "autograder" / "reports" / "conftest.py"
DETECTOR = "window.pwned = 0; window.alert = window.confirm = window.prompt = () => { window.pwned = 1; };"


class Opened:
    """Pages in one browser, with everything they tried: requests, dialogs, other pages."""

    def __init__(self, page: Page, folder: Path) -> None:
        self.page, self.folder = page, folder
        self.tried: list[str] = []
        page.add_init_script(DETECTOR)
        page.route("**/*", self._reached)
        page.on("dialog", lambda dialog: self._note(f"dialog {dialog.message}"))
        page.on("popup", lambda other: self._note(f"popup {other.url}"))

    def _reached(self, route: Route) -> None:
        """Note what would go to the network. What the policy forbids never comes as far as this."""
        if re.fullmatch(r"file:///[^?#]*\.html", route.request.url):
            route.continue_()
        else:
            self._note(route.request.url)
            route.abort()

    def _note(self, what: str) -> None:
        self.tried.append(what)

    def open(self, text: str) -> Page:
        path = self.folder / "page.html"
        path.write_bytes(text.encode("utf-8", "backslashreplace"))
        self.tried.clear()
        self.page.goto(path.as_uri())
        return self.page

    def click_everything(self) -> None:
        self.page.evaluate("document.querySelectorAll('*').forEach(one => { one.focus?.(); one.click?.(); })")


@pytest.fixture(scope="module")
def hostile() -> Any:
    """The result with an attack in every field, which stands beside the tests that read pages."""
    spec = importlib.util.spec_from_file_location("hostile", HOSTILE)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@pytest.fixture(scope="module")
def browser(harness: Any, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Opened]:
    folder = tmp_path_factory.mktemp("feedback")
    with sync_playwright() as playwright:
        context = playwright.chromium.launch_persistent_context(
            folder / "profile", executable_path=harness.chromium(), headless=True, args=harness.CHROMIUM_FLAGS
        )
        try:
            yield Opened(context.pages[0], folder)
        finally:
            context.close()


def test_the_detector_sees_a_script_that_runs(browser: Opened) -> None:
    """Else the tests below would prove nothing."""
    page = browser.open("<!doctype html><img src=x onerror='window.pwned=1'><img src=http://evil.test/x.png>")
    page.wait_for_function("window.pwned === 1")
    assert any("evil.test" in one for one in browser.tried)


def test_no_attack_runs_or_fetches_anything(browser: Opened, hostile: Any) -> None:
    """In whichever field it stands, even when everything on the page is clicked."""
    for attack in (*hostile.ATTACKS, hostile.EVERYTHING):
        page = browser.open(render(hostile.result_with(attack), title=attack))
        browser.click_everything()
        assert page.evaluate("window.pwned") == 0
        assert page.evaluate("document.scripts.length") == 0
        assert browser.tried == []
        assert page.evaluate("document.querySelectorAll('main, footer').length") == 2


def test_the_policy_alone_would_stop_a_script(browser: Opened, hostile: Any) -> None:
    """Were one text not escaped, the browser still wouldn't run it or load anything. (It would follow a refresh.)"""
    page = render(hostile.result_with("text"))
    broken = page.replace("<main>", "<main>" + "".join(one for one in hostile.ATTACKS if "refresh" not in one))
    opened = browser.open(broken)
    browser.click_everything()
    assert opened.evaluate("window.pwned") == 0
    assert [one for one in browser.tried if "evil.test/x" in one] == []


def test_our_style_sheet_is_applied(browser: Opened, hostile: Any) -> None:
    """Its hash is the right one; long texts don't push the page wider than the window, on a telephone either."""
    page = browser.open(render(hostile.result_with("x" * 5_000)))
    page.set_viewport_size({"width": 390, "height": 800})
    assert page.evaluate("getComputedStyle(document.querySelector('.card')).borderRadius") == "8px"
    assert page.evaluate("document.documentElement.scrollWidth <= window.innerWidth")


def test_everything_can_be_reached_with_the_keyboard(browser: Opened, hostile: Any) -> None:
    """Links, folded parts and tables that scroll, each with a name."""
    page = browser.open(render(hostile.result_with("some text")))
    names = page.evaluate(
        "[...document.querySelectorAll('a, summary, [tabindex]')]"
        ".map(one => [one.tabIndex, one.getAttribute('aria-label') || one.textContent.trim()])"
    )
    assert len(names) > 8
    assert all(index == 0 and name for index, name in names)


def test_an_autograded_notebook_runs_no_script_of_a_learner(browser: Opened, hostile: Any, tmp_path: Path) -> None:
    """As formgrader shows it to an instructor: through nbconvert, with MathJax and all."""
    cells: list[dict[str, Any]] = [
        {"cell_type": "code", "source": "", "outputs": [], "execution_count": None},
        {"cell_type": "markdown", "source": ""},
        {"cell_type": "raw", "source": ""},
    ]
    flags = {"grade": False, "solution": True, "locked": False, "schema_version": 3}
    for number, cell in enumerate(cells):
        cell |= {"id": f"c{number}", "metadata": {"nbgrader": {**flags, "grade_id": f"c{number}"}}}
    source = tmp_path / "unit.ipynb"
    source.write_text(json.dumps({"nbformat": 4, "nbformat_minor": 5, "metadata": {}, "cells": cells}))
    for attack in (*hostile.ATTACKS, hostile.EVERYTHING):
        answers = {f"c{number}": attack for number in range(3)}
        ran = (RanCell(Kind.ANSWER, "c0", attack, attack, attack), RanCell(Kind.FREE, "", attack, attack, attack))
        graded = Graded(hostile.result_with(attack), ran)
        text = Form(json.loads(source.read_text("utf-8"))).filled(Submission("ann", answers, {"": (attack,)}), graded)
        notebook = nbformat.reads(text.encode("utf-8", "backslashreplace").decode(), as_version=4)
        page = browser.open(str(HTMLExporter().from_notebook_node(notebook)[0]))
        browser.click_everything()
        assert page.evaluate("window.pwned") == 0
        assert [one for one in browser.tried if "evil.test" in one] == []
