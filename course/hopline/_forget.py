"""Force NULLs upon rows that were made complete."""

from typing import TypeVar

from hopline._dice import Dice
from hopline._rows import Driver, Payment, Rating, Rider, Shift, Ticket, Trip, Vehicle, Zone

R = TypeVar("R", Driver, Payment, Rating, Rider, Shift, Ticket, Trip, Vehicle, Zone)


def forget(rows: list[R], columns: tuple[str, ...], share: float, dice: Dice, keep: int = 0) -> list[R]:
    """Blank each column in exactly this share of the rows, chosen by chance and anew for each column.

    The first `keep` rows stay as they are: they were placed to show something, whatever the seed.
    """
    if not rows or not share:
        return rows
    make, fields = type(rows[0])._make, rows[0]._fields
    cells = [list(row) for row in rows]
    for column in columns:
        at = fields.index(column)
        lost = dice.shuffled(range(keep, len(rows)))
        for number in lost[: round((len(rows) - keep) * share)]:
            cells[number][at] = None
    return [make(row) for row in cells]
