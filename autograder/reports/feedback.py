"""The page a learner gets back: what was right, what was not and what to do next, question by question.

Made from a `SubmissionResult` and nothing else, so hidden tests and their data can't stand in it; every text is
escaped, and the page's own policy forbids scripts and anything fetched from elsewhere.
"""

from __future__ import annotations

import base64
import hashlib
from functools import cache
from importlib.resources import files
from pathlib import Path

from jinja2 import Environment, PackageLoader, StrictUndefined, Template

from autograder.display import SIGNS, count_text, points_text
from autograder.files import write_text
from autograder.reports.exchanges import sides_of
from autograder.reports.findings import findings_of, next_steps
from autograder.reports.ink import Ink
from autograder.results import Outcome, SubmissionResult, Table

__all__ = ["MOST_BYTES", "render", "write"]

MOST_BYTES = 1_000_000
"""No page is larger, whatever was handed in."""

_TEXT_ROOM, _QUESTION_ROOM, _PICTURE_ROOM = 500_000, 60_000, 260_000
_MOST_ROWS, _MOST_COLUMNS, _MOST_REPAIRS = 40, 20, 30


@cache
def _template() -> Template:
    environment = Environment(
        loader=PackageLoader("autograder.reports"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.globals.update(
        signs=SIGNS,
        outcomes=tuple(Outcome),
        points_text=points_text,
        count_text=count_text,
        findings_of=findings_of,
        sides_of=sides_of,
        cropped=_cropped,
        most_repairs=_MOST_REPAIRS,
        css=_css(),
    )
    return environment.get_template("feedback.html")


@cache
def _css() -> str:
    return files("autograder.reports").joinpath("templates", "feedback.css").read_text("utf-8")


def _policy(pictures: bool) -> str:
    """What the page may load: its own style sheet, told by its hash, and pictures that stand in it."""
    digest = base64.b64encode(hashlib.sha256(_css().encode()).digest()).decode("ascii")
    parts = ["default-src 'none'", f"style-src 'sha256-{digest}'", "base-uri 'none'", "form-action 'none'"]
    return "; ".join([*parts, "img-src data:"] if pictures else parts)


def render(result: SubmissionResult, title: str = "") -> str:
    """Render the page for one submission, of at most `MOST_BYTES`.

    Args:
        result: what grading found out.
        title: the module's title in words; its id when left out.
    """
    room = min(_QUESTION_ROOM, _TEXT_ROOM // (len(result.questions) + 1))
    page = ""
    for ink in (Ink(room, _PICTURE_ROOM), Ink(room // 8), Ink(400)):
        page = _rendered(result, title, ink)
        if len(page.encode("utf-8", "backslashreplace")) <= MOST_BYTES:
            break
    return page


def _rendered(result: SubmissionResult, title: str, ink: Ink) -> str:
    count = {outcome: sum(one.outcome is outcome for one in result.questions) for outcome in Outcome}
    pictures = any(picture for cell in result.work for picture in cell.pictures)
    return _template().render(
        result=result,
        title=title or result.module,
        ink=ink,
        policy=_policy(pictures),
        count=count,
        steps=next_steps(result),
        hidden=any(group.hidden for question in result.questions for group in question.groups),
        engine=str(result.run.get("engine", "")),
        own=[cell for cell in result.work if not cell.question],
        places={question.question: f"q{at}" for at, question in enumerate(result.questions, 1)},
    )


def _cropped(table: Table, ink: Ink) -> tuple[tuple[str, ...], list[tuple[tuple[str, ...], bool]], str]:
    """Columns, rows with whether they are at fault, and what the caption says of the size."""
    most = min(_MOST_ROWS, max(ink.left, 0) // (50 * (len(table.columns[:_MOST_COLUMNS]) + 1)))
    rows = [(row[:_MOST_COLUMNS], at in table.marks) for at, row in enumerate(table.rows[:most])]
    said = count_text(table.total, "row")
    if len(rows) < table.total:
        said += f", {len(rows)} shown"
    if len(table.columns) > _MOST_COLUMNS:
        said += f", {_MOST_COLUMNS} of {len(table.columns)} columns shown"
    return table.columns[:_MOST_COLUMNS], rows, said


def write(result: SubmissionResult, path: Path, title: str = "") -> None:
    """Write the page to ``path``, complete or not at all."""
    write_text(path, render(result, title))
