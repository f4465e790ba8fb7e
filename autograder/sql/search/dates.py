"""Dates and times as SQLite keeps them: text in one of a few formats."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from datetime import datetime, timedelta

__all__ = ["STANDARD_DATE", "STANDARD_TIME", "format_of", "moments", "neighbours", "written"]

_FORMATS = (
    (re.compile(r"\d{4}-\d{2}-\d{2}"), "%Y-%m-%d"),
    (re.compile(r"\d{4}-\d{2}-\d{2} \d{2}:\d{2}:\d{2}"), "%Y-%m-%d %H:%M:%S"),
    (re.compile(r"\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}"), "%Y-%m-%dT%H:%M:%S"),
    (re.compile(r"\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}Z"), "%Y-%m-%dT%H:%M:%SZ"),
    (re.compile(r"\d{4}-\d{2}-\d{2} \d{2}:\d{2}"), "%Y-%m-%d %H:%M"),
    (re.compile(r"\d{4}-\d{2}-\d{2}T\d{2}:\d{2}"), "%Y-%m-%dT%H:%M"),
    (re.compile(r"\d{4}-\d{2}"), "%Y-%m"),
)
STANDARD_DATE = "%Y-%m-%d"
STANDARD_TIME = "%Y-%m-%d %H:%M:%S"


def format_of(text: object) -> str:
    """Return the format in which a text writes a moment; empty if it writes none."""
    if not isinstance(text, str) or not text[:4].isdigit():
        return ""
    for pattern, form in _FORMATS:
        if pattern.fullmatch(text):
            try:
                datetime.strptime(text, form)
            except ValueError:
                return ""
            return form
    return ""


def written(moment: datetime, form: str) -> str:
    """Write a moment; years below 1000 keep their four digits."""
    return moment.strftime(form).rjust(len(moment.strftime(form.replace("%Y", "2000"))), "0")


def moments(literals: Iterable[object]) -> list[datetime]:
    """Read the moments that literals name: whole dates and times, months, years, days of a month."""
    literals = list(literals)
    found: dict[datetime, None] = dict.fromkeys(_months(literals))
    for value in literals:
        for moment in _moments_of(value):
            found.setdefault(moment)
    return list(found)


def _months(literals: Iterable[object]) -> Iterator[datetime]:
    """Put years and months together, which a query may ask for in two conditions."""
    numbers = [int(text) for text in map(str, literals) if re.fullmatch(r"\d{1,4}", text)]
    years = [number for number in numbers if 1500 < number < 2300][:4]
    months = [number for number in numbers if 1 <= number <= 12][:6]
    yield from (datetime(year, month, 15) for year in years for month in months)


def _moments_of(value: object) -> Iterator[datetime]:
    text = str(value).rstrip("%*")
    if form := format_of(text):
        yield datetime.strptime(text, form)
        return
    if not re.fullmatch(r"\d{1,4}", text.rstrip("-")):
        return
    number = int(text.rstrip("-"))
    if 1500 < number < 2300:
        yield from (datetime(number, 1, 1), datetime(number, 6, 15), datetime(number, 12, 31))
        return
    if 1 <= number <= 12:
        yield from (datetime(2020, number, 15), datetime(2021, number, 1))
    if 1 <= number <= 28:
        yield datetime(2020, 3, number)
    if 0 <= number <= 23:
        yield datetime(2020, 1, 1, number, 30)


def neighbours(moment: datetime, *, clock: bool) -> list[datetime]:
    """Return the moment and those around it: the days on both sides, a month and a year away.

    With ``clock`` also the seconds on both sides and the ends of the day.
    """
    day = timedelta(days=1)
    steps = [timedelta(0), -day, day, 31 * day, -31 * day, 365 * day]
    if clock:
        second, hour = timedelta(seconds=1), timedelta(hours=1)
        steps[1:1] = [-second, second, 12 * hour, day - second, -hour]
    found = []
    for step in steps:
        try:
            found.append(moment + step)
        except OverflowError:
            continue
    return found
