"""How large a query becomes while SQLite compiles it.

SQLite copies a common table expression into every place that names it. A chain in which each names the one before
twice thus grows to 2ⁿ copies: thirty short lines take all memory, before any limit or progress handler is asked. So
the copies are counted first, from the text alone.
"""

from __future__ import annotations

from autograder.sql.text import Token

__all__ = ["MOST_TOKENS", "grown_size"]

_BEFORE_A_TABLE = frozenset({"FROM", "JOIN", ",", "(", "IN"})
# A hundred thousand tokens take SQLite a twentieth of a second to compile; answers of this course have a few hundred.
MOST_TOKENS = 200_000
MOST_EXPRESSIONS = 200


def grown_size(statement: list[Token]) -> int:
    """Return an upper bound for a query's tokens once each common table expression is copied to where it is named.

    Counting stops just above `MOST_TOKENS`.
    """
    too_many = MOST_TOKENS + 1
    closing = _closing_brackets(statement)
    bodies: dict[str, list[range]] = {}
    for at, name in _definitions(statement, closing):
        bodies.setdefault(name, []).append(range(at + 1, closing.get(at, len(statement))))
    if not bodies:
        return len(statement)
    if len(bodies) > MOST_EXPRESSIONS:
        return too_many
    named = {name: [_named(statement, body, bodies) for body in ranges] for name, ranges in bodies.items()}
    own = {name: sum(map(len, ranges)) for name, ranges in bodies.items()}
    weights = own
    # Each round lets one more link of a chain count; an expression that names itself is no copy.
    for _ in bodies:
        before = weights
        weights = {
            name: min(own[name] + sum(before[other] for names in lists for other in names if other != name), too_many)
            for name, lists in named.items()
        }
        if weights == before:
            break
    everywhere = _named(statement, range(len(statement)), bodies)
    return min(len(statement) + sum(weights[name] for name in everywhere), too_many)


def _closing_brackets(statement: list[Token]) -> dict[int, int]:
    """Map the place of every bracket to the place of its partner, both ways."""
    waiting, found = [], {}
    for at, token in enumerate(statement):
        if token.text == "(":
            waiting.append(at)
        elif token.text == ")" and waiting:
            opening = waiting.pop()
            found[opening], found[at] = at, opening
    return found


def _definitions(statement: list[Token], closing: dict[int, int]) -> list[tuple[int, str]]:
    """Find ``name [(columns)] AS [[NOT] MATERIALIZED] (``: the bracket's place, and the name."""
    found = []
    for at, token in enumerate(statement):
        if token.text != "(":
            continue
        before = at - 1
        while before > 0 and statement[before].upper in {"NOT", "MATERIALIZED"}:
            before -= 1
        if before < 1 or statement[before].upper != "AS":
            continue
        before -= 1
        if statement[before].text == ")":
            before = closing.get(before, 0) - 1
        if before >= 0:
            found.append((at, _name(statement[before])))
    return found


def _named(statement: list[Token], places: range, names: dict[str, list[range]]) -> list[str]:
    return [
        _name(statement[at])
        for at in places
        if at > 0 and statement[at - 1].upper in _BEFORE_A_TABLE and _name(statement[at]) in names
    ]


def _name(token: Token) -> str:
    if token.kind not in {"string", "quoted"}:
        return token.text.casefold()
    quote = token.text[-1]
    return token.text[1:-1].replace(quote * 2, quote).casefold()
