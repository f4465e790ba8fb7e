"""Checks see the author's names, and of the learner's only those that a solution binds."""

from __future__ import annotations

import json
import traceback
from typing import Any

import pytest

from autograder.grading.link import Unanswered
from autograder.grading.namespace import Namespace, run_cell


class Lender:
    """A learner's process with these names."""

    unanswered = Unanswered

    def __init__(self, **names: Any) -> None:
        self.names, self.asked = names, []

    def ask(self, op: str, name: str) -> Any:
        self.asked.append(name)
        return self.names[name]


def space(names: str = "", imports: dict[str, str] | None = None, **lent: Any) -> Namespace:
    made = Namespace(names.split(), imports or {})
    made.borrowed = Lender(**lent)  # type: ignore[assignment]
    return made


def test_only_listed_names_are_the_learners() -> None:
    """Everything else, builtins included, is never asked of the learner."""
    made = space("answer", answer=5, other=6, len=lambda _: 99, same_rows=1)
    assert run_cell("answer + len('ab')", "c", made) == 7
    for name in ("other", "same_rows"):
        with pytest.raises(NameError):
            run_cell(name, "c", made)
    assert made.borrowed.asked == ["answer"]  # type: ignore[union-attr]


def test_functions_of_a_check_see_them_too() -> None:
    """A helper defined in a test cell reads the learner's names as the cell does."""
    assert run_cell(
        "def helper():\n    return answer\n[helper() for _ in range(2)]", "c", space("answer", answer=1)
    ) == [1, 1]


def test_values_are_fetched_anew_each_time() -> None:
    """A check sees what a call has changed."""
    log: list[int] = []
    made = space("log", log=log)
    run_cell("first = len(log)", "c", made)
    log.append(1)
    assert run_cell("first, len(log)", "c", made) == (0, 1)


def test_what_a_check_binds_is_its_own() -> None:
    """Until an answer that binds the name comes."""
    made = space("total", total="learner's")
    assert run_cell("total = 5\ntotal", "c", made) == 5
    made.release(["total"])
    assert run_cell("total", "c", made) == "learner's"


def test_what_a_solution_imports_is_imported_here() -> None:
    """A learner who replaces a module fools nobody."""
    made = space("answer", {"json": "import json", "nope": "import no_such_module"}, json="fake")
    assert run_cell("json", "c", made) is json
    with pytest.raises(ImportError):
        run_cell("nope", "c", made)


def test_a_missing_answer_is_a_name_error_unless_there_is_an_excuse() -> None:
    """Not attempted, or could not run: the difference matters to a learner."""
    made = space("answer")
    with pytest.raises(NameError) as caught:
        run_cell("x = answer", "c", made)
    assert caught.value.name == "answer"
    made.excuses["answer"] = "The cell did not finish."
    with pytest.raises(Unanswered, match="The cell did not finish"):
        run_cell("x = answer", "c", made)


def test_tracebacks_show_the_cell() -> None:
    """An assert without a message can be quoted, with its line."""
    with pytest.raises(AssertionError) as caught:
        run_cell("x = 1\nassert x == 2", "q1_check", space())
    assert "assert x == 2" in traceback.format_exc() or "assert x == 2" in "".join(
        traceback.format_exception(caught.value)
    )


def test_cells_run_as_in_a_notebook() -> None:
    """The last expression is the value; IPython's own lines and our own future imports have no effect."""
    made = space()
    assert run_cell("%load_ext autograder\nx = 1", "c", made) is None
    assert run_cell("def f(a: int): ...\nf.__annotations__['a']", "c", made) is int
    assert run_cell("", "c", made) is None
    assert run_cell("%%sql electric\nSELECT 1", "c", made) is None
