"""What an author should look at again in a query question: its references, its literals, its data."""

from __future__ import annotations

import calendar
import datetime
import re
from collections.abc import Iterator

import sqlglot
from sqlglot import exp
from sqlglot.errors import SqlglotError

from autograder.notebooks.material import Material
from autograder.notebooks.strength import Strength
from autograder.sql.mutants.equivalence import decides_rows
from autograder.sql.rows import Rows, row_text
from autograder.sql.search.queries import compare_queries
from autograder.sql.search.traits import parsed, traits
from autograder.sql.search.verdict import Counterexample, Policy, Status

__all__ = ["LEAST_VISIBLE", "remarks"]

LEAST_VISIBLE = 0.8
MOST_DATABASES = 60
SECONDS = 3.0
_LOOSE = {
    "bare column": "shows a column that its groups don't fix: which row's value comes is luck",
    "limit without order": "cuts rows by LIMIT without ORDER BY: which rows stay is luck",
    "now": "asks for the present time, so its result changes by itself",
    "random": "calls random(), so its result changes by itself",
}
_NUMBERS = ("zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve")


def remarks(material: Material, strength: Strength) -> list[str]:
    """Say what is doubtful about a question, one sentence each, with file and line."""
    question = material.question
    at = f"{question.answer.path}:{question.answer.line}: {question.id}"
    found = [*_loose(material), *_ties(material), *_literals(material), *_disagreements(material)]
    if strength.visible < LEAST_VISIBLE and strength.mutants:
        found.append(
            f"the notebook's data shows {strength.visible:.0%} of its mutants, less than {LEAST_VISIBLE:.0%}: "
            "many wrong answers look right there."
        )
    return [f"{at}: {remark}" for remark in found]


def _loose(material: Material) -> Iterator[str]:
    """A reference whose result SQL leaves open."""
    sql = material.question.sql
    for loose in sorted(traits(sql, parsed(sql, material.facts)).loose):
        yield f"the solution {_LOOSE.get(loose, loose)}."


def _ties(material: Material) -> Iterator[str]:
    """A reference whose ORDER BY leaves rows tied."""
    tree = parsed(material.question.sql, material.facts)
    cut = tree is not None and tree.args.get("limit") is not None
    if tree is None or tree.args.get("order") is None or not (material.ordered or cut):
        return
    if isinstance(tree, exp.Select) and not decides_rows(tree, material.facts):
        which = "which of them stay" if cut else "which of them comes first"
        yield f"the solution's ORDER BY can leave rows tied, and then {which} is luck: add a unique column."


def _literals(material: Material) -> Iterator[str]:
    """A value in the reference of which the task says nothing."""
    question = material.question
    told = "\n".join(question.prompt.lines).casefold()
    try:
        tree = sqlglot.parse_one(question.sql, read="sqlite")
    except SqlglotError:
        return
    for literal in dict.fromkeys(node for node in tree.find_all(exp.Literal)):
        if not (_told_text(str(literal.this), told) if literal.is_string else _told_number(str(literal.this), told)):
            yield f"the solution names {literal.sql('sqlite')}, of which the task says nothing."


def _told_text(text: str, told: str) -> bool:
    """Whether a task tells of a text: in its own words, or, of a date, the day or one of its neighbours."""
    core = re.sub(r"[%_\\*?]", "", text).strip().casefold()
    if len(core) < 2 or core in told or core.startswith(("+", "-")):
        return True
    try:
        day = datetime.date.fromisoformat(core[:10])
    except ValueError:
        return False
    return any(_told_day(day + datetime.timedelta(days=step), told) for step in (-1, 0, 1))


def _told_day(day: datetime.date, told: str) -> bool:
    """Whether a task tells of a day, as ``2025-03-04``, as "4 March" or "March 4", or as the first of a month."""
    month = calendar.month_name[day.month].casefold()
    spoken = re.search(rf"\b{day.day}\b.{{0,9}}{month}|{month}.{{0,9}}\b{day.day}\b", told)
    return day.isoformat() in told or spoken is not None or (day.day == 1 and month in told)


def _told_number(text: str, told: str) -> bool:
    value = float(text)
    if value in (0, 1, 100):  # a flag, an empty amount, a percentage
        return True
    words = [_NUMBERS[int(value)]] if value.is_integer() and value < len(_NUMBERS) else []
    plain = re.sub(r"(?<=\d)[ ,_](?=\d{3})", "", told)
    return any(re.search(rf"(?<!\w){re.escape(word)}(?!\w)", plain) for word in (text, f"{value:g}", *words))


def _disagreements(material: Material) -> Iterator[str]:
    """Two references that differ on a generated database."""
    policy = Policy(order="required" if material.ordered else "ignored", ties="strict", names=True)
    for right in material.question.right:
        verdict = compare_queries(
            material.ddl,
            material.question.sql,
            right.sql,
            SECONDS,
            policy=policy,
            sample=material.sample,
            databases=MOST_DATABASES,
        )
        if verdict.status is Status.DIFFERENT and verdict.counterexample is not None:
            yield f"`{right.name}` and the solution differ {_shown(verdict.counterexample)}"
        elif verdict.status is not Status.SAME:
            yield f"`{right.name}` could not be compared with the solution: {verdict.message}"


def _shown(found: Counterexample) -> str:
    rows = "; ".join(f"{table} {row_text(row)}" for table, rows in found.tables.items() for row in rows[:4])
    got = _rows(found.got) if found.got is not None else found.error
    return f"on {rows or 'empty tables'}: {_rows(found.expected)} and {got}."


def _rows(rows: Rows) -> str:
    return ", ".join(map(row_text, rows.rows[:4])) or "no rows"
