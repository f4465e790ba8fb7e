"""Explains why a text isn't SQL: where SQLite stumbled, and what most often is the cause."""

from __future__ import annotations

import re
import sqlite3

from autograder.sql.text import KEYWORDS, Token, nearest, tokens

__all__ = ["explain_lookalikes", "explain_syntax"]

CLAUSES = ["SELECT", "FROM", "JOIN", "WHERE", "GROUP", "HAVING", "ORDER", "LIMIT"]
ORDER_OF_CLAUSES = "The order is SELECT, FROM, JOIN, WHERE, GROUP BY, HAVING, ORDER BY, LIMIT."
LOOKALIKES = {
    "‘": "a curly quote: type ' instead",
    "’": "a curly quote: type ' instead",
    "“": "a curly quote: type ' instead",
    "”": "a curly quote: type ' instead",
    "„": "a curly quote: type ' instead",
    "´": "an accent: type ' instead",
    "\u00a0": "a special blank that is no space: type a space instead",
    "\u200b": "an invisible character: delete it",
    "\ufeff": "an invisible character: delete it",
    "–": "a dash: type - instead",
    "−": "a dash: type - instead",
    "≠": "a sign that SQL doesn't know: type <> instead",
    "≤": "a sign that SQL doesn't know: type <= instead",
    "≥": "a sign that SQL doesn't know: type >= instead",
    "；": "a wide semicolon: type ; instead",
    "，": "a wide comma: type , instead",
}
MOST_TRIES = 40
_VALUES = frozenset({"word", "number", "string", "quoted"})


def explain_lookalikes(sql: str) -> str:
    """Name the first character that looks like SQL but isn't; text in single quotes may hold any. Empty if none."""
    for token in tokens(sql):
        if token.kind not in {"string", "quoted"}:
            for character in token.text:
                if character in LOOKALIKES:
                    sentence = f"Line {token.line} holds {LOOKALIKES[character]}."
                    return f"{sentence} {_quoted_line(sql, token.line)}".rstrip()
    return ""


def explain_syntax(message: str, sql: str, database: sqlite3.Connection) -> str:
    """Explain a syntax error; empty when the message is about something else."""
    found = tokens(sql)
    if message == "incomplete input":
        return explain_lookalikes(sql) or _explain_end(found)
    if message.startswith("unrecognized token"):
        return explain_lookalikes(sql) or _explain_token(message, sql, found)
    near = re.fullmatch(r'near "(.*)": syntax error', message, re.S)
    if near is None:
        return ""
    at = _find(near.group(1), sql, found, database)
    if at is None:
        return explain_lookalikes(sql) or f"SQLite can't read this query near `{near.group(1)}`."
    place = f"SQLite stumbled at `{found[at].text}` in line {found[at].line}."
    cause = explain_lookalikes(sql) or _cause(found, at)
    return f"{place} {cause or 'Look at what stands just before it.'} {_quoted_line(sql, found[at].line)}".rstrip()


def _quoted_line(sql: str, line: int) -> str:
    lines = sql.split("\n")
    text = " ".join(lines[line - 1].split()) if line <= len(lines) else ""
    return f"The line: `{text if len(text) <= 80 else text[:79] + '…'}`" if len(lines) > 1 else ""


def _find(text: str, sql: str, found: list[Token], database: sqlite3.Connection) -> int | None:
    """Find which of several equal tokens is meant: the first at which the text up to there fails in the same way."""
    places = [at for at, token in enumerate(found) if token.text == text]
    if len(places) < 2:
        return places[0] if places else None
    for at in places[:MOST_TRIES]:
        try:
            database.execute("EXPLAIN " + sql[: found[at].end]).close()
        except (sqlite3.Error, sqlite3.Warning, MemoryError) as error:
            if str(error) == f'near "{text}": syntax error':
                return at
    return places[-1]


def _explain_end(found: list[Token]) -> str:
    words = [token.upper for token in found]
    last = found[-1]
    if words.count("(") > words.count(")"):
        return "The query ends too early: a bracket `(` isn't closed."
    if words.count("CASE") > words.count("END"):
        return "The query ends too early: a CASE has no END."
    if words[0] == "WITH" and last.text == ")":
        return "The query ends too early: behind the WITH parts comes the SELECT that uses them."
    return f"The query ends too early: something is missing after `{last.text}` in line {last.line}."


def _explain_token(message: str, sql: str, found: list[Token]) -> str:
    bad = re.sub(r'^unrecognized token: "(.*)"$', r"\1", message, flags=re.S)
    if bad[:1] in {"'", '"', "`", "["}:
        line = next((token.line for token in found if token.text == bad), 0)
        where = f"It begins in line {line}." if line else ""
        parts = [f"A quote {bad[0]} isn't closed.", where, _quoted_line(sql, line) if line else ""]
        return " ".join([*filter(None, parts), "A quote inside text is written twice: 'it''s'."])
    if bad.startswith("#"):
        return "A comment in SQL begins with --, not with #."
    if bad.startswith("!"):
        return '`!` is no operator of SQL. Write NOT, or <> for "isn\'t equal".'
    return f"SQLite doesn't know what `{bad[:40]}` is."


def _cause(found: list[Token], at: int) -> str:
    """Name the most likely cause of a syntax error at a token; empty when none of the usual ones fits."""
    token, before = found[at], found[at - 1] if at else None
    for cause in _CAUSES:
        if sentence := cause(token, before, found[:at]):
            return sentence
    return ""


def _comma(token: Token, before: Token | None, _earlier: list[Token]) -> str:
    if token.text == "," and before is not None and before.upper in {",", "SELECT", "BY", "("}:
        return "There is a comma too many."
    if before is not None and before.text == "," and (token.upper in CLAUSES or token.text == ")"):
        return f"There is a comma too many before {token.upper}."
    return ""


def _split_sign(token: Token, before: Token | None, _earlier: list[Token]) -> str:
    pair = (before.text if before else "") + token.text
    if pair in {"=<", "=>"}:
        return f"Write {'<=' if token.text == '<' else '>='}, not {pair}."
    if token.text == "&" and before is not None and before.text == "&":
        return "Write AND, not &&."
    if token.text == "/" and before is not None and before.text == "/":
        return "A comment in SQL begins with --, not with //."
    return ""


def _dialect(token: Token, before: Token | None, _earlier: list[Token]) -> str:
    if before is not None and before.upper == "TOP":
        return "SQLite has no TOP: write LIMIT and the number at the end."
    if token.upper == "SORT" or (token.upper == "BY" and before is not None and before.upper == "SORT"):
        return "Write ORDER BY, not SORT BY."
    return ""


def _missing_by(_token: Token, before: Token | None, _earlier: list[Token]) -> str:
    return f"Write {before.upper} BY." if before is not None and before.upper in {"ORDER", "GROUP"} else ""


def _clause_order(token: Token, _before: Token | None, earlier: list[Token]) -> str:
    if token.upper not in CLAUSES:
        return ""
    depth, here = 0, []
    for other in reversed(earlier):
        depth += {")": 1, "(": -1}.get(other.text, 0)
        if depth < 0:
            break
        if depth == 0 and other.upper in CLAUSES:
            here.append(other.upper)
            if other.upper == "SELECT":
                break
    late = [word for word in here if CLAUSES.index(word) > CLAUSES.index(token.upper)]
    if late:
        return f"{_clause(token.upper)} comes before {_clause(late[-1])}. {ORDER_OF_CLAUSES}"
    if token.upper in here and token.upper not in {"SELECT", "JOIN"}:
        more = " Join two conditions with AND or OR." if token.upper in {"WHERE", "HAVING"} else ""
        return f"{token.upper} stands here a second time.{more}"
    return ""


def _clause(word: str) -> str:
    return f"{word} BY" if word in {"ORDER", "GROUP"} else word


def _missing_where(token: Token, _before: Token | None, earlier: list[Token]) -> str:
    words = [other.upper for other in earlier]
    if token.upper in {"AND", "OR", "=", "<", ">", "<=", ">=", "<>", "!=", "=="} and "FROM" in words:
        return "" if {"WHERE", "ON", "HAVING"} & set(words) else "Conditions begin with WHERE: is it missing?"
    return ""


def _typing_error(token: Token, before: Token | None, _earlier: list[Token]) -> str:
    for word in (before, token):
        if word is not None and word.kind == "word" and word.upper not in KEYWORDS and len(word.text) > 2:
            meant = nearest(word.text, KEYWORDS, cutoff=0.75)
            if meant:
                return f"Did you mean {meant} instead of `{word.text}`?"
    return ""


def _case(token: Token, before: Token | None, earlier: list[Token]) -> str:
    """Find the THEN or END that is missing from the innermost CASE that is still open."""
    parts: list[str] = []  # of every open CASE, the last of its words
    for other in earlier:
        if other.upper == "CASE":
            parts.append("CASE")
        elif parts and other.upper == "END":
            parts.pop()
        elif parts and other.upper in {"WHEN", "THEN", "ELSE"}:
            parts[-1] = other.upper
    if not parts or before is None or before.upper == parts[-1]:
        return ""
    value = token.kind in _VALUES and token.upper not in KEYWORDS
    if parts[-1] == "WHEN" and (value or token.upper in {*CLAUSES, "WHEN", "ELSE", "END"}):
        return f"Is a THEN missing before `{token.text}`?"
    if token.upper in {*CLAUSES, "AS", ",", ")"} or (parts[-1] == "ELSE" and value):
        return "A CASE has no END."
    return ""


def _bracket(token: Token, _before: Token | None, earlier: list[Token]) -> str:
    texts = [other.text for other in earlier]
    if token.text == ")" and texts.count("(") <= texts.count(")"):
        return "This bracket closes nothing: a `(` is missing, or this `)` is too many."
    if token.upper in CLAUSES and texts.count("(") > texts.count(")"):
        return "A bracket `(` before it isn't closed."
    return ""


def _missing_comma(token: Token, before: Token | None, _earlier: list[Token]) -> str:
    if before is None or token.kind not in _VALUES:
        return ""
    if before.text != ")" and (before.kind not in _VALUES or before.upper in KEYWORDS):
        return ""
    if token.kind == "word" and token.upper in KEYWORDS:
        return ""
    return f"Is a comma or an operator missing before `{token.text}`?"


# The surest first.
_CAUSES = (
    _comma,
    _split_sign,
    _dialect,
    _missing_by,
    _clause_order,
    _typing_error,
    _missing_where,
    _case,
    _bracket,
    _missing_comma,
)
