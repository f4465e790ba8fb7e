"""What has been learned about the values that queries talk about: constants by column, and which columns meet."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Generic, TypeVar

from autograder.sql.rows import Value
from autograder.sql.search.scopes import Place

__all__ = ["Classes", "Notes"]

Item = TypeVar("Item")
MOST_LOOSE = 40


class Classes(Generic[Item]):
    """Things put together in classes (union-find)."""

    def __init__(self) -> None:
        self._above: dict[Item, Item] = {}

    def root(self, item: Item) -> Item:
        """Return the one thing that stands for the whole class."""
        above = self._above
        above.setdefault(item, item)
        while above[item] != item:
            above[item] = above[above[item]]
            item = above[item]
        return item

    def join(self, one: Item, other: Item) -> None:
        self._above[self.root(one)] = self.root(other)

    def groups(self) -> list[list[Item]]:
        """All classes, each in the order in which its members came."""
        found: dict[Item, list[Item]] = defaultdict(list)
        for item in list(self._above):
            found[self.root(item)].append(item)
        return list(found.values())


@dataclass(slots=True)
class Notes:
    """Constants and meetings of columns.

    Attributes:
        constants: what a column is compared with.
        classes: columns whose values are compared with each other.
        sizes: numbers of rows that matter, from LIMIT, COUNT and numbering.
        numbers: numbers that belong to no column, such as those inside arithmetic.
        texts: all texts.
        temporal: columns given to a date function.
        numeric: columns that are reckoned with.
    """

    constants: dict[Place, list[Value]] = field(default_factory=lambda: defaultdict(list))
    classes: Classes[Place] = field(default_factory=Classes)
    sizes: set[int] = field(default_factory=set)
    numbers: list[int | float] = field(default_factory=list)
    texts: list[str] = field(default_factory=list)
    temporal: set[Place] = field(default_factory=set)
    numeric: set[Place] = field(default_factory=set)

    def note(self, place: Place | None, values: Iterable[Value]) -> None:
        """Keep what a column is compared with; without a column, keep it as a loose value."""
        for value in values:
            if value is None:
                continue
            if place is not None:
                self.constants[place].append(value)
            else:
                self.loose(value)

    def loose(self, value: Value) -> None:
        if isinstance(value, str):
            if value not in self.texts and len(self.texts) < MOST_LOOSE:
                self.texts.append(value)
        elif isinstance(value, int | float) and value not in self.numbers and len(self.numbers) < MOST_LOOSE:
            self.numbers.append(value)

    def size(self, value: Value) -> None:
        if isinstance(value, int) and 0 <= value <= 60:
            self.sizes.add(value)

    def by_class(self) -> dict[Place, list[Value]]:
        """All constants of a column and of those it is compared with, under the root of their class."""
        found: dict[Place, list[Value]] = defaultdict(list)
        for place, values in self.constants.items():
            found[self.classes.root(place)].extend(values)
        return found
