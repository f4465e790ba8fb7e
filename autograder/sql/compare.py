"""Says how two results differ. Two results are equal when there is nothing to say."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from autograder.sql.rows import Key, Row, Rows, Value, key_of, literal, near_keys, row_text

__all__ = ["Difference", "differences", "loose"]


@dataclass(frozen=True, slots=True)
class Difference:
    """One way in which a result is wrong.

    Attributes:
        kind: columns, missing, extra, repeated, value, type or order.
        sentence: the difference in the learner's words.
        expected_at: which rows of the expected result are concerned, counted from 0.
        got_at: which rows of the learner's result are concerned, counted from 0.
    """

    kind: str
    sentence: str
    expected_at: tuple[int, ...] = ()
    got_at: tuple[int, ...] = ()


def differences(expected: Rows, got: Rows, *, ordered: bool) -> list[Difference]:
    """Compare two results; an empty list means that they are equal.

    Column names are compared whatever their case, in their order. Rows are compared as a bag, in which repetition
    counts and order doesn't, or position by position if ``ordered``. `autograder.sql.rows.key_of` says when two
    values are equal; rounding noise never makes a difference.
    """
    columns = _column_differences(expected.columns, got.columns)
    if columns:
        return columns
    if expected.rows == got.rows:  # what Python calls equal, `key_of` does, too
        return []
    want, have = [key_of(row) for row in expected.rows], [key_of(row) for row in got.rows]
    if want == have:
        return []
    missing, extra = _unmatched(want, have)
    missing, extra = _without_noise(expected.rows, have, missing, extra)
    if missing or extra:
        found = _row_differences(expected, got, want, have, missing, extra)
        return [*_first_place(expected, got, want, have), *found] if ordered else found
    return _order_differences(expected, got, have) if ordered else []


def _column_differences(expected: tuple[str, ...], got: tuple[str, ...]) -> list[Difference]:
    want, have = [name.casefold() for name in expected], [name.casefold() for name in got]
    if want == have:
        return []
    names = f"expected {', '.join(expected)}; yours {', '.join(got) or 'none'}."
    if len(want) != len(have):
        sentence = f"{_count(len(expected), 'column')} expected, yours has {len(got)}: {names}"
    elif Counter(want) == Counter(have):
        sentence = f"The columns are in another order: {names}"
    else:
        wrong = [at for at, name in enumerate(want) if name != have[at]]
        at = wrong[0]
        sentence = f"Column {at + 1} should be called `{expected[at]}`, yours is `{got[at]}`."
        if len(wrong) > 1:
            sentence += f" All columns: {names}"
        elif not got[at].isidentifier():
            sentence += f" Give it a name with AS {expected[at]}."
    return [Difference("columns", sentence)]


def _unmatched(want: Sequence[Key], have: Sequence[Key]) -> tuple[list[int], list[int]]:
    """Return which rows have no partner on the other side; of equal rows, the last ones."""
    waiting: dict[Key, list[int]] = {}
    for at in range(len(want) - 1, -1, -1):
        waiting.setdefault(want[at], []).append(at)
    extra = []
    for at, key in enumerate(have):
        partners = waiting.get(key)
        if partners:
            partners.pop()
        else:
            extra.append(at)
    return sorted(at for partners in waiting.values() for at in partners), extra


def _without_noise(
    rows: Sequence[Row], have: Sequence[Key], missing: list[int], extra: list[int]
) -> tuple[list[int], list[int]]:
    """Pair the rows that only rounding noise has put on two sides of a boundary."""
    waiting: dict[Key, list[int]] = {}
    for at in extra:
        waiting.setdefault(have[at], []).append(at)
    unpaired = []
    for at in missing:
        partner = next((key for key in near_keys(rows[at]) if waiting.get(key)), None)
        if partner is None:
            unpaired.append(at)
        else:
            waiting[partner].pop()
    return unpaired, sorted(at for partners in waiting.values() for at in partners)


def _row_differences(
    expected: Rows, got: Rows, want: list[Key], have: list[Key], missing: list[int], extra: list[int]
) -> list[Difference]:
    if not got.rows:
        sentence = f"Your query returns no rows; {_count(len(expected), 'row')} {_is(len(expected))} expected."
        return [Difference("missing", sentence, tuple(missing))]
    if not expected.rows:
        example = row_text(got.rows[0])
        sentence = f"No rows are expected; yours has {_count(len(got), 'row')}, for example {example}."
        return [Difference("extra", sentence, (), tuple(extra))]
    for explain in (_type_difference, _value_difference):
        if difference := explain(expected, got, missing, extra):
            return [difference]
    return [*_missing(expected, want, have, missing), *_extra(got, want, have, extra)]


def _type_difference(expected: Rows, got: Rows, missing: list[int], extra: list[int]) -> Difference | None:
    """Recognise the right values of the wrong type, such as the text '3' for the number 3."""
    pairs = _pairs([loose(expected.rows[at]) for at in missing], [loose(got.rows[at]) for at in extra])
    if not pairs:
        return None
    want, have = expected.rows[missing[pairs[0][0]]], got.rows[extra[pairs[0][1]]]
    at = next((at for at, value in enumerate(want) if key_of((value,)) != key_of((have[at],))), 0)
    sentence = (
        f"Column `{expected.columns[at]}` should hold {_type(want[at])}, such as {literal(want[at])}; "
        f"yours holds {_type(have[at])}, such as {literal(have[at])}."
    )
    return Difference("type", sentence, tuple(missing), tuple(extra))


def _value_difference(expected: Rows, got: Rows, missing: list[int], extra: list[int]) -> Difference | None:
    """Recognise rows that are right but for one column, where the other columns tell the rows apart."""
    width = len(expected.columns)
    for at in range(width - 1, -1, -1) if width > 1 and len(missing) == len(extra) else ():
        if len({_but(row, at) for row in expected.rows}) < len(expected):
            continue
        pairs = _pairs(
            [_but(key_of(expected.rows[index]), at) for index in missing],
            [_but(key_of(got.rows[index]), at) for index in extra],
        )
        if pairs:
            want, have = expected.rows[missing[pairs[0][0]]], got.rows[extra[pairs[0][1]]]
            name, count = expected.columns[at], len(missing)
            sentence = (
                f"Column `{name}` is wrong in {_count(count, 'row')}: {row_text(want)} is expected, "
                f"yours has {row_text(have)}."
            )
            return Difference("value", sentence, tuple(missing), tuple(extra))
    return None


def _pairs(want: list[Key], have: list[Key]) -> list[tuple[int, int]]:
    """Return the first partners if both lists hold the same keys equally often, else nothing."""
    if not want or Counter(want) != Counter(have):
        return []
    return [(0, have.index(want[0]))]


def _first_place(expected: Rows, got: Rows, want: list[Key], have: list[Key]) -> list[Difference]:
    """Name the first place that differs: where the order counts, that is where to look."""
    for at, (wanted, has) in enumerate(zip(want, have, strict=False)):
        if wanted != has and has not in near_keys(expected.rows[at]):
            sentence = f"Row {at + 1} should be {row_text(expected.rows[at])}, yours is {row_text(got.rows[at])}."
            return [Difference("order", sentence, (at,), (at,))]
    return []


def _missing(expected: Rows, want: list[Key], have: list[Key], missing: list[int]) -> list[Difference]:
    got_times, want_times = Counter(have), Counter(want)
    found = []
    absent = tuple(at for at in missing if not got_times[want[at]])
    if absent:
        count = f"{_count(len(absent), 'row')} {_is(len(absent))} missing"
        found.append(Difference("missing", f"{count}{_example(expected.rows, absent)}.", absent))
    rare = tuple(at for at in missing if got_times[want[at]])
    if rare:
        at = rare[0]
        sentence = (
            f"Row {row_text(expected.rows[at])} should appear {_times(want_times[want[at]])}; "
            f"yours has it {_times(got_times[want[at]])}."
        )
        found.append(Difference("repeated", sentence, rare))
    return found


def _extra(got: Rows, want: list[Key], have: list[Key], extra: list[int]) -> list[Difference]:
    got_times, want_times = Counter(have), Counter(want)
    found = []
    strange = tuple(at for at in extra if not want_times[have[at]])
    if strange:
        count = f"{_count(len(strange), 'row')} {'does' if len(strange) == 1 else 'do'} not belong in the result"
        found.append(Difference("extra", f"{count}{_example(got.rows, strange)}.", (), strange))
    repeated = tuple(at for at in extra if want_times[have[at]])
    if repeated:
        at = repeated[0]
        count = f"{_count(len(repeated), 'row')} {_is(len(repeated))} repeated: "
        times = f"appears {_times(got_times[have[at]])}, expected {_times(want_times[have[at]])}"
        found.append(Difference("repeated", f"{count}{row_text(got.rows[at])} {times}.", (), repeated))
    return found


def _order_differences(expected: Rows, got: Rows, have: list[Key]) -> list[Difference]:
    wrong = tuple(
        at for at, row in enumerate(expected.rows) if have[at] != key_of(row) and have[at] not in near_keys(row)
    )
    if not wrong:
        return []
    at = wrong[0]
    sentence = (
        f"The right rows, in another order: row {at + 1} should be {row_text(expected.rows[at])}, "
        f"yours is {row_text(got.rows[at])}."
    )
    return [Difference("order", sentence, wrong, wrong)]


def loose(row: Row) -> Key:
    """Return a row so that the text 3 and the number 3 are equal."""
    return key_of(map(_as_number, row))


def _as_number(value: Value) -> Value:
    if isinstance(value, bytes):
        value = value.decode("utf-8", "backslashreplace")
    if not isinstance(value, str):
        return value
    try:
        return float(value) if value.strip().lower().lstrip("+-")[:1].isdigit() else value
    except ValueError:
        return value


def _but(key: Key, at: int) -> Key:
    return key[:at] + key[at + 1 :]


def _type(value: Value) -> str:
    if value is None:
        return "NULL"
    return "a blob" if isinstance(value, bytes) else "text" if isinstance(value, str) else "a number"


def _example(rows: Sequence[Row], at: Sequence[int]) -> str:
    return f"{':' if len(at) == 1 else ', for example'} {row_text(rows[at[0]])}"


def _count(number: int, noun: str) -> str:
    return f"{number:,} {noun}{'' if number == 1 else 's'}"


def _is(number: int) -> str:
    return "is" if number == 1 else "are"


def _times(number: int) -> str:
    return {1: "once", 2: "twice"}.get(number, f"{number:,} times")
