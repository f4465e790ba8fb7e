"""The report on one module: a line per question, the score, and the next step."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from autograder.display import SIGNS, escape, points_text, prose_html
from autograder.progress.page import Page, link_html
from autograder.progress.standing import ENOUGH, CourseStanding, ModuleStanding, QuestionStanding, State
from autograder.results import CheckResult, GroupResult, Outcome

__all__ = ["Line", "report", "verdict"]

_FRAME = "border:1px solid #808080; border-left-width:6px; padding:8px 12px; max-width:60em"
_SHORT = 'style="text-align:left; vertical-align:top; white-space:nowrap; padding:2px 8px"'
_LEFT = 'style="text-align:left; vertical-align:top; white-space:normal; padding:2px 8px"'


@dataclass(frozen=True, slots=True)
class Line:
    """One question: what the notebook's checks say, and what all checks say, where they were run."""

    question: str
    seen: CheckResult | None
    whole: CheckResult | None

    @property
    def result(self) -> CheckResult | None:
        return self.whole or self.seen

    @property
    def outcome(self) -> Outcome:
        return self.result.outcome if self.result else Outcome.COULD_NOT_RUN

    @property
    def advice(self) -> str:
        """What to know: the first group that isn't right."""
        if self.result is None:
            return "Its check stopped. Run the check cell itself to see why."
        if self.outcome is Outcome.NOT_ATTEMPTED:
            return ""
        missed: Iterator[GroupResult] = (one for one in self.result.groups if one.outcome is not Outcome.RIGHT)
        group = next(missed, None)
        return "" if group is None else f"{group.name}: {group.message.partition(chr(10))[0]}"


def report(
    lines: Sequence[Line],
    notes: Sequence[str],
    standing: CourseStanding | None = None,
    *,
    module: str = "",
    to: str = "",
) -> Page:
    """Put the report together.

    Args:
        lines: one for each question.
        notes: sentences about what could not be done.
        standing: where the learner stands in the course, if there is one.
        module: the id of the module, to find it there.
        to: what leads from the notebook's folder to the exercises.
    """
    own = next((one for one in standing.modules if one.module.id == module), None) if standing else None
    known = {one.question.id: one for one in own.questions} if own else {}
    results = [line.result for line in lines if line.result]
    score = points_text(sum(one.points for one in results), sum(one.max for one in results))
    kind = "" if any(line.whole for line in lines) else ", by the checks in this notebook"
    next_html, next_text = _next(lines, known, standing, own, to)
    html = [
        f'<div class="tex2jax_ignore mathjax_ignore" style="{_FRAME}"><p><strong>{score}</strong>{kind}</p>',
        "<table><thead><tr>",
        *(f'<th scope="col" {_LEFT}>{head}</th>' for head in ("Result", "Question", "Points", "What to know")),
        "</tr></thead><tbody>",
        *(_row(line, known.get(line.question)) for line in lines),
        "</tbody></table>",
        f"<p>{escape(verdict(own))}</p>" if own else "",
        *(f"<p>{prose_html(note)}</p>" for note in notes),
        f"<p><strong>{next_html}</strong></p></div>",
    ]
    text = [f"{score}{kind}", *(f"{SIGNS[one.outcome][0]} {one.question} {one.advice}".rstrip() for one in lines)]
    return Page("".join(html), "\n".join([*text, *notes, next_text]))


def verdict(own: ModuleStanding) -> str:
    """Whether the module is mastered, and what is missing. The best result of each question counts."""
    if own.state is State.MASTERED:
        return f"{own.module.name} is mastered."
    core = [one.label for one in own.core if not one.right]
    share = own.earned / own.most if own.most else 0.0
    parts = [f"you have {100 * share:.0f} % of the points, and 80 % are needed"] if share < ENOUGH else []
    parts += [f"core questions still open: {', '.join(core)}"] if core else []
    return f"Not mastered yet: {'; '.join(parts)}."


def _row(line: Line, known: QuestionStanding | None) -> str:
    sign, word = SIGNS[line.outcome]
    name = f"{line.question} {'★ ' if known.question.core else ''}{known.question.title}" if known else line.question
    points = f"{line.result.points:g} / {line.result.max:g}" if line.result else "&nbsp;"
    return (
        f"<tr><td {_SHORT}><strong>{sign} {word}</strong></td><td {_LEFT}>{escape(name)}</td>"
        f"<td {_SHORT}>{points}</td><td {_LEFT}>{prose_html(line.advice) or '&nbsp;'}</td></tr>"
    )


def _next(
    lines: Sequence[Line],
    known: dict[str, QuestionStanding],
    standing: CourseStanding | None,
    own: ModuleStanding | None,
    to: str,
) -> tuple[str, str]:
    """The next step as HTML and as text: the first open core question, then any open one, then the next module."""
    left = [line for line in lines if line.outcome is not Outcome.RIGHT]
    core = [line for line in left if line.question in known and known[line.question].question.core]
    mastered = own is not None and own.state is State.MASTERED
    if left and not mastered:
        first = (core or left)[0]
        verb = "Write" if first.outcome is Outcome.NOT_ATTEMPTED else "Change"
        step = f"Next: {first.question}. {verb} your answer, run it, then its check."
        return escape(step), step
    if standing is None or standing.next is None:
        step = standing.why if standing else "Every check passes."
        return escape(step), step
    if standing.next is own:
        return escape(standing.why), standing.why
    return f"Next: {link_html(standing.next, to)}. {escape(standing.why)}", f"Next: {standing.next.module.name}."
