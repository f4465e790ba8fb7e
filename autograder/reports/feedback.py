"""The page a learner gets back: what was right, what was not and what to do next, question by question.

Made from a `SubmissionResult` and nothing else, so hidden tests and their data can't stand in it; every text is
escaped, and the page's own policy forbids scripts and anything fetched from elsewhere.
"""

from __future__ import annotations

from functools import cache
from pathlib import Path

from jinja2 import Environment, PackageLoader, StrictUndefined, Template
from markupsafe import Markup

from autograder.display import SIGNS, points_text, prose_html
from autograder.files import write_text
from autograder.results import SubmissionResult

__all__ = ["render", "write"]


@cache
def _template() -> Template:
    environment = Environment(
        loader=PackageLoader("autograder.reports"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.globals.update(signs=SIGNS, points_text=points_text)
    environment.filters["prose"] = lambda text: Markup(prose_html(text))  # noqa: S704 - prose_html escapes it
    return environment.get_template("feedback.html")


def render(result: SubmissionResult, title: str = "") -> str:
    """Render the page for one submission.

    Args:
        result: what grading found out.
        title: the module's title in words; its id when left out.
    """
    return _template().render(result=result, title=title or result.module)


def write(result: SubmissionResult, path: Path, title: str = "") -> None:
    """Write the page to ``path``, complete or not at all."""
    write_text(path, render(result, title))
