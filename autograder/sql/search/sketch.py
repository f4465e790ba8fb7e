"""Reads out of a query what a database must hold so that its conditions matter."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from itertools import pairwise

from sqlglot import exp

from autograder.sql.rows import Value
from autograder.sql.search.conditions import Choice, Condition, Derived, Test, Tie
from autograder.sql.search.facts import Facts
from autograder.sql.search.literals import SQLITE, constant, instances
from autograder.sql.search.notes import Notes
from autograder.sql.search.scopes import Place, Resolved, Scope, Scopes, Var
from autograder.sql.search.solve import solved

__all__ = ["Sketch", "sketch"]

_COMPARISONS: dict[type[exp.Expr], str] = {
    exp.EQ: "=",
    exp.NEQ: "!=",
    exp.LT: "<",
    exp.LTE: "<=",
    exp.GT: ">",
    exp.GTE: ">=",
    exp.Is: "=",
    exp.NullSafeEQ: "=",
    exp.NullSafeNEQ: "!=",
}
_FLIPPED = {"=": "=", "!=": "!=", "<": ">", "<=": ">=", ">": "<", ">=": "<="}
_NEGATED = {"=": "!=", "!=": "=", "<": ">=", "<=": ">", ">": "<=", ">=": "<"}
_CONDITIONS = (*_COMPARISONS, exp.In, exp.Between, exp.Like, exp.ILike, exp.Glob)
_RECKONED = (exp.Add, exp.Sub, exp.Mul, exp.Div, exp.Mod, exp.Sum, exp.Avg)
_DATE_FUNCTIONS = frozenset({"DATE", "DATETIME", "TIME", "JULIANDAY", "STRFTIME", "UNIXEPOCH", "TIMEDIFF"})
_DATE_NODES = tuple(
    getattr(exp, name)
    for name in ("Date", "TsOrDsToDate", "TsOrDsToTimestamp", "TimeToStr", "Datetime", "StrToTime", "Timestamp", "Time")
    if hasattr(exp, name)
)


@dataclass(frozen=True, slots=True)
class Sketch:
    """One query's SELECTs, and the conditions of each."""

    scopes: tuple[tuple[Scope, tuple[Condition, ...]], ...] = ()


def sketch(tree: exp.Expr, facts: Facts, notes: Notes) -> tuple[Sketch, set[str]]:
    """Read one query.

    Args:
        tree: the parsed query.
        facts: the schema.
        notes: where constants and meetings of columns are written down.

    Returns:
        The sketch, and the tables that the query reads.
    """
    scopes = Scopes(tree, facts)
    reader = _Reader(scopes, facts, notes)
    return Sketch(tuple((scope, reader.conditions(scope)) for scope in scopes.all)), scopes.tables | reader.whole(tree)


class _Reader:
    def __init__(self, scopes: Scopes, facts: Facts, notes: Notes) -> None:
        self._scopes, self._facts, self._notes = scopes, facts, notes
        self._seen: set[int] = set()
        self._notable: dict[int, list[exp.Expr]] = {}
        for root in scopes.roots:
            for node in root.find_all(*_CONDITIONS, exp.Case, exp.Func, *_RECKONED):
                scope = scopes.around(node)
                if scope is not None:
                    self._notable.setdefault(scope.number, []).append(node)

    def conditions(self, scope: Scope) -> tuple[Condition, ...]:
        """Read WHERE, ON, USING; take notes of what stands in HAVING, SELECT and the rest."""
        select = scope.select
        found = [self._read(part, scope) for part in self._filters(select)]
        for join in select.args.get("joins") or []:
            found += self._using(join, scope)
        having = select.args.get("having")
        if having is not None:
            found.append(self._read(having.this, scope))
        for name in ("limit", "offset"):
            self._limit(select.args.get(name))
        for node in self._notable.get(scope.number, ()):
            self._elsewhere(node, scope)
        return tuple(condition for condition in found if condition is not None)

    def whole(self, tree: exp.Expr) -> set[str]:
        """Take notes of what belongs to no single SELECT, and name tables that stand outside of any."""
        for union in tree.find_all(exp.SetOperation):
            self._union(union)
            for name in ("limit", "offset"):
                self._limit(union.args.get(name))
        for literal in tree.find_all(exp.Literal):
            value = constant(literal)
            arithmetic = literal.find_ancestor(exp.Binary, exp.Func) is not None
            if isinstance(value, str) or arithmetic:
                self._notes.loose(value)
            if isinstance(value, int) and value <= 12:
                self._notes.size(value)
        named = {table.name.casefold() for table in tree.find_all(exp.Table)}
        return named & set(self._facts.tables)

    def _filters(self, select: exp.Select) -> list[exp.Expr]:
        where = select.args.get("where")
        on = [join.args["on"] for join in select.args.get("joins") or [] if join.args.get("on") is not None]
        return ([where.this] if where is not None else []) + on

    def _using(self, join: exp.Join, scope: Scope) -> list[Condition]:
        names = [name.name.casefold() for name in join.args.get("using") or []]
        if not names and (join.args.get("method") or "").upper() == "NATURAL":
            tables = [self._facts.tables[source.table] for source in scope.sources.values() if source.table]
            times = Counter(column.folded for table in tables for column in table.columns)
            names = [name for name, count in times.items() if count > 1]
        ties: list[Condition] = []
        for name in names:
            found = [self._scopes.resolve(exp.column(name, table=alias), scope) for alias in scope.sources]
            vars_ = [resolved.var for resolved in found if resolved is not None]
            for left, right in pairwise(vars_):
                self._notes.classes.join(left.place, right.place)
                ties.append(Tie(left, "=", right))
        return ties

    def _limit(self, node: exp.Expr | None) -> None:
        if node is not None and node.args.get("expression") is not None:
            self._notes.size(constant(node.expression))

    def _union(self, union: exp.SetOperation) -> None:
        for at in range(20):
            left, right = self._scopes.output(union.left, at), self._scopes.output(union.right, at)
            if left is None or right is None:
                return
            one, other = self._column(*left), self._column(*right)
            if one is not None and other is not None:
                self._notes.classes.join(one.var.place, other.var.place)

    def _elsewhere(self, node: exp.Expr, scope: Scope) -> None:
        """Take notes of a condition outside WHERE, of what CASE compares with, of dates."""
        if isinstance(node, _CONDITIONS):
            if id(node) not in self._seen:
                self._read(node, scope)
        elif isinstance(node, exp.Case) and node.this is not None:
            resolved = self._column(node.this, scope)
            place = resolved.var.place if resolved else None
            self._notes.note(place, [constant(part.this) for part in node.args.get("ifs") or []])
        elif isinstance(node, _RECKONED):
            self._notes.numeric |= self._places((part for part in node.iter_expressions()), scope)
        elif isinstance(node, exp.Func) and _is_date(node):
            self._notes.temporal |= self._places(node.find_all(exp.Column), scope)

    def _places(self, nodes: Iterable[exp.Expr], scope: Scope) -> set[Place]:
        """Return the columns among some expressions."""
        found = [self._scopes.resolve(node, scope) for node in nodes if isinstance(node, exp.Column)]
        return {resolved.var.place for resolved in found if resolved is not None}

    # --- conditions -------------------------------------------------------------------------------------------------

    def _read(self, node: exp.Expr, scope: Scope, negated: bool = False) -> Condition | None:
        self._seen.add(id(node))
        if isinstance(node, exp.Paren):
            return self._read(node.this, scope, negated)
        if isinstance(node, exp.Not):
            return self._read(node.this, scope, not negated)
        if isinstance(node, exp.And | exp.Or):
            parts = [self._read(node.left, scope, negated), self._read(node.right, scope, negated)]
            known = tuple(part for part in parts if part is not None)
            return Choice(isinstance(node, exp.Or) != negated, known) if known else None
        if isinstance(node, exp.In):
            return self._in(node, scope, negated)
        if isinstance(node, exp.Between):
            return self._between(node, scope, negated)
        if isinstance(node, exp.Like | exp.ILike | exp.Glob):
            return self._like(node, scope, negated)
        if type(node) in _COMPARISONS:
            return self._comparison(node, scope, negated)
        if isinstance(node, exp.Column):
            found = self._column(node, scope)
            return Test(found.var, "=" if negated else "!=", 0) if found is not None else None
        return None

    def _comparison(self, node: exp.Expr, scope: Scope, negated: bool) -> Condition | None:
        left, right = node.this, node.expression
        operator = _COMPARISONS[type(node)]
        if isinstance(right, exp.Null):
            found = self._column(left, scope)
            is_null = (operator == "=") != negated
            direct = found is not None and found.direct
            return Test(found.var, "null" if is_null else "not null") if found is not None and direct else None
        value = constant(right)
        if value is None and (value := constant(left)) is not None:
            left, right, operator = right, left, _FLIPPED[operator]
        operator = _NEGATED[operator] if negated else operator
        if value is not None:
            return self._with_value((left, right), operator, value, scope)
        return self._with_column(left, operator, right, scope)

    def _with_value(
        self, sides: tuple[exp.Expr, exp.Expr], operator: str, value: Value, scope: Scope
    ) -> Condition | None:
        side, other = sides
        found = self._column(side, scope)
        if found is not None and (found.direct or _is_typical(side)):
            self._notes.note(found.var.place, [value])
            return Test(found.var, operator, value)
        self._indirect(side, value, scope)
        return self._derived(side, operator, other, scope)

    def _derived(self, side: exp.Expr, operator: str, other: exp.Expr, scope: Scope) -> Condition | None:
        """Solve a comparison for the columns in it, unless it counts or looks into other rows."""
        if any(part.find(exp.AggFunc, exp.Window, exp.Query, exp.Subquery) is not None for part in (side, other)):
            return None
        found: list[Condition] = []
        for column, wanted in [*solved(side, other), *solved(other, side)][:4]:
            target = self._scopes.resolve(column, scope)
            if target is None or not target.direct:
                continue
            value = constant(wanted)
            if value is not None:
                self._notes.note(target.var.place, [value])
                found.append(Derived(target.var, operator, wanted.sql(SQLITE)))
            elif (derived := self._equation(target.var, operator, wanted, scope)) is not None:
                found.append(derived)
        return Choice(True, tuple(found)) if found else None

    def _equation(self, target: Var, operator: str, wanted: exp.Expr, scope: Scope) -> Derived | None:
        """Keep an expression with its columns as parameters; None if one of them leads to no table's column."""
        wanted = exp.Paren(this=wanted.copy())
        of: list[Var] = []
        for column in list(wanted.find_all(exp.Column)):
            found = self._scopes.resolve(column, scope)
            if found is None or not found.direct:
                return None
            column.replace(exp.Placeholder(this=f"v{len(of)}"))
            of.append(found.var)
        return Derived(target, operator, wanted.sql(SQLITE), tuple(of))

    def _indirect(self, side: exp.Expr, value: Value, scope: Scope) -> None:
        """Take notes of a value that is compared with more than a column."""
        if side.find(exp.Count, exp.Window, exp.RowNumber) is not None or isinstance(side, exp.Column):
            self._notes.size(value)
        values = [value]
        if isinstance(value, int | float):
            if side.find(exp.Sum) is not None:
                values += [value / parts if value % parts else value // parts for parts in (2, 3, 4)]
                self._notes.sizes.update((2, 3, 4))
        elif isinstance(value, str):
            values += [value.upper(), value.lower(), value.title()]
        self._notes.loose(value)
        columns = [side] if isinstance(side, exp.Column) else list(side.find_all(exp.Column))[:4]
        for column in columns:
            found = self._scopes.resolve(column, scope)
            if found is not None:
                self._notes.note(found.var.place, values)

    def _with_column(self, left: exp.Expr, operator: str, right: exp.Expr, scope: Scope) -> Condition | None:
        one, other = self._column(left, scope), self._column(right, scope)
        if one is None or other is None:
            return None
        self._notes.classes.join(one.var.place, other.var.place)
        if one.direct and other.direct:
            return Tie(one.var, operator, other.var)
        return self._derived(left, operator, right, scope)

    def _in(self, node: exp.In, scope: Scope, negated: bool) -> Condition | None:
        found = self._column(node.this, scope)
        query = node.args.get("query")
        if query is not None:
            other = self._column(query, scope)
            if found is None or other is None:
                return None
            self._notes.classes.join(found.var.place, other.var.place)
            return Tie(found.var, "!=" if negated else "=", other.var)
        values = [value for each in node.expressions if (value := constant(each)) is not None]
        if found is None or not found.direct:
            for value in values:
                self._indirect(node.this, value, scope)
            return None
        self._notes.note(found.var.place, values)
        return Test(found.var, "not in" if negated else "in", tuple(values)) if values else None

    def _between(self, node: exp.Between, scope: Scope, negated: bool) -> Condition | None:
        low, high = node.args["low"], node.args["high"]
        first: exp.Expr = exp.GTE(this=node.this.copy(), expression=low.copy())
        second: exp.Expr = exp.LTE(this=node.this.copy(), expression=high.copy())
        parts = [self._comparison(part, scope, negated) for part in (first, second)]
        known = tuple(part for part in parts if part is not None)
        return Choice(negated, known) if known else None

    def _like(self, node: exp.Expr, scope: Scope, negated: bool) -> Condition | None:
        pattern = constant(node.expression)
        if not isinstance(pattern, str):
            return None
        glob = isinstance(node, exp.Glob)
        found = self._column(node.this, scope)
        values = instances(pattern, glob=glob)
        if found is None or not found.direct:
            for value in values[:3]:
                self._indirect(node.this, value, scope)
            return None
        self._notes.note(found.var.place, values)
        if glob:
            pattern = pattern.replace("*", "%").replace("?", "_")
        return Test(found.var, "not like" if negated else "like", pattern)

    def _column(self, node: exp.Expr, scope: Scope | None) -> Resolved | None:
        """Find the column that an expression is, or is made of; a subquery is its first output."""
        if isinstance(node, exp.Column):
            return self._scopes.resolve(node, scope)
        if isinstance(node, exp.Paren | exp.Alias):
            return self._column(node.this, scope)
        if isinstance(node, exp.Subquery | exp.Query):
            found = self._scopes.output(node, 0)
            inner = self._column(*found) if found is not None else None
            return Resolved(inner.var, True) if inner is not None else None
        column = node.find(exp.Column)
        found_here = self._scopes.resolve(column, scope) if column is not None else None
        return Resolved(found_here.var, False) if found_here is not None else None


def _is_date(node: exp.Func) -> bool:
    name = node.name.upper() if isinstance(node, exp.Anonymous) else ""
    return name in _DATE_FUNCTIONS or isinstance(node, _DATE_NODES)


def _is_typical(side: exp.Expr) -> bool:
    """Tell whether a condition on an aggregate is met when every row of the group meets it."""
    return isinstance(side, exp.Avg | exp.Min | exp.Max) and isinstance(side.this, exp.Column)
