"""What the check panel says beside the verdict: the hint that is open, a question, the solution, a trouble."""

from __future__ import annotations

import re

from autograder.display import escape, prose_html
from autograder.progress.guidance import HINTS, Guidance

__all__ = ["markdown_html", "offer_html", "solution_html", "trouble_html"]

_FENCE = re.compile(r"```\w*\n(.*?)\n?```", re.DOTALL)
_TOP = 'style="text-align:left; vertical-align:top; padding:2px 12px 2px 0"'


def offer_html(guidance: Guidance, hint: str, prediction: str = "") -> str:
    """Show the hint that is open after a wrong answer, or ask for a prediction before the last one.

    Args:
        guidance: what to offer.
        hint: the hint's text; empty where the notebook couldn't be read, and then only its name is told.
        prediction: what the learner expected.
    """
    number = guidance.hint
    parts = []
    if prediction:
        parts.append(f"<p>You expected: <em>{escape(prediction)}</em><br>Compare that with what the check found.</p>")
    if not hint:
        parts.append(f"<p>Hint {number} is open now: you find it under the task.</p>")
    elif number == 1:
        parts.append(f"<details><summary>Hint 1</summary>{markdown_html(hint)}</details>")
    else:
        parts.append(f"<details open><summary>Hint {number} is open now</summary>{markdown_html(hint)}</details>")
    if guidance.asks:
        parts.append(
            f"<p><strong>The same result three times.</strong> Before hint {HINTS} opens, write down in one sentence "
            "what you expect: put a line such as <code># I expect …</code> (in SQL <code>-- I expect …</code>) into "
            "your answer, run it, then run this cell again.</p>"
        )
    elif number < HINTS:
        parts.append(f"<p>Hint {number + 1} opens after your next try.</p>")
    return "".join(parts)


def solution_html(own: str, solution: str) -> str:
    """Show the course's solution beside the learner's own."""
    columns = [("Yours", own), ("The course's", solution)] if own else [("The course's", solution)]
    head = "".join(f'<th scope="col" {_TOP}>{name}</th>' for name, _ in columns)
    body = "".join(f"<td {_TOP}><pre>{escape(text)}</pre></td>" for _, text in columns)
    return (
        "<p>You have the hidden checks here, too: the last cell of this notebook runs them.</p>"
        "<details><summary>Compare with the course's solution</summary>"
        f"<table><thead><tr>{head}</tr></thead><tbody><tr>{body}</tr></tbody></table></details>"
    )


def trouble_html(sentence: str) -> str:
    """Say that progress wasn't noted; the check itself is complete."""
    return f"<p>Your progress was not noted: {prose_html(sentence)} The check itself is complete.</p>"


def markdown_html(text: str) -> str:
    """Render the little Markdown that hints use: paragraphs, code blocks, code within a line. The rest is escaped."""
    pieces = _FENCE.split(text)
    return "".join(f"<pre>{escape(piece)}</pre>" if at % 2 else _paragraphs(piece) for at, piece in enumerate(pieces))


def _paragraphs(text: str) -> str:
    found = (re.sub(r"\s*\n\s*", " ", one).strip() for one in re.split(r"\n\s*\n", text))
    return "".join(f"<p>{prose_html(one)}</p>" for one in found if one)
