"""Whatever happens inside a check group becomes one of four outcomes, and never stops the next group."""

import linecache
import logging
import subprocess
import sys
import warnings

import pytest

from autograder.errors import CheckFailed, NotAttempted
from autograder.question import Question
from autograder.results import Outcome, Table


def only_group(question):
    (group,) = question.result().check.groups
    return group


def test_a_wrong_value_is_wrong_and_shows_the_assertions_message():
    q = Question("A1.2")
    with q.check("ties", points=2):
        raise AssertionError("one is not two")
    group = only_group(q)
    assert (group.outcome, group.points, group.max, group.message) == (Outcome.WRONG, 0, 2, "one is not two")


def test_an_assert_without_message_shows_its_own_line():
    # Compiled here, because pytest rewrites the asserts of its own modules.
    linecache.cache["<cell>"] = (0, None, ["assert sum([1, 1]) == 3"], "<cell>")
    q = Question("A1.2")
    with q.check("ties", points=1):
        exec(compile("assert sum([1, 1]) == 3", "<cell>", "exec"))
    assert only_group(q).message == "This should hold, but doesn't: `assert sum([1, 1]) == 3`"


def test_an_unexpected_exception_could_not_run_and_the_next_group_still_runs():
    q = Question("A1.2")
    with q.check("first", points=1):
        _ = 1 / 0
    with q.check("second", points=1):
        pass
    first, second = q.result().check.groups
    assert first.outcome is Outcome.COULD_NOT_RUN
    assert first.message == "Your code stopped with ZeroDivisionError: division by zero."
    assert second.outcome is Outcome.RIGHT


@pytest.mark.parametrize("error", [SystemExit(0), RecursionError("deep"), MemoryError(), GeneratorExit()])
def test_even_an_exit_is_only_a_failed_group(error):
    q = Question("A1.2")
    with q.check("exit", points=1):
        raise error
    assert only_group(q).outcome is Outcome.COULD_NOT_RUN


def test_an_exception_that_cannot_be_printed_is_still_reported():
    class Rude(Exception):
        def __str__(self):
            raise RuntimeError("no text for you")

    q = Question("A1.2")
    with q.check("rude", points=1):
        raise Rude
    assert only_group(q).message == "Your code stopped with Rude."


def test_the_learners_interrupt_is_not_swallowed():
    q = Question("A1.2")
    with pytest.raises(KeyboardInterrupt), q.check("slow", points=1):
        raise KeyboardInterrupt


def test_an_answer_that_is_not_there_is_not_attempted():
    q = Question("A2.1")
    with q.check("city", points=1):
        electric  # noqa: B018, F821
    group = only_group(q)
    assert group.outcome is Outcome.NOT_ATTEMPTED
    assert "`electric`" in group.message


def test_a_query_that_is_not_there_is_told_how_its_cell_begins():
    """The name stands in what the check compares with; an answer in Python is told otherwise."""
    source = "q = Question('A2.1')\nexpected = {'answer': 'electric'}\nwith q.check('a', points=1):\n    NAME\n"
    said = []
    for name in ("electric", "half"):
        names = {"Question": Question}
        exec(compile(source.replace("NAME", name), "<cell>", "exec"), names)
        said.append(only_group(names["q"]).message)
    assert said == [
        "`electric` holds no query yet. The answer cell must begin with `%%sql electric`; run it, then check again.",
        "There is no `half` yet. Run your answer cell above, then check again.",
    ]


def test_a_name_error_inside_the_learners_function_is_an_error_of_theirs():
    def answer():
        return misspelt  # noqa: F821

    q = Question("A1.2")
    with q.check("runs", points=1):
        answer()
    assert only_group(q).outcome is Outcome.COULD_NOT_RUN


@pytest.mark.parametrize("error", [NotImplementedError(), NotAttempted("Nothing here.")])
def test_a_stub_is_not_attempted(error):
    q = Question("A1.2")
    with q.check("stub", points=1):
        raise error
    assert only_group(q).outcome is Outcome.NOT_ATTEMPTED


def test_a_visible_failure_carries_evidence_tag_and_advice():
    table = Table("Yours", ("a",), (("1",),), 1)
    q = Question("A2.1")
    with q.check("city", points=1):
        raise CheckFailed("2 rows are missing.", advice="Use IS NULL.", tag="null-equals", tables=(table,))
    group = only_group(q)
    assert group.message == "2 rows are missing.\nUse IS NULL."
    assert (group.tag, group.tables) == ("null-equals", (table,))


def test_a_hidden_failure_tells_only_what_the_author_wrote():
    table = Table("Yours", ("a",), (("secret",),), 1)
    q = Question("A2.1", hidden=True)
    with q.check("missing values", points=1, advice="Think of NULL."):
        print("secret")
        raise CheckFailed("secret row", tables=(table,))
    with q.check("ties", points=1):
        raise ValueError("secret")
    for group in q.result().check.groups:
        assert "secret" not in repr(group)
    assert q.result().check.groups[0].message == "Think of NULL."


def test_everything_printed_is_kept_away_from_the_cells_output(capfd):
    stream = sys.stderr
    handler = logging.StreamHandler(stream)
    q = Question("A1.2")
    with q.check("noisy", points=1):
        print("out")
        print("err", file=sys.stderr)
        handler.emit(logging.LogRecord("x", logging.INFO, "", 0, "logged", None, None))
        sys.stderr.write(warnings.formatwarning("warned", UserWarning, "x.py", 1))
        subprocess.run([sys.executable, "-c", "import sys; sys.stderr.write('child')"], check=True)
    shown = capfd.readouterr()
    assert shown.err == ""
    group = only_group(q)
    assert group.outcome is Outcome.RIGHT
    assert all(text in group.printed for text in ("out", "err", "warned"))


def test_a_flood_of_output_is_cut():
    q = Question("A1.2")
    with q.check("flood", points=1):
        for _ in range(1000):
            print("x" * 10_000)
    assert len(only_group(q).printed) < 11_000


def test_partial_credit_is_the_sum_of_the_groups_that_pass():
    q = Question("A1.2")
    with q.check("one", points=1):
        pass
    with q.check("two", points=2.5):
        raise AssertionError
    check = q.result().check
    assert (check.points, check.max, check.outcome) == (1, 3.5, Outcome.WRONG)


def test_an_authors_tool_may_watch_what_ends_a_group(monkeypatch):
    """The exception itself, whatever the group makes of it; a group that ends well says nothing."""
    seen = {}
    monkeypatch.setattr(Question, "watcher", lambda _question, name, error: seen.__setitem__(name, error))
    q = Question("A1.2", hidden=True)
    with q.check("fine", points=1):
        pass
    with q.check("ties", points=1):
        raise ValueError("secret")
    assert list(seen) == ["ties"]
    assert repr(seen["ties"]) == "ValueError('secret')"
    assert "secret" not in repr(q.result().check)


def test_a_message_that_quotes_a_huge_value_is_cut():
    q = Question("C2.5")
    with q.check("huge", points=1):
        raise CheckFailed("x" * 5_000_000)
    assert len(only_group(q).message) < 4_100
    assert "5,000,000 characters" in only_group(q).message
