"""Draw the course map with a learner's standing: for a notebook as HTML, for a terminal as lines.

As in the check panels, plain tables and words, no style sheet or script, and nothing told by colour alone.
"""

from __future__ import annotations

from collections.abc import Iterator

from autograder.display import escape
from autograder.progress.course_map import CourseMap
from autograder.progress.standing import CourseStanding, ModuleStanding, State

__all__ = ["Page", "link_html", "map_html", "map_rows", "module_note", "next_step"]

SIGNS = {
    State.MASTERED: "\N{CHECK MARK}",
    State.BEGUN: "\N{CIRCLE WITH LEFT HALF BLACK}",
    State.NEW: "\N{WHITE CIRCLE}",
}
_BOX = "border:1px solid #808080; border-left-width:6px; padding:8px 14px; max-width:60em; margin-bottom:10px"
_CELL = "text-align:left; vertical-align:top; white-space:normal; padding:4px 10px"
_TABLE = "table-layout:auto; width:100%; max-width:60em; margin:0 0 12px"
_UNIT = "text-align:left; padding:14px 10px 4px"
_SHORT = "text-align:left; vertical-align:top; white-space:nowrap; padding:4px 10px"
_MOST_MET = 3


class Page:
    """Something to show in a notebook: HTML, with a plain text for whoever has no HTML."""

    def __init__(self, html: str, text: str) -> None:
        self.html, self.text = html, text

    def __repr__(self) -> str:
        return self.text

    def _repr_html_(self) -> str:
        return self.html


def map_html(course: CourseMap, standing: CourseStanding, *, to: str = "", note: str = "") -> str:
    """Draw the whole map.

    Args:
        course: units and modules.
        standing: what the learner has reached.
        to: what leads from the notebook's folder to the exercises, such as ``../``.
        note: a sentence to begin with, such as why the learner's file can't be read.
    """
    by_id = {one.module.id: one for one in standing.modules}
    parts = [f"<p>{escape(note)}</p>" if note else "", _next(standing, to), _summary(standing)]
    parts.append(f'<table style="{_TABLE}"><thead><tr>{"".join(_heads())}</tr></thead><tbody>')
    for unit in course.units:
        letter = unit.modules[0].short[0].upper()
        parts.append(f'<tr><th colspan="5" style="{_UNIT}">{letter} · {escape(unit.title)}</th></tr>')
        parts += [_row(by_id[module.id], to) for module in unit.modules]
    parts.append("</tbody></table>")
    parts += _looks(standing)
    return f'<div class="tex2jax_ignore mathjax_ignore">{"".join(parts)}</div>'


def map_rows(standing: CourseStanding) -> list[tuple[str, str, str, str, str]]:
    """The same for a terminal: state, module, points, core questions, what to know."""
    return [
        (f"{SIGNS[one.state]} {one.state}", one.module.name, _points(one), _core(one), module_note(one))
        for one in standing.modules
    ]


def next_step(standing: CourseStanding) -> str:
    """What to do now, and why, in one line."""
    step = standing.next
    return standing.why if step is None else f"Next: {step.module.name}. {standing.why}"


def module_note(one: ModuleStanding) -> str:
    """What to know about one module: what is missing before it, or what is open in it."""
    if one.missing and one.state is not State.MASTERED:
        return f"You can open it; still open before it: {', '.join(one.missing)}"
    if one.state is State.BEGUN and one.only_hidden_left:
        return "Run its last cell: the hidden checks are left"
    if one.state is State.BEGUN:
        return f"Open: {', '.join(question.label for question in one.open)}"
    if one.state is State.MASTERED and one.open:
        return f"If you like: {', '.join(question.label for question in one.open)}"
    return "" if one.state is State.MASTERED else f"{one.module.minutes} min"


def link_html(one: ModuleStanding, to: str) -> str:
    """A link that opens the module, relative to the notebook that shows it."""
    return f'<a href="{escape(to + one.module.notebook)}">{escape(one.module.name)}</a>'


def _next(standing: CourseStanding, to: str) -> str:
    step = standing.next
    what = "<strong>Done.</strong>" if step is None else f"<strong>Next: {link_html(step, to)}</strong>"
    return f'<div style="{_BOX}"><p style="margin:0">{what}<br>{escape(standing.why)}</p></div>'


def _summary(standing: CourseStanding) -> str:
    mastered = sum(one.state is State.MASTERED for one in standing.modules)
    said = f"{mastered} of {len(standing.modules)} modules mastered"
    return f"<p>{said}{f'. You began on {standing.began}' if standing.began else ''}.</p>"


def _heads() -> Iterator[str]:
    return (
        f'<th scope="col" style="{_CELL}">{head}</th>'
        for head in ("State", "Module", "Points", "Core ★", "What to know")
    )


def _row(one: ModuleStanding, to: str) -> str:
    bar = f'<progress max="{one.most:g}" value="{one.earned:g}"></progress><br>' if one.earned else ""
    return (
        f'<tr><td style="{_SHORT}">{SIGNS[one.state]} {one.state}</td><td style="{_CELL}">{link_html(one, to)}</td>'
        f'<td style="{_SHORT}">{bar}{_points(one)}</td><td style="{_SHORT}">{_core(one)}</td>'
        f'<td style="{_CELL}">{escape(module_note(one))}</td></tr>'
    )


def _points(one: ModuleStanding) -> str:
    return f"{round(one.earned, 2):g} of {one.most:g}"


def _core(one: ModuleStanding) -> str:
    return f"{sum(question.right for question in one.core)} of {len(one.core)}"


def _looks(standing: CourseStanding) -> Iterator[str]:
    """What is worth another look."""
    if standing.review:
        names = ", ".join(one.label for one in standing.review)
        yield f"<p>Worth another try in a week, without hints: {escape(names)}.</p>"
    if standing.misconceptions:
        met = ", ".join(f"<code>{escape(tag)}</code> ({count}×)" for tag, count in standing.misconceptions[:_MOST_MET])
        yield f"<p>Mistakes you have met most often: {met}. Each module's last section explains its own.</p>"
