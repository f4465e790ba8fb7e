"""Which clauses of a wrong query are at fault: the fewest that must be the reference's to make it right.

A clause of the reference is put into the learner's query, then another, then two at once, until the hybrid gives what
the reference gives. That compares meanings, not texts: a right query that is written differently has none at fault.
"""

from __future__ import annotations

import itertools
import time
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass

from sqlglot import exp
from sqlglot.errors import SqlglotError
from sqlglot.optimizer.qualify import qualify

from autograder.sql.search.facts import Facts
from autograder.sql.search.traits import parsed

__all__ = ["CAP", "CLAUSES", "Fault", "credit", "fault"]

CAP = 0.8
"""The most that a wrong query can get, as a share of all points: only a right one gets all."""

CLAUSES: Mapping[str, tuple[tuple[str, ...], float]] = {
    "DISTINCT": (("distinct",), 1.0),
    "SELECT": (("expressions",), 1.5),
    "FROM": (("with_", "from_", "joins"), 2.0),
    "WHERE": (("where",), 2.0),
    "GROUP BY": (("group",), 1.5),
    "HAVING": (("having",), 1.5),
    "ORDER BY": (("order",), 1.0),
    "LIMIT": (("limit", "offset"), 1.0),
}
"""Each clause with the parts of sqlglot's tree that it is, and its weight. Inner joins' conditions count as WHERE."""

MOST_CLAUSES = 3
_GIVEN = 0.5  # the weight of columns and of a single table that the task names
_MOST_RENAMINGS = 6
IsRight = Callable[[str], bool]


@dataclass(frozen=True, slots=True)
class Fault:
    """The clauses at fault, in the order of a query, and the learner's query with the reference's clauses put in."""

    clauses: tuple[str, ...]
    mended: str


def fault(reference: str, candidate: str, facts: Facts, is_right: IsRight, seconds: float = 0.5) -> Fault | None:
    """Find the clauses of a wrong query that are at fault.

    Args:
        reference: the right query, a single SELECT.
        candidate: a query that runs, and is wrong.
        facts: the schema.
        is_right: tells whether a query gives what the reference gives; it may be asked some dozens of times.
        seconds: when to give up.

    Returns:
        The fewest clauses, of as many the lightest; None if more than three are at fault, time is over, or one of the
        queries is more than a SELECT.
    """
    deadline = time.perf_counter() + seconds
    right, wrong = _plain(reference, facts), _plain(candidate, facts)
    if right is None or wrong is None:
        return None
    tried: set[str] = set()
    for clauses in _choices():
        for renamed in _renamings(wrong, right):
            if all(_text(renamed, clause) == _text(right, clause) for clause in clauses):
                continue
            mended = _with_clauses(renamed, right, clauses).sql("sqlite")
            if time.perf_counter() > deadline:
                return None
            if mended not in tried and is_right(mended):
                return Fault(clauses, mended)
            tried.add(mended)
    return None


def credit(found: Fault | None, reference: str, candidate: str, facts: Facts) -> float:
    """The share of the points that a wrong query has earned: at most `CAP`, nothing if no few clauses are at fault.

    It is one minus the weight of the clauses at fault, as a share of all clauses that either query has.
    """
    right, wrong = _plain(reference, facts), _plain(candidate, facts)
    if found is None or right is None or wrong is None:
        return 0.0
    weights = {clause: _weight(clause, right) for clause in CLAUSES if _text(right, clause) or _text(wrong, clause)}
    lost = sum(weights.get(clause, 0.0) for clause in found.clauses)
    return min(CAP, max(0.0, 1 - lost / sum(weights.values())))


def _weight(clause: str, right: exp.Select) -> float:
    """A clause's weight; little for one that only repeats the names in the task."""
    columns = all(isinstance(column.unalias(), exp.Column) for column in right.expressions)
    source = right.args.get("from_")
    table = source is not None and isinstance(source.this, exp.Table) and not right.args.get("with_")
    given = (clause == "SELECT" and columns) or (clause == "FROM" and table and not right.args.get("joins"))
    return _GIVEN if given else CLAUSES[clause][1]


def _choices() -> Iterator[tuple[str, ...]]:
    """One clause, then two, then three; of as many, the lightest first."""
    for count in range(1, MOST_CLAUSES + 1):
        chosen = itertools.combinations(CLAUSES, count)
        yield from sorted(chosen, key=lambda clauses: sum(CLAUSES[clause][1] for clause in clauses))


def _plain(sql: str, facts: Facts) -> exp.Select | None:
    """The query with each column's table named and the conditions of inner joins in WHERE; None if it is no SELECT."""
    tree = parsed(sql, facts)
    if not isinstance(tree, exp.Select):
        return None
    schema: dict[str, object] = {
        table.name: {column.name: column.kind.value.upper() for column in table.columns}
        for table in facts.tables.values()
    }
    try:
        named = qualify(
            tree.copy(),
            schema=schema,
            dialect="sqlite",
            validate_qualify_columns=False,
            quote_identifiers=False,
            expand_stars=False,
            expand_alias_refs=False,
        )
        tree = named if isinstance(named, exp.Select) else tree
    except (SqlglotError, RecursionError):
        pass
    _move_conditions(tree)
    return tree


def _move_conditions(tree: exp.Select) -> None:
    joins = tree.args.get("joins") or []
    if any(join.side or join.args.get("using") or join.args.get("method") for join in joins):
        return
    for join in joins:
        on = join.args.get("on")
        if on is not None:
            join.set("on", None)
            tree.where(on.copy(), copy=False)
        join.set("kind", "CROSS")


def _text(tree: exp.Select, clause: str) -> str:
    """A clause as it is written; empty if the query has none."""
    found = (tree.args.get(part) for part in CLAUSES[clause][0])
    nodes = (node for part in found for node in (part if isinstance(part, list) else [part]))
    return ", ".join(node.sql("sqlite") for node in nodes if isinstance(node, exp.Expr))


def _with_clauses(wrong: exp.Select, right: exp.Select, clauses: tuple[str, ...]) -> exp.Select:
    hybrid = wrong.copy()
    for clause in clauses:
        for part in CLAUSES[clause][0]:
            value = right.args.get(part)
            copied = [node.copy() for node in value] if isinstance(value, list) else value and value.copy()
            hybrid.set(part, copied)
    return hybrid


# --- names of tables -------------------------------------------------------------------------------------------------


def _renamings(wrong: exp.Select, right: exp.Select) -> Iterator[exp.Select]:
    """The learner's query with the reference's names for the same tables, in every way if a table is named twice."""
    ours, theirs = _aliases(wrong), _aliases(right)
    options = []
    for table in dict.fromkeys(ours.values()):
        mine = [alias for alias, name in ours.items() if name == table]
        other = [alias for alias, name in theirs.items() if name == table]
        count = min(len(mine), len(other))
        options.append([dict(zip(chosen, other, strict=False)) for chosen in itertools.permutations(mine, count)])
    for chosen in itertools.islice(itertools.product(*options), _MOST_RENAMINGS):
        names = {old: new for part in chosen for old, new in part.items()}
        yield _renamed(wrong, names) if any(old != new for old, new in names.items()) else wrong


def _aliases(tree: exp.Select) -> dict[str, str]:
    """The names under which FROM knows its tables."""
    items = [tree.args.get("from_"), *(tree.args.get("joins") or [])]
    tables = [item.this for item in items if item is not None and isinstance(item.this, exp.Table)]
    return {table.alias_or_name.casefold(): table.name.casefold() for table in tables}


def _renamed(tree: exp.Select, names: Mapping[str, str]) -> exp.Select:
    """Rename in two steps, so that two names can be exchanged."""
    renamed = tree.copy()
    apart = {old: f"__{number}" for number, old in enumerate(names)}
    for step in (apart, {apart[old]: new for old, new in names.items()}):
        for column in renamed.find_all(exp.Column):
            if column.table.casefold() in step:
                column.set("table", exp.to_identifier(step[column.table.casefold()]))
        for table in renamed.find_all(exp.Table):
            alias = table.alias_or_name.casefold()
            if alias in step and table.find_ancestor(exp.Select) is renamed:
                table.set("alias", exp.TableAlias(this=exp.to_identifier(step[alias])))
    return renamed
