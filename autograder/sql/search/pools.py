"""The values that each column of a generated database is filled from."""

from __future__ import annotations

import math
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import timedelta

from autograder.sql.rows import Row, Value
from autograder.sql.search.dates import STANDARD_DATE, STANDARD_TIME, format_of, moments, neighbours, written
from autograder.sql.search.facts import Column, Facts, Kind
from autograder.sql.search.notes import Notes
from autograder.sql.search.scopes import Place

__all__ = ["Pool", "Sample", "fits", "nearby", "pools"]

Sample = Mapping[str, Sequence[Row]]

PLAIN: dict[Kind, tuple[Value, ...]] = {
    Kind.INTEGER: (1, 2, 0, 3, 5, -1, 10),
    Kind.REAL: (1.0, 2.0, 0.0, 0.5, 1.5, -1.0, 10.0, 2.125),
    Kind.BOOLEAN: (0, 1),
    Kind.TEXT: ("a", "b", "A", "B", "ab", "", "c", "x y"),
    Kind.TIME: ("00:00:00", "12:00:00", "23:59:59"),
}
PLAIN_DATES = ("2020-01-01", "2020-01-02", "2021-03-15", "2020-02-01", "2019-12-31")
PLAIN_TIMES = ("2020-01-01 00:00:00", "2020-01-01 12:00:00", "2020-01-02 00:00:00", "2021-03-15 08:30:00")
NUMBERS_AS_TEXT = ("1", "2", "3", "10", "0.5")
MOST_SAMPLED = 8
LETTERS = "bdfhjlnprtvxz" * 4  # for texts of a certain length


@dataclass(frozen=True, slots=True)
class Pool:
    """A column's values: ``constants`` come from the queries, ``plain`` from the sample or from ourselves.

    ``kind`` may say more than the schema does: a text column that a date function reads holds dates. ``form`` is the
    format of its dates, ``nullable`` whether NULL may stand there.
    """

    kind: Kind
    constants: tuple[Value, ...]
    plain: tuple[Value, ...]
    nullable: bool
    form: str = ""
    sampled: bool = False

    @property
    def values(self) -> tuple[Value, ...]:
        return (*self.constants, *self.plain)

    def kept(self, values: Iterable[Value]) -> Pool:
        """Return the pool with no other values than these."""
        allowed = {(type(value), value) for value in values}
        constants = tuple(value for value in self.constants if (type(value), value) in allowed)
        return replace(self, constants=constants, plain=tuple(v for v in self.plain if (type(v), v) in allowed))


def pools(facts: Facts, tables: Sequence[str], notes: Notes, sample: Sample) -> dict[Place, Pool]:
    """Choose the values of all columns of some tables.

    Where the sample has rows of a table, values are those of the sample and constants of the same shape; a column in
    which the sample has no NULL gets none.
    """
    literals = notes.by_class()
    temporal = {notes.classes.root(place) for place in notes.temporal}
    many = max((size for size in notes.sizes if size > 4), default=-2) + 2
    found: dict[Place, Pool] = {}
    for name in tables:
        for at, column in enumerate(facts.tables[name].columns):
            place = (name, column.folded)
            root = notes.classes.root(place)
            seen = [row[at] for row in sample.get(name, ())]
            pool = _pool(column, literals.get(root, []), seen, dated=root in temporal)
            if pool.kind is Kind.TEXT and not pool.sampled and place in notes.numeric:
                pool = replace(pool, constants=(*pool.constants, *NUMBERS_AS_TEXT))
            found[place] = replace(pool, plain=(*pool.plain, *_serial(pool, many)))
    return found


def _serial(pool: Pool, many: int) -> Sequence[Value]:
    """Return as many different values as a LIMIT or a counting condition needs to matter."""
    if pool.sampled:
        return ()
    if pool.kind is Kind.TEXT:
        return [f"n{number:02d}" for number in range(many)]
    if pool.form:
        first = moments(["2020-01-01"])[0]
        return [written(first + timedelta(days=number), pool.form) for number in range(many)]
    return ()


def _pool(column: Column, literals: Sequence[Value], seen: Sequence[Value], *, dated: bool) -> Pool:
    values = list(dict.fromkeys(value for value in seen if value is not None and not isinstance(value, bytes)))
    kind, form = _kind(column, literals, values, dated)
    nullable = not column.required and (not seen or None in seen)
    constants = _distinct(_around(kind, form, literals))
    plain: Sequence[Value] = _plain(kind, form)
    if dated and column.kind is Kind.TEXT and not values and form != STANDARD_DATE:
        # Nobody says whether such a text has a time of day: let some have one and some not.
        constants = _distinct([*constants, *_around(Kind.DATE, STANDARD_DATE, literals)])
        plain = [value for pair in zip(plain, _plain(Kind.DATE, STANDARD_DATE), strict=False) for value in pair]
    if kind is Kind.BOOLEAN:
        constants = [value for value in constants if value in (0, 1)]
    elif values and kind.is_number:
        constants, plain = _like_numbers(constants, plain, values)
    elif values and not form:
        shapes = {_shape(value) for value in values}
        constants = [value for value in constants if value in values or _shape(value) in shapes]
        plain = values[:MOST_SAMPLED]
    elif values:
        plain = values[:MOST_SAMPLED]
    return Pool(kind, tuple(constants), tuple(plain), nullable, form, bool(values))


def _kind(column: Column, literals: Sequence[Value], seen: Sequence[Value], dated: bool) -> tuple[Kind, str]:
    """Look at what a text column really holds; return its kind and the format of its dates."""
    if column.kind not in (Kind.TEXT, Kind.DATE, Kind.DATETIME):
        if seen and column.kind.is_number and any(isinstance(value, str) for value in seen):
            return Kind.TEXT, ""
        if seen and column.kind is Kind.INTEGER and any(isinstance(v, float) and not v.is_integer() for v in seen):
            return Kind.REAL, ""
        return column.kind, ""
    forms = [format_of(value) for value in seen]
    if forms and forms[0] and set(forms) == {forms[0]}:
        form = forms[0]
    elif seen and column.kind is Kind.TEXT:
        return Kind.TEXT, ""
    else:
        written_so = [form for form in map(format_of, literals) if len(form) > len("%Y-%m")]
        form = max(written_so, key=len, default="")
        if column.kind is Kind.DATE:
            form = STANDARD_DATE
        elif column.kind is Kind.DATETIME:
            form = form if len(form) > len(STANDARD_DATE) else STANDARD_TIME
        elif dated and len(form) <= len(STANDARD_DATE):
            form = STANDARD_TIME
    if not form:
        return column.kind, ""
    return (Kind.DATETIME if "%H" in form else Kind.DATE), form


def _plain(kind: Kind, form: str) -> Sequence[Value]:
    if form:
        texts = PLAIN_TIMES if kind is Kind.DATETIME else PLAIN_DATES
        return tuple(written(moment, form) for moment in moments(texts))
    return PLAIN[kind]


def _around(kind: Kind, form: str, literals: Iterable[Value]) -> list[Value]:
    """Return literals and their neighbours as values of a kind."""
    if form:
        return _dates_around(kind, form, list(literals))
    found: list[Value] = []
    for literal in literals:
        if isinstance(literal, str) and kind.is_number:
            literal = _as_number(literal)
        if isinstance(literal, int | float):
            found += _numbers_around(kind, literal)
        elif isinstance(literal, str):
            found += _texts_around(literal)
    return found


def _dates_around(kind: Kind, form: str, literals: list[Value]) -> list[Value]:
    found: list[Value] = []
    for moment in moments(literals):
        found += [written(each, form) for each in neighbours(moment, clock=kind is Kind.DATETIME)]
    return found


def _as_number(text: str) -> Value:
    try:
        return int(text)
    except ValueError:
        try:
            number = float(text)
        except ValueError:
            return None
        return number if math.isfinite(number) else None


def _numbers_around(kind: Kind, number: int | float) -> list[Value]:
    if not math.isfinite(number) or abs(number) > 2**60:
        return []
    if kind is Kind.TEXT:
        length = int(number)
        lengths = [LETTERS[: length + step] for step in (0, 1, -1)] if 0 < length < len(LETTERS) else []
        return [str(number), *lengths]
    if kind is Kind.BOOLEAN:
        return [int(number)] if number in (0, 1) else [0, 1]
    if kind is Kind.TIME:
        return [f"{int(number):02d}:30:00"] if 0 <= number < 24 else []
    if kind is Kind.REAL:
        exact = float(number)
        return [exact, exact + 0.5, exact - 0.5, exact + 1, exact - 1, 2.0 * exact]
    low, high = math.floor(number), math.ceil(number)
    return [low, low + 1, high - 1, low + 2, high - 2, 2 * low]


def _texts_around(text: str) -> list[Value]:
    other = text.swapcase() if text.swapcase() != text else "q" + text
    found: list[Value] = [text, text + "x", other]
    if form := format_of(text):
        day = moments([text])[0]
        found += [written(each, form) for each in neighbours(day, clock="%H" in form)[:3]]
    return found


def _like_numbers(
    constants: Sequence[Value], plain: Sequence[Value], seen: Sequence[Value]
) -> tuple[list[Value], list[Value]]:
    """Keep numbers that could stand in the sample: no negative one, no fraction, where it has none."""
    numbers = [value for value in seen if isinstance(value, int | float)]
    least, whole = min(numbers, default=0), all(float(value).is_integer() for value in numbers)

    def like(values: Sequence[Value]) -> list[Value]:
        kept = [v for v in values if isinstance(v, int | float) and (v >= 0 or least < 0)]
        return [int(v) if whole else v for v in kept if not whole or float(v).is_integer()]

    ranked = sorted(set(numbers), key=abs)
    # Small ones, and ones of another size: as texts, 900 comes after 1000.
    sampled: list[Value] = [*ranked[:3], *ranked[len(ranked) // 2 :][:1], *ranked[-2:]]
    return like(constants), _distinct([*sampled, *like(plain)[:3]])


def _shape(value: Value) -> str:
    """Reduce a text to its shape: ``Ann Lee`` and ``Bo`` are alike, ``ann@x.org`` isn't."""
    text = re.sub(r"[a-zà-ÿ]+", "a", str(value))
    text = re.sub(r"[A-ZÀ-Ý]+a?", "A", text)
    text = re.sub(r"\d+", "9", text)
    return re.sub(r"(?:A|a)(?:[ '\-.](?:A|a))*", lambda match: match.group(0)[0], text)


def _distinct(values: Iterable[Value]) -> list[Value]:
    seen: dict[tuple[type, Value], Value] = {}
    for value in values:
        seen.setdefault((type(value), value), value)
    return list(seen.values())


def nearby(value: Value, pool: Pool) -> list[Value]:
    """Return a value and its next neighbours as they may stand in a column of the pool."""
    if pool.form:
        found = moments([value]) if format_of(value) else []
        step = timedelta(seconds=1) if pool.kind is Kind.DATETIME else timedelta(days=1)
        near: list[Value] = [written(found[0] + each * step, pool.form) for each in (0, 0, 1, -1)] if found else []
        return [*near, value, value] if found and not pool.sampled else near
    if isinstance(value, str) and pool.kind.is_number:
        value = _as_number(value)
    if isinstance(value, int | float) and math.isfinite(value) and abs(value) < 2**60:
        if pool.kind is Kind.REAL:
            return [float(value), float(value), value + 0.5, value - 0.5]
        if pool.kind is Kind.INTEGER:
            low, high = math.floor(value), math.ceil(value)
            return [low, high, low - 1, high + 1]
        return [str(value)] if pool.kind is Kind.TEXT else []
    return [value] if isinstance(value, str) else []


def fits(value: Value, kind: Kind) -> bool:
    """Tell whether a literal can stand in a column of a kind as it is."""
    if isinstance(value, str):
        return not kind.is_number
    if kind is Kind.BOOLEAN:
        return value in (0, 1)
    if isinstance(value, float):
        return kind is Kind.REAL or (kind is Kind.INTEGER and value.is_integer())
    return isinstance(value, int) and kind.is_number
