"""A question in a test cell: collects check groups, turns whatever happens inside them into results."""

from __future__ import annotations

import linecache
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from types import TracebackType
from typing import ClassVar

from autograder.display import Panel
from autograder.errors import CheckFailed, NotAttempted
from autograder.progress.desk import noted
from autograder.quiet import quiet
from autograder.results import CheckResult, GroupResult, Outcome, Table
from autograder.sql.at_hand import reference_at_hand
from autograder.sql.check import nothing_yet
from autograder.sql.further import Passed, further

__all__ = ["Question"]

_LONGEST = 4_000  # characters of a message
OTHER_DATA = "other data"
EXPERIMENT = (
    "To experiment with this database in `%%sql` cells, run:"
    " `from autograder.sql import counterexample; use_database(counterexample())`\n"
    "The setup cell brings the notebook's own database back."
)
_HIDDEN_FAILURE = "A hidden check failed. Read the task again: which case does your answer not cover?"


class Question:
    """Judge one question, group by group.

    Every group stands alone: an exception inside one is a failed group with a message, and the next group still runs.

    >>> q = Question("A2.1")
    >>> with q.check("adds up", points=1):
    ...     assert 1 + 1 == 2
    >>> float(q.result())
    1.0

    Args:
        name: the question's id, such as ``A2.1``.
        hidden: True in the cell that only the grader has. Its groups then tell their verdict and what the author wrote
            for the learner, never data, code or the text of an exception.
        partial: whether a wrong query gets a share of the points of the hidden groups that it fails, for its clauses
            that are right; never all of them.

    Attributes:
        watcher: for authors' tools: called with the question, the name of each group that an exception ended, and the
            exception. What it raises ends the test cell.
    """

    watcher: ClassVar[Callable[[Question, str, BaseException], None] | None] = None

    def __init__(self, name: str, *, hidden: bool = False, partial: bool = False) -> None:
        self.name, self.hidden, self.partial = name, hidden, partial
        self._groups: list[GroupResult] = []
        self._passed: list[tuple[int, Passed]] = []
        self._missed: list[tuple[int, Passed]] = []

    def __repr__(self) -> str:
        return f"Question({self.name!r}, hidden={self.hidden}): {len(self._groups)} groups so far"

    def check(self, name: str, *, points: float, advice: str = "", tag: str = "") -> _Group:
        """Open a check group, to be used in a ``with`` statement.

        Args:
            name: the group in plain words, such as ``"ties"``; learners read it.
            points: what the group is worth, all or nothing.
            advice: what to tell the learner when it fails; may be shown even where the data is hidden.
            tag: the misconception that a failure of this group means.
        """
        return _Group(self, name, float(points), advice, tag)

    @property
    def so_far(self) -> CheckResult:
        """What the groups that are over have found."""
        return CheckResult(self.name, tuple(self._groups), self.hidden)

    def result(self) -> Panel:
        """Return what was found, ready to be shown: let it be the cell's last expression.

        Where every group is right, queries are also compared with the course's own on data made for the purpose. Where
        the course's own is at hand, that is done for wrong ones too, to show a smaller database. In a learner's kernel
        the result is noted in the learner's own file, and the panel offers the hint that is open now.
        """
        right = all(group.outcome is Outcome.RIGHT for group in self._groups)
        if self._passed and (right or not self.hidden):
            self._look_further()
        if self.hidden and self.partial and self._missed:
            self._give_credit()
        check = self.so_far
        return Panel(check, noted(check))

    def _add(self, group: GroupResult, passed: Sequence[Passed] = (), missed: Passed | None = None) -> None:
        self._groups.append(group)
        if missed is not None and group.outcome is Outcome.WRONG:
            self._missed.append((len(self._groups) - 1, missed))
        self._passed += [(len(self._groups) - 1, one) for one in passed]

    def _give_credit(self) -> None:
        """Give the groups that a wrong query fails a share of their points, and say in which clause to look."""
        # Needed only here, and only where queries are graded: it loads the parser.
        from autograder.sql.partial import partial_credit

        # What the author wrote for a known mistake says more than a hint for its kind.
        untold = any(not self._groups[at].tag for at, _ in self._missed)
        earned = partial_credit(self._missed[0][1], further.effort, hint=untold)
        for at, _ in self._missed:
            group = self._groups[at]
            message = _cut(_joined(group.message, str(earned), "" if group.tag else earned.hint))
            self._groups[at] = replace(group, points=round(earned.share * group.max, 2), message=message)

    def _look_further(self) -> None:
        """Search for other data on which an answer is wrong. Of a hidden question, the last group pays for it.

        A visible question keeps its points, since only a self-study clone has the reference: what is found is shown
        beside the groups, as one without points.
        """
        passed = [one for _, one in self._passed]
        if not self.hidden:
            if not further.effort.notebook:
                return
            known = [(one, reference_at_hand(str(one.expected.get("answer", "")))) for one in passed]
            passed = [replace(one, expected=reference) for one, reference in known if reference is not None]
        failure = further.look(passed)
        if failure is None:
            return
        at = self._passed[-1][0]
        group = self._groups[at]
        if self.hidden:
            tables: tuple[Table, ...] = ()
            self._groups[at] = replace(
                group, points=0.0, outcome=Outcome.WRONG, message=_cut(failure.advice), tag=failure.tag
            )
            self._missed.append((at, passed[-1]))
        else:
            tables = tuple(table for table in failure.tables if isinstance(table, Table))
            message = _joined(failure.message, failure.advice if failure.tag else "", EXPERIMENT)
            self._groups.append(
                GroupResult(OTHER_DATA, 0.0, 0.0, Outcome.WRONG, _cut(message), failure.tag, tables=tables)
            )
        if (watcher := Question.watcher) is not None:
            watcher(self, group.name, failure)


class _Group:
    """The context manager behind `Question.check`."""

    def __init__(self, question: Question, name: str, points: float, advice: str, tag: str) -> None:
        self._question, self._name, self._points = question, name, points
        self._advice, self._tag = advice, tag

    def __enter__(self) -> None:
        further.taken()
        self._quiet = quiet()
        self._kept = self._quiet.__enter__()

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> bool:
        self._quiet.__exit__(None, None, None)
        if isinstance(error, KeyboardInterrupt):
            return False
        missed, passed = further.missed, further.taken()
        self._question._add(self._judge(error, trace), passed, missed)
        if error is not None and (watcher := Question.watcher) is not None:
            watcher(self._question, self._name, error)
        return True

    def _judge(self, error: BaseException | None, trace: TracebackType | None) -> GroupResult:
        """Turn the way the block ended into a result."""
        if error is None:
            return self._group(Outcome.RIGHT)
        if isinstance(error, CheckFailed):
            outcome = Outcome.WRONG if error.ran else Outcome.COULD_NOT_RUN
            tables = tuple(table for table in error.tables if isinstance(table, Table))
            return self._group(outcome, error.message, error.advice, error.tag, tables)
        outcome, message = _explain(error, trace)
        return self._group(outcome, message)

    def _group(
        self, outcome: Outcome, message: str = "", advice: str = "", tag: str = "", tables: tuple[Table, ...] = ()
    ) -> GroupResult:
        failed = outcome in (Outcome.WRONG, Outcome.COULD_NOT_RUN)
        printed = self._kept.getvalue()
        if failed:
            advice, tag = advice or self._advice, tag or self._tag
            message = advice or _HIDDEN_FAILURE if self._question.hidden else _joined(message, advice)
        if self._question.hidden:
            tables, printed = (), ""
        return GroupResult(
            name=self._name,
            points=0.0 if outcome is not Outcome.RIGHT else self._points,
            max=self._points,
            outcome=outcome,
            message=_cut(message),
            tag=tag if failed else "",
            hidden=self._question.hidden,
            tables=tables,
            printed=printed,
        )


def _cut(text: str) -> str:
    """Keep a message readable, and small enough to cross to another process, whatever value it quotes."""
    return text if len(text) <= _LONGEST else f"{text[:_LONGEST]} … ({len(text):,} characters in all)"


def _joined(*parts: str) -> str:
    return "\n".join(part for part in parts if part)


def _explain(error: BaseException, trace: TracebackType | None) -> tuple[Outcome, str]:
    """Say in the learner's words why a group ended with an exception that isn't a `CheckFailed`."""
    if isinstance(error, NotAttempted):
        return Outcome.NOT_ATTEMPTED, str(error)
    if isinstance(error, NotImplementedError):
        return Outcome.NOT_ATTEMPTED, "Not written yet: replace the line that raises NotImplementedError."
    if isinstance(error, NameError) and trace is not None and trace.tb_next is None:
        return Outcome.NOT_ATTEMPTED, _missing(str(error.name), trace)
    if isinstance(error, AssertionError):
        return Outcome.WRONG, str(error) or f"This should hold, but doesn't: {_failing_line(trace)}"
    text = _text_of(error)
    return Outcome.COULD_NOT_RUN, f"Your code stopped with {type(error).__name__}{': ' + text if text else ''}."


def _missing(name: str, trace: TracebackType) -> str:
    """Say that an answer's name is bound to nothing. That of a query stands in what the check compares with."""
    for value in list(trace.tb_frame.f_globals.values()):
        if isinstance(value, Mapping) and value.get("answer") == name:
            return nothing_yet(name)
    return f"There is no `{name}` yet. Run your answer cell above, then check again."


def _text_of(error: BaseException) -> str:
    """The exception's own text; an exception that can't be printed has none."""
    try:
        return str(error).rstrip(".")[:2000]
    except Exception:
        return ""


def _failing_line(trace: TracebackType | None) -> str:
    """The source line of the assert that failed, if Python can still find it."""
    while trace is not None and trace.tb_next is not None:
        trace = trace.tb_next
    line = linecache.getline(trace.tb_frame.f_code.co_filename, trace.tb_lineno).strip() if trace else ""
    return f"`{line}`" if line else "an assertion."
