"""SQLite's errors in plain words, with the name that was probably meant."""

from __future__ import annotations

import re
import sqlite3
from collections.abc import Callable, Iterable
from itertools import pairwise

from autograder.sql.schema import Schema, sources
from autograder.sql.syntax import explain_lookalikes, explain_syntax
from autograder.sql.text import KEYWORDS, nearest, tokens

__all__ = ["comma_note", "explain", "quoting_note"]

AGGREGATES = frozenset({"avg", "count", "group_concat", "max", "min", "sum", "total"})
OTHER_DIALECTS = {
    "charindex": "instr(text, part)",
    "concat": "the operator ||",
    "date_add": "date(value, '+1 day')",
    "datediff": "julianday(a) - julianday(b)",
    "day": "strftime('%d', value)",
    "getdate": "datetime('now')",
    "if": "iif(condition, a, b) or CASE",
    "isnull": "coalesce(value, instead) or IS NULL",
    "left": "substr(text, 1, n)",
    "len": "length(text)",
    "month": "strftime('%m', value)",
    "now": "datetime('now')",
    "nvl": "coalesce(value, instead)",
    "right": "substr(text, -n)",
    "to_char": "strftime(format, value)",
    "year": "strftime('%Y', value)",
}

_FIXED = {
    "no tables specified": "`SELECT *` needs a table to read from: add FROM and its name.",
    "string or blob too big": "A text or blob in this query grew too large, so the query was stopped.",
    "integer overflow": "A sum or product grew beyond SQLite's largest integer, 9223372036854775807.",
    "malformed JSON": "A JSON function was given text that isn't JSON.",
    "parser stack overflow": "The query is nested too deeply: too many brackets or CASE inside one another.",
    "LIKE or GLOB pattern too complex": "The pattern of a LIKE or GLOB is too long.",
    "interrupted": "The query was stopped.",
    "database disk image is malformed": "The database is damaged. Run the setup cell at the top again.",
}


def explain(error: BaseException, sql: str, database: sqlite3.Connection, schema: Schema) -> str:
    """Say in one or two sentences what is wrong with a query that SQLite refused.

    Args:
        error: what SQLite's driver raised.
        sql: the query's text.
        database: a connection without limits, asked only about the text's beginning.
        schema: the names that exist.
    """
    message = str(error)
    if isinstance(error, MemoryError):
        return "The query is too large to run."
    if "number of bindings" in message:
        return _explain_parameter(sql)
    for pattern, words in _PATTERNS:
        if match := re.search(pattern, message, re.S):
            return explain_lookalikes(sql) or words(match.group(1), sql, schema)
    for known, sentence in _FIXED.items():
        if message.startswith(known):
            return sentence
    return explain_syntax(message, sql, database) or f"SQLite can't run this query: {message.rstrip('.')}."


def quoting_note(sql: str, schema: Schema) -> str:
    """Warn of a misspelt column in double quotes, which SQLite silently takes as text. Empty when there is none."""
    known = sources(tokens(sql), schema)
    columns = [column for table in known.values() for column in schema.tables.get(table, ())]
    names = {name.casefold() for name in [*columns, *known]}
    for token in tokens(sql):
        if token.kind == "quoted" and token.text[0] == '"' and token.name.casefold() not in names:
            meant = nearest(token.name, columns, cutoff=0.8)
            if meant:
                return (
                    f"No column has the name {token.text}, so SQLite took it as text. Did you mean `{meant}`? "
                    "Text stands in single quotes, and a name needs none."
                )
    return ""


def comma_note(sql: str, got: Iterable[str], expected: Iterable[str]) -> str:
    """Point at a comma that was forgotten between two columns: SQL took the second for the first one's name."""
    have = {name.casefold() for name in got}
    lost = {name.casefold() for name in expected} - have
    found = tokens(sql)
    for one, other in pairwise(found):
        words = one.kind in {"word", "quoted"} and other.kind in {"word", "quoted"} and other.upper not in KEYWORDS
        if words and one.name.casefold() in lost and other.name.casefold() in have:
            return f"Is a comma missing between `{one.name}` and `{other.name}`?"
    return ""


def _explain_parameter(sql: str) -> str:
    found = next((token.text for token in tokens(sql) if token.kind == "parameter"), "?")
    return f"`{found}` is a parameter, which has no value here. Write the value itself; text stands in single quotes."


def _explain_column(name: str, sql: str, schema: Schema) -> str:
    name = name.split(" - ")[0].strip("\"'`[]")
    prefix, _, column = name.rpartition(".")
    prefix = prefix.rpartition(".")[2]
    known = sources(tokens(sql), schema)
    if prefix and prefix.casefold() not in known:
        return _explain_prefix(prefix, column, known, schema)
    tables = [known[prefix.casefold()]] if prefix else list(dict.fromkeys(known.values()))
    if len(tables) == 1 and tables[0] in schema.tables:
        sentence = f"There is no column `{column}` in {tables[0]}."
    else:
        sentence = f"There is no column `{name}`" + (
            f" in {', '.join(tables)}." if tables else ": FROM names no table."
        )
    if advice := _explain_null(column, sql):
        return f"{sentence} {advice}"
    meant = nearest(column, [name for table in tables for name in schema.tables.get(table, ())])
    if meant:
        return f"{sentence} Did you mean `{meant}`?"
    elsewhere = schema.tables_with(column)
    if elsewhere:
        has = "has" if len(elsewhere) == 1 else "have"
        question = "did you mean another table?" if tables else "is FROM missing?"
        return f"{sentence} {_and(elsewhere)} {has} one: {question}"
    if prefix:
        return f"{sentence} Its columns are {', '.join(schema.tables.get(tables[0], ()))}."
    return f"{sentence} If you mean the text, put it in single quotes: '{column}'."


def _explain_null(column: str, sql: str) -> str:
    """Recognise what was meant for NULL; empty when it was something else."""
    if column.upper() in {"NONE", "NIL", "UNDEFINED"}:
        return "SQL writes NULL; ask with IS NULL."
    words = [token.upper for token in tokens(sql)]
    asked = any(
        word == column.upper() and words[at - 1] in {"IS", "NOT", "=", "<>", "!=", "=="}
        for at, word in enumerate(words)
        if at
    )
    return "Did you mean NULL?" if asked and nearest(column, ["NULL"], cutoff=0.75) else ""


def _explain_prefix(prefix: str, column: str, known: dict[str, str], schema: Schema) -> str:
    sentence = f"`{prefix}.{column}` names a table `{prefix}`, which FROM doesn't mention."
    if schema.table(prefix) in known.values():
        alias = next(alias for alias, table in known.items() if table == schema.table(prefix))
        return f"{sentence} It is called `{alias}` here: write `{alias}.{column}`."
    meant = nearest(prefix, list(known))
    return f"{sentence} Did you mean `{meant}.{column}`?" if meant else sentence


def _explain_table(name: str, sql: str, schema: Schema) -> str:
    name = name.strip("\"'`[]").rpartition(".")[2]
    own = [known for known in sources(tokens(sql), schema).values() if known.casefold() != name.casefold()]
    meant = nearest(name, [*schema.tables, *own])
    if meant:
        return f"There is no table `{name}`. Did you mean `{meant}`?"
    if not schema.tables:
        return f"There is no table `{name}`: the database has no tables."
    return f"There is no table `{name}`. The tables are {', '.join(schema.tables)}."


def _explain_function(name: str, _sql: str, _schema: Schema) -> str:
    if name.lower() in OTHER_DIALECTS:
        return f"SQLite has no function `{name}`. Use {OTHER_DIALECTS[name.lower()]}."
    common = "count sum avg min max total length lower upper trim substr replace instr round abs coalesce ifnull iif"
    meant = nearest(name, (common + " nullif date datetime strftime julianday group_concat row_number rank").split())
    return f"SQLite has no function `{name}`." + (f" Did you mean `{meant}`?" if meant else "")


def _explain_ambiguous(name: str, sql: str, schema: Schema) -> str:
    column = name.rpartition(".")[2]
    known = sources(tokens(sql), schema)
    having = set(schema.tables_with(column))
    owners = [alias for alias, table in known.items() if table in having]
    sentence = f"Several tables here have a column `{column}`. Say which one"
    return f"{sentence}: {' or '.join(f'`{owner}.{column}`' for owner in owners)}." if owners else f"{sentence}."


def _explain_aggregate(name: str, sql: str, _schema: Schema) -> str:
    sentence = f"`{name}()` sums up rows, and can't stand in this place."
    if _stands_in_another(name, sql):
        return f"{sentence} Take the inner value in a subquery or a WITH part, and the outer one of its rows."
    if "WHERE" in [token.upper for token in tokens(sql)]:
        return f"{sentence} WHERE looks at one row at a time; conditions on groups belong in HAVING."
    return sentence


def _stands_in_another(name: str, sql: str) -> bool:
    """Tell whether an aggregate is called in the brackets of another one, as in MAX(COUNT(*))."""
    found, within = tokens(sql), list[bool]()
    for before, token in pairwise(found):
        if token.text == "(":
            called = before.text.casefold()
            if called == name.casefold() and True in within:
                return True
            within.append(called in AGGREGATES)
        elif token.text == ")" and within:
            within.pop()
        elif token.upper == "SELECT":
            within = [False] * len(within)
    return False


def _explain_window(name: str, _sql: str, _schema: Schema) -> str:
    return (
        f"The window function `{name}()` can't stand in this place: only in SELECT and ORDER BY. "
        "Compute it in a subquery or a WITH part, and filter outside."
    )


def _and(names: list[str]) -> str:
    return names[0] if len(names) == 1 else f"{', '.join(names[:-1])} and {names[-1]}"


_PATTERNS: list[tuple[str, Callable[[str, str, Schema], str]]] = [
    (r"no such column: (.+)", _explain_column),
    (r"no such table: (.+)", _explain_table),
    (r"no such function: (.+)", _explain_function),
    (r"ambiguous column name: (.+)", _explain_ambiguous),
    (r"misuse of aggregate(?: function)?:? ([^\s(]+)", _explain_aggregate),
    (
        r"misuse of aliased aggregate (\S+)",
        lambda name, _sql, _schema: (
            f"`{name}` is made by an aggregate, and no other one can be taken of it in this place. "
            f"Compute `{name}` in a subquery or a WITH part first."
        ),
    ),
    (r"misuse of window function ([^\s(]+)", _explain_window),
    (
        r"wrong number of arguments to function ([^\s(]+)",
        lambda name, _sql, _schema: f"`{name}()` was given too many or too few values in its brackets.",
    ),
    (
        r"((?:HAVING clause on a non-aggregate query|GROUP BY clause is required before HAVING))",
        lambda *_: "HAVING filters groups, and there are none here. Filter rows with WHERE, or add GROUP BY.",
    ),
    (
        r"SELECTs to the left and right of (\w+(?: ALL)?)",
        lambda word, _sql, _schema: f"The SELECTs on both sides of {word} must have the same number of columns.",
    ),
    (
        r"sub-select returns (\d+) columns",
        lambda n, _sql, _schema: f"A subquery in this place must return one column; this one returns {n}.",
    ),
    (
        r"(ORDER BY|LIMIT) clause should come after",
        lambda word, _sql, _schema: f"{word} belongs behind the last SELECT: it orders or cuts the whole result.",
    ),
    (
        r"(\d+)\w\w (?:ORDER|GROUP) BY term out of range",
        lambda n, _sql, _schema: f"Sort key {n} names a column by its number, and the result has no such column.",
    ),
    (
        r"cannot join using column (\S+)",
        lambda name, _sql, _schema: f"USING (`{name}`) needs that column in both tables. Join with ON instead.",
    ),
    (r"(JOIN clause is required before ON)", lambda *_: "ON belongs behind a JOIN. Without a JOIN, use WHERE."),
    (
        r"circular reference: (\S+)",
        lambda name, _sql, _schema: f"`{name}` is defined by itself. A query that does so on purpose is recursive.",
    ),
]
