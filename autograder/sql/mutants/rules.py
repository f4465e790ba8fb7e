"""The rules by which a query is brought into a normal form: each changes the text, and on no data the result.

The data is taken to keep the schema's keys, foreign keys and CHECK rules.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator

import sqlglot
from sqlglot import exp
from sqlglot.errors import SqlglotError

from autograder.sql.mutants.operators import COMPARISONS, Node, parts
from autograder.sql.search.facts import Column, Facts, TableFacts

__all__ = ["RULES", "hold_keys", "sources_of"]

Sources = dict[str, TableFacts]
Rule = Callable[[exp.Select, Sources], Iterator[str]]
"""Changes a SELECT in place, and yields why that changes nothing; ``sources`` are the tables of its FROM by alias."""

_OPERATIONS: dict[type[Node], Callable[[object, object], bool]] = {
    exp.EQ: lambda a, b: a == b,
    exp.NEQ: lambda a, b: a != b,
    exp.LT: lambda a, b: a < b,  # type: ignore[operator]
    exp.LTE: lambda a, b: a <= b,  # type: ignore[operator]
    exp.GT: lambda a, b: a > b,  # type: ignore[operator]
    exp.GTE: lambda a, b: a >= b,  # type: ignore[operator]
}


def sources_of(select: exp.Select, facts: Facts) -> Sources | None:
    """The tables of FROM by alias; None if something else stands there."""
    first = select.args.get("from_")
    found: Sources = {}
    for item in [first, *(select.args.get("joins") or [])]:
        table = item.this if item is not None else None
        if not isinstance(table, exp.Table) or table.name.casefold() not in facts.tables:
            return None
        found[table.alias_or_name.casefold()] = facts.tables[table.name.casefold()]
    return found


def _column(node: object, sources: Sources) -> tuple[str, Column] | None:
    """The alias and the facts of the column that a node names, if it surely is one of these tables'."""
    if not isinstance(node, exp.Column):
        return None
    owners = [node.table.casefold()] if node.table else list(sources)
    found = [(alias, at) for alias in owners if alias in sources and (at := sources[alias].at(node.name)) is not None]
    if len(found) != 1:
        return None
    alias, at = found[0]
    return alias, sources[alias].columns[at]


def _inside(select: exp.Select, *kinds: type[Node]) -> list[Node]:
    """The nodes that belong to this SELECT and not to one inside it."""
    return [node for node in select.find_all(*kinds) if node.find_ancestor(exp.Select) is select]


def _joins(select: exp.Select, sources: Sources) -> Iterator[str]:
    """An outer join along a required foreign key loses no row as an inner one."""
    for join in select.args.get("joins") or []:
        on, target = join.args.get("on"), join.this.alias_or_name.casefold()
        if str(join.side).upper() != "LEFT" or not isinstance(on, exp.EQ):
            continue
        sides = [_column(side, sources) for side in (on.left, on.right)]
        if None in sides:
            continue
        child, parent = sorted((side for side in sides if side is not None), key=lambda side: side[0] == target)
        if parent[0] == target != child[0] and _refers(child, parent, sources) and not _is_optional(child[0], select):
            join.set("side", None)
            yield f"every {child[1].name} is there and leads to a row of {sources[target].name}"


def _missed(select: exp.Select, sources: Sources) -> Iterator[str]:
    """A condition that no NULL fulfils drops the rows that an outer join would keep."""
    where = select.args.get("where")
    conditions = parts(where.this, exp.And) if where is not None else []
    compared = [
        _column(node.this, sources) for node in conditions if isinstance(node, (*COMPARISONS, exp.In, exp.Like))
    ]
    compared += [_column(node.expression, sources) for node in conditions if isinstance(node, COMPARISONS)]
    for join in select.args.get("joins") or []:
        name = join.this.alias_or_name.casefold()
        needed = next((one[1].name for one in compared if one is not None and one[0] == name), "")
        if str(join.side).upper() == "LEFT" and needed:
            join.set("side", None)
            yield f"WHERE drops the rows without a partner: their {needed} is NULL"


def _absent(select: exp.Select, sources: Sources) -> Iterator[str]:
    """Where a table may be missing, any of its required columns is NULL exactly where its key is."""
    for node in _inside(select, exp.Is):
        found = _column(node.this, sources)
        if not (found and found[1].required and isinstance(node.expression, exp.Null)):
            continue
        table = sources[found[0]]
        if _is_optional(found[0], select) and table.key and table.columns[table.key[0]].required:
            key = table.columns[table.key[0]]
            node.this.replace(exp.column(key.name, table=found[0]))
            if key != found[1]:
                yield f"{found[1].name} is NULL only where there is no row of {table.name}"


def _refers(child: tuple[str, Column], parent: tuple[str, Column], sources: Sources) -> bool:
    table, other = sources[child[0]], sources[parent[0]]
    return child[1].required and any(
        link.table == other.folded
        and [table.columns[at].folded for at in link.columns] == [child[1].folded]
        and [other.columns[at].folded for at in link.targets] == [parent[1].folded]
        for link in table.links
    )


def _is_optional(alias: str, select: exp.Select) -> bool:
    """Whether an outer join may put NULL in place of a table's row."""
    joins = select.args.get("joins") or []
    sided = any(str(join.side).upper() in ("RIGHT", "FULL") for join in joins)
    return sided or any(
        str(join.side).upper() == "LEFT" and join.this.alias_or_name.casefold() == alias for join in joins
    )


def _checked(select: exp.Select, sources: Sources) -> Iterator[str]:
    """A comparison with a column that has few values says which of them are meant."""
    allowed = {(alias, name): values for alias, table in sources.items() for name, values in _lists(table)}
    for node in _inside(select, *COMPARISONS, exp.In):
        found = _column(node.this, sources)
        values = allowed.get((found[0], found[1].folded)) if found else None
        meant = _meant(node, values) if values else None
        if found is None or values is None or meant is None:
            continue
        negated = isinstance(node.parent, exp.Not) and found[1].required
        if negated:
            meant = [value for value in values if value not in meant]
        new = exp.In(this=node.this.copy(), expressions=[_literal(value) for value in meant])
        (node.parent if negated and node.parent else node).replace(new)
        yield f"{found[1].name} is always one of {', '.join(map(str, values))}"


def _lists(table: TableFacts) -> Iterator[tuple[str, tuple[int | str, ...]]]:
    """The columns whose CHECK names all their values."""
    for text in table.checks:
        try:
            check = sqlglot.parse_one(text, read="sqlite")
        except SqlglotError:
            continue
        check = check.unnest()
        if isinstance(check, exp.In) and isinstance(check.this, exp.Column):
            values = [_value(item) for item in check.expressions]
            known = [value for value in values if value is not None]
            if known and len(known) == len(values):
                yield check.this.name.casefold(), tuple(known)


def _value(node: Node) -> int | str | None:
    if not isinstance(node, exp.Literal):
        return None
    if node.is_string:
        return str(node.this)
    return int(node.this) if str(node.this).isdigit() else None


def _literal(value: int | str) -> Node:
    return exp.Literal.string(value) if isinstance(value, str) else exp.Literal.number(value)


def _meant(node: Node, values: tuple[int | str, ...]) -> list[int | str] | None:
    """Which of a column's values fulfil a condition; None where that can't be told."""
    if isinstance(node, exp.In):
        named = [_value(item) for item in node.expressions]
        return None if None in named or not named else [value for value in values if value in named]
    other = _value(node.expression)
    if other is None or any(type(value) is not type(other) for value in values):
        return None
    return [value for value in values if _OPERATIONS[type(node)](value, other)]


def _texts(select: exp.Select, sources: Sources) -> Iterator[str]:
    """No number equals a text that isn't one, so "not equal" only asks whether there is a number."""
    for node in _inside(select, exp.EQ):
        found, text = _column(node.this, sources), node.expression
        letters = isinstance(text, exp.Literal) and text.is_string and not any(map(str.isdigit, str(text.this)))
        if found and found[1].kind.is_number and letters and isinstance(node.parent, exp.Not):
            node.replace(exp.Is(this=node.this.copy(), expression=exp.Null()))
            yield f"{found[1].name} holds numbers, and no number equals a text"


def _counts(select: exp.Select, sources: Sources) -> Iterator[str]:
    """Counting a column that is never NULL counts rows."""
    for node in _inside(select, exp.Count):
        found = _column(node.this, sources)
        if not (found and found[1].required):
            continue
        if not _is_optional(found[0], select):
            node.replace(exp.Count(this=exp.Star()))
            yield f"{found[1].name} is never NULL"
        elif (places := sources[found[0]].key) and (key := sources[found[0]].columns[places[0]]).required:
            node.this.replace(exp.column(key.name, table=found[0]))
            if key != found[1]:
                yield f"{found[1].name} is NULL only where there is no row of {sources[found[0]].name}"


def _groups(select: exp.Select, sources: Sources) -> Iterator[str]:
    """Within a group that is made by a table's key, the table's other columns have one value."""
    group = select.args.get("group")
    if group is None:
        return
    keys = [_column(key, sources) for key in group.expressions]
    for alias, table in sources.items():
        named = {key[1].folded for key in keys if key is not None and key[0] == alias}
        key = _key_within(table, named)
        if key is None or named <= key:
            continue
        kept = [
            node
            for node, found in zip(group.expressions, keys, strict=True)
            if found is None or found[0] != alias or found[1].folded in key
        ]
        group.set("expressions", kept)
        yield f"{', '.join(sorted(key))} decides {', '.join(sorted(named - key))}"
        return


def _branches(select: exp.Select, _: Sources) -> Iterator[str]:
    """The order of two branches is free where they are never true together."""
    for case in _inside(select, exp.Case):
        branches = list(case.args["ifs"])
        for _again in branches:
            for at in range(len(branches) - 1):
                one, other = branches[at].this, branches[at + 1].this
                if _excludes(one, other) and one.sql() > other.sql():
                    branches[at], branches[at + 1] = branches[at + 1], branches[at]
                    yield f"`{other.sql('sqlite')}` and `{one.sql('sqlite')}` are never true together"
        case.set("ifs", branches)


def _excludes(one: Node, other: Node) -> bool:
    """Whether one asks for NULL in a column of which the other asks for a value."""
    for null, value in ((one, other), (other, one)):
        asked = isinstance(null, exp.Is) and isinstance(null.expression, exp.Null)
        if asked and isinstance(value, COMPARISONS) and null.this in (value.this, value.expression):
            return True
    if not (isinstance(one, exp.EQ) and isinstance(other, exp.EQ) and one.this == other.this):
        return False
    values = [_value(node.expression) for node in (one, other)]
    return None not in values and values[0] != values[1]


def _distinct(select: exp.Select, sources: Sources) -> Iterator[str]:
    """Rows that hold a key of every table are all different."""
    if select.args.get("distinct") is None:
        return
    shown = [column.unalias() for column in select.expressions]
    group = select.args.get("group")
    if group is not None:
        written = {column.sql("sqlite").casefold() for column in (*shown, *_names(select))}
        if all(key.sql("sqlite").casefold() in written for key in group.expressions):
            select.set("distinct", None)
            yield "no two rows are equal: each is another group"
        return
    if hold_keys(shown, sources) and not any(_is_optional(alias, select) for alias in sources):
        select.set("distinct", None)
        yield f"no two rows are equal: each has its own {', '.join(sorted(_keys(shown, sources)))}"


def _names(select: exp.Select) -> list[Node]:
    """The names that a query gives to its columns."""
    return [exp.column(column.alias) for column in select.expressions if column.alias]


def hold_keys(nodes: list[Node], sources: Sources) -> bool:
    """Whether some columns hold a key of every table."""
    return bool(_keys(nodes, sources))


def _keys(nodes: list[Node], sources: Sources) -> set[str]:
    """The keys of all tables that stand among some columns; nothing if one table's is missing."""
    columns = [_column(node, sources) for node in nodes]
    keys = set[str]()
    for alias, table in sources.items():
        key = _key_within(table, {one[1].folded for one in columns if one is not None and one[0] == alias})
        if key is None:
            return set()
        keys |= key
    return keys


def _key_within(table: TableFacts, columns: set[str]) -> set[str] | None:
    """A key of a table, of columns that are never NULL, among some of its columns."""
    for places in (table.key, *table.uniques):
        key = [table.columns[at] for at in places]
        if key and all(column.required and column.folded in columns for column in key):
            return {column.folded for column in key}
    return None


RULES: tuple[Rule, ...] = (_joins, _missed, _absent, _checked, _texts, _counts, _groups, _branches, _distinct)
"""In the order in which they are applied."""
