"""Runs learners' queries safely, says in plain words what is wrong with them, and judges their results."""

from typing import TYPE_CHECKING, Any

from autograder.sql.check import expected_rows, same_rows
from autograder.sql.check_script import expected_state, keeps_rules, same_state
from autograder.sql.connected import Connected
from autograder.sql.further import counterexample
from autograder.sql.meters import Faults, FaultyConnection, StatementLog, WorkMeter, every_fault
from autograder.sql.probe import accepts, gives, refuses
from autograder.sql.query import QueryError
from autograder.sql.rows import Rows
from autograder.sql.run import run_query

if TYPE_CHECKING:
    from autograder.sql.search.queries import compare_queries

__all__ = [
    "Connected",
    "Faults",
    "FaultyConnection",
    "QueryError",
    "Rows",
    "StatementLog",
    "WorkMeter",
    "accepts",
    "compare_queries",
    "counterexample",
    "every_fault",
    "expected_rows",
    "expected_state",
    "gives",
    "keeps_rules",
    "refuses",
    "run_query",
    "same_rows",
    "same_state",
]


def __getattr__(name: str) -> Any:
    """Load the search when it is first asked for: its parser is large, and a learner's notebook rarely needs it."""
    if name == "compare_queries":
        from autograder.sql.search.queries import compare_queries

        return compare_queries
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
