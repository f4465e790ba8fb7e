"""Show a check's result: an HTML panel in a notebook, plain text in a terminal, a float for nbgrader.

The panel uses plain tables and words, no style sheet, script or id: it reads the same in JupyterLab (trusted or not,
dark or light), in a page saved by nbconvert and on GitHub, which all strip different things. Nothing is told by colour
alone.
"""

from __future__ import annotations

import re
import sys
from html import escape as _escape

from autograder.results import CheckResult, GroupResult, Outcome, Table
from autograder.visible import visible

__all__ = [
    "SIGNS",
    "Panel",
    "as_html",
    "as_text",
    "count_text",
    "escape",
    "points_text",
    "prose_html",
    "table_html",
    "table_text",
]

SIGNS = {
    Outcome.RIGHT: ("\N{CHECK MARK}", "right"),
    Outcome.WRONG: ("\N{BALLOT X}", "wrong"),
    Outcome.NOT_ATTEMPTED: ("\N{WHITE CIRCLE}", "not attempted"),
    Outcome.COULD_NOT_RUN: ("!", "could not run"),
}
_LEFT = 'style="text-align:left; vertical-align:top; white-space:normal; padding:2px 8px"'
_FRAME = "border:1px solid #808080; border-left-width:6px; padding:8px 12px; max-width:60em"
_SHORT = 'style="text-align:left; vertical-align:top; white-space:nowrap; padding:2px 8px"'
_CAPTION = '<caption style="text-align:left; padding:0 0 4px">'


class Panel:
    """One check's result as Jupyter, a terminal and nbgrader want it.

    In a kernel its ``text/plain`` form is ``repr(float)`` between 0 and the maximum: nbgrader reads the score there and
    gives full marks for any other text.

    Args:
        check: what was found.
        aside: what else to say, as HTML of our own making.
    """

    def __init__(self, check: CheckResult, aside: str = "") -> None:
        self.check, self.aside = check, aside

    def __float__(self) -> float:
        return min(max(float(self.check.points), 0.0), float(self.check.max))

    def __repr__(self) -> str:
        return as_text(self.check)

    def _repr_mimebundle_(self, **_: object) -> dict[str, str]:
        return {
            "text/plain": repr(self) if _in_terminal() else repr(float(self)),
            "text/html": as_html(self.check, self.aside),
        }


def _in_terminal() -> bool:
    """Whether a person reads text/plain: IPython in a terminal, not a kernel whose front end has the HTML."""
    ipython = sys.modules.get("IPython")
    shell = ipython.get_ipython() if ipython else None
    return type(shell).__name__ == "TerminalInteractiveShell"


def count_text(count: float, noun: str) -> str:
    """Write ``1 point`` or ``3 points``, without a decimal point where none is needed."""
    return f"{count:g} {noun}{'' if count == 1 else 's'}"


def points_text(points: float, most: float) -> str:
    """Write ``2 of 3 points``."""
    return f"{points:g} of {count_text(most, 'point')}"


def _next_step(check: CheckResult) -> str:
    if check.outcome is Outcome.RIGHT:
        return "" if check.hidden else "Every check shown here passes. Hidden checks run when your work is graded."
    if check.outcome is Outcome.NOT_ATTEMPTED:
        return "Next: write your answer in the cell above, run it, then run this cell again."
    return "Next: change your answer, run it, then run this cell again."


# --- HTML -----------------------------------------------------------------------------------------------------------


def escape(text: str) -> str:
    """Escape a text for HTML, with what can't be seen in it written out."""
    return _escape(visible(text))


def as_html(check: CheckResult, aside: str = "") -> str:
    """Render the panel. Every text from outside is escaped, and no dollar sign in it begins a formula.

    Args:
        check: what was found.
        aside: what else to say, as HTML that is put in as it is.
    """
    sign, word = SIGNS[check.outcome]
    title = f"{sign} {escape(check.question)}: {word}, {points_text(check.points, check.max)}"
    kind = " (hidden checks)" if check.hidden else ""
    parts = [
        f'<div class="tex2jax_ignore mathjax_ignore" style="{_FRAME}">',
        f"<p><strong>{title}</strong>{kind}</p>",
        f"<table>{_CAPTION}Checks</caption><thead><tr>",
        *(f'<th scope="col" {_LEFT}>{name}</th>' for name in ("Result", "Check", "Points", "What to know")),
        "</tr></thead><tbody>",
        *map(_group_row, check.groups),
        "</tbody></table>",
        *map(_evidence, check.groups),
        f"<p>{escape(step)}</p>" if (step := _next_step(check)) else "",
        aside,
        "</div>",
    ]
    return "".join(parts)


def _group_row(group: GroupResult) -> str:
    sign, word = SIGNS[group.outcome]
    message = prose_html(group.message) or "&nbsp;"
    tag = f" <code>{escape(group.tag)}</code>" if group.tag else ""
    return (
        f"<tr><td {_SHORT}><strong>{sign} {word}</strong></td>"
        f"<td {_LEFT}>{escape(group.name)}</td>"
        f"<td {_SHORT}>{group.points:g} / {group.max:g}</td>"
        f"<td {_LEFT}>{message}{tag}</td></tr>"
    )


def prose_html(text: str) -> str:
    """Render a message: lines stay lines, and `names in backticks` become code. Everything else is escaped."""
    lines = (re.sub(r"`([^`\n]+)`", r"<code>\1</code>", escape(line)) for line in text.splitlines())
    return "<br>".join(lines)


def _evidence(group: GroupResult) -> str:
    """Tables side by side, then what the code printed."""
    parts = []
    if group.tables:
        cells = "".join(f'<td style="vertical-align:top">{table_html(table)}</td>' for table in group.tables)
        parts.append(
            f"<details open><summary>Compare: {escape(group.name)}</summary>"
            f"<table><tbody><tr>{cells}</tr></tbody></table></details>"
        )
    if group.printed:
        parts.append(f"<details><summary>Your code printed</summary><pre>{escape(group.printed)}</pre></details>")
    return "".join(parts)


def table_html(table: Table) -> str:
    """Render rows with a caption; rows at fault carry an arrow and bold text."""
    marked = set(table.marks)
    head = "".join(f'<th scope="col" {_LEFT}>{escape(name)}</th>' for name in table.columns)
    flag = '<th scope="col"><span title="rows at fault">Look</span></th>' if marked else ""
    body = "".join(
        _table_row(row, number in marked, bool(marked), table.note(number)) for number, row in enumerate(table.rows)
    )
    return (
        f"<table>{_CAPTION}{escape(table.caption)}, {_rows_text(table)}</caption>"
        f"<thead><tr>{flag}{head}</tr></thead><tbody>{body}</tbody></table>"
    )


def _table_row(row: tuple[str, ...], marked: bool, flagged: bool, note: str) -> str:
    cells = (f"<strong>{escape(cell)}</strong>" if marked else escape(cell) for cell in row)
    words = f"{chr(0x2192)} {escape(note)}".rstrip() if marked else ""
    flag = f"<td {_SHORT}>{words}</td>" if flagged else ""
    return f"<tr>{flag}{''.join(f'<td {_LEFT}>{cell}</td>' for cell in cells)}</tr>"


def _rows_text(table: Table) -> str:
    rows = count_text(table.total, "row")
    return rows if len(table.rows) >= table.total else f"{rows}, {len(table.rows)} shown"


# --- plain text -----------------------------------------------------------------------------------------------------


def as_text(check: CheckResult) -> str:
    """Render the same panel for a terminal."""
    sign, word = SIGNS[check.outcome]
    lines = [f"{sign} {check.question}: {word}, {points_text(check.points, check.max)}"]
    for group in check.groups:
        sign, word = SIGNS[group.outcome]
        lines.append(f"  {sign} {group.name}: {word}, {group.points:g} / {group.max:g}")
        tag = f" [{group.tag}]" if group.tag else ""
        lines += [f"      {line}" for line in (group.message + tag).splitlines()]
        for table in group.tables:
            lines += [f"      {line}" for line in table_text(table).splitlines()]
        if group.printed:
            lines += ["      Your code printed:", *(f"        {line}" for line in group.printed.splitlines())]
    if step := _next_step(check):
        lines.append(step)
    return "\n".join(lines)


def table_text(table: Table) -> str:
    """Render rows as aligned columns; rows at fault begin with an arrow."""
    widths = [max(map(len, column)) for column in zip(table.columns, *table.rows, strict=True)]
    marked = set(table.marks)

    def line(cells: tuple[str, ...], mark: str) -> str:
        return (mark + " | ".join(cell.ljust(width) for cell, width in zip(cells, widths, strict=True))).rstrip()

    indent = "  " if marked else ""
    body = [
        line(row, "\N{RIGHTWARDS ARROW} " if n in marked else indent)
        + (f"  <- {table.note(n)}" if table.note(n) else "")
        for n, row in enumerate(table.rows)
    ]
    rule = indent + "-+-".join("-" * width for width in widths)
    return "\n".join([f"{table.caption}, {_rows_text(table)}", line(table.columns, indent), rule, *body])
