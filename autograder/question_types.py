"""The fifteen types of question: what the learner writes, what crosses to the checker, which checks judge it.

Every type is asked and judged through the same `autograder.Question`; a type only decides what an answer *is*. The
types whose ``checks`` are still empty have a name and a contract here so that the author's format, the results and
the reports need not change when their checks arrive.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType

__all__ = ["TYPES", "QuestionType"]


@dataclass(frozen=True, slots=True)
class QuestionType:
    """One type of question.

    Args:
        name: as authors write it in the prompt's header.
        learner_writes: the answer, in plain words.
        crosses: what passes from the learner's process to the checker: ``text``, ``value`` (plain data), ``calls``
            (a stand-in whose calls are made in the learner's process), ``http`` (requests and responses) or ``files``.
        checks: the names of the subject checks that judge it; empty while none is built.
    """

    name: str
    learner_writes: str
    crosses: str
    checks: tuple[str, ...] = ()

    @property
    def ready(self) -> bool:
        """Whether authors can use the type today."""
        return bool(self.checks)


_ALL = (
    QuestionType("sql-query", "one SELECT", "text", ("same_rows",)),
    QuestionType("sql-script", "SQL statements that change data or schema", "text", ("same_state", "keeps_rules")),
    QuestionType("sql-plan", "a faster query or a CREATE INDEX", "text"),
    QuestionType("py-function", "one or more Python functions", "calls", ("same_value", "raises")),
    QuestionType("http-client", "a function that calls an HTTP service", "calls", ("Service",)),
    QuestionType("http-app", "a create_app function that returns a WSGI or ASGI app", "http", ("Client", "expect")),
    QuestionType("attack", "a payload or an exploit function", "calls", ("captures",)),
    QuestionType("tests-mutants", "a pytest module", "files"),
    QuestionType("text-config", "configuration files", "files"),
    QuestionType("git-repo", "a Git repository", "files"),
    QuestionType("choice", "one letter", "value", ("chosen",)),
    QuestionType("choice-set", "several letters", "value", ("chosen",)),
    QuestionType("short", "a short text", "value", ("short_answer",)),
    QuestionType("order", "a list of block letters in order", "value", ("in_order",)),
    QuestionType("essay", "prose, graded by a person", "text"),
)
TYPES: Mapping[str, QuestionType] = MappingProxyType({kind.name: kind for kind in _ALL})
