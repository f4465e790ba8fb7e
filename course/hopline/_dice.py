"""Repeatable chance."""

from collections.abc import Sequence
from random import Random
from typing import TypeVar

T = TypeVar("T")


class Dice:
    """Random choices that are the same on every Python version.

    Everything rests on `Random.random()`: it is the one method whose sequence Python promises to keep. Each part of
    the generator throws dice of its own, named by `stream`, so that a new column in one table leaves the others alone.
    """

    def __init__(self, seed: int, stream: str) -> None:
        """Seed from text: a text is hashed with SHA-512, never with the salted hash() of the process."""
        self._roll = Random(f"{seed}/{stream}").random  # noqa: S311  made-up data, not a secret

    def below(self, limit: int) -> int:
        """Return a whole number from 0 up to, not including, `limit`."""
        return int(self._roll() * limit)

    def between(self, low: int, high: int) -> int:
        """Return a whole number from `low` to `high`, both included."""
        return low + int(self._roll() * (high - low + 1))

    def chance(self, share: float) -> bool:
        """Return True in this share of the cases."""
        return self._roll() < share

    def pick(self, items: Sequence[T]) -> T:
        """Return one item; an item that stands there twice is twice as likely."""
        return items[int(self._roll() * len(items))]

    def shuffled(self, items: Sequence[T]) -> list[T]:
        """Return the items in a new order (Fisher and Yates)."""
        deck = list(items)
        for last in range(len(deck) - 1, 0, -1):
            other = self.below(last + 1)
            deck[last], deck[other] = deck[other], deck[last]
        return deck


def spread(**weights: int) -> tuple[str, ...]:
    """Write out weights for `Dice.pick`: card=2, cash=1 becomes ("card", "card", "cash")."""
    return tuple(name for name, weight in weights.items() for _ in range(weight))
