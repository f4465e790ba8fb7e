"""All fifteen types of question have one contract, and a ready one names checks that notebooks can import."""

import autograder
import autograder.auth
import autograder.sql
import autograder.web
from autograder.question_types import TYPES


def test_there_are_fifteen_types_and_each_says_what_crosses():
    assert len(TYPES) == 15
    assert {kind.crosses for kind in TYPES.values()} <= {"text", "value", "calls", "http", "files"}


def test_the_checks_of_ready_types_can_be_imported_by_notebooks():
    ready = {name for name, kind in TYPES.items() if kind.ready}
    assert ready >= {"sql-query", "py-function", "choice", "choice-set", "short", "order"}
    assert ready >= {"http-client", "http-app", "attack"}
    public = {*autograder.__all__, *autograder.web.__all__, *autograder.auth.__all__, *autograder.sql.__all__}
    for name in ready:
        assert set(TYPES[name].checks) <= public
