"""What a plain nbgrader test cell is worth: nbgrader's rules, and where ours are fairer.

nbgrader looks at a cell's outputs: an error or anything on stderr is nothing, a number from 0 to the cell's points is
that score, everything else is full marks. We differ where that is unjust, and say so each time.
"""

from __future__ import annotations

import contextlib
import math
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any

from autograder.values import describe

__all__ = ["Difference", "Ending", "difference", "ending_of", "points_for", "stock_points"]

_LONGEST = 200


@dataclass(frozen=True, slots=True)
class Ending:
    """How a test cell ended.

    Args:
        kind: "error", "silent" (no value), "number", "false" or "other".
        number: the value as a number, if it is one; not finite becomes None.
        text: the value as nbgrader sees it, cut short; of an error, what to tell.
        asserted: whether the error is a failed assertion.
        line: the cell's line that failed, from 1; 0 when unknown.
        stderr: whether anything was written to stderr before.
        missing: the name that the learner's code doesn't bind, when that ended the cell.
        lost: why the learner's code gave no answer, when that ended the cell.
    """

    kind: str
    number: float | None = None
    text: str = ""
    asserted: bool = False
    line: int = 0
    stderr: bool = False
    missing: str = ""
    lost: str = ""

    def to_json(self) -> dict[str, Any]:
        return asdict(self)

    @classmethod
    def from_json(cls, data: Mapping[str, Any]) -> Ending:
        """Read what another process says; it may say anything.

        Raises:
            KeyError, TypeError, ValueError: it isn't an ending.
        """
        number = data["number"]
        if data["kind"] not in ("error", "silent", "number", "false", "other") or not isinstance(
            number, float | int | None
        ):
            raise ValueError("no ending")
        texts = {name: str(data.get(name, ""))[:4_000] for name in ("text", "missing", "lost")}
        return cls(
            kind=str(data["kind"]),
            number=float(number) if number is not None and math.isfinite(number) else None,
            asserted=data.get("asserted") is True,
            line=int(data.get("line", 0)),
            stderr=data.get("stderr") is True,
            **texts,
        )


@dataclass(frozen=True, slots=True)
class Difference:
    """Where we give other points than nbgrader. ``stock`` is None where nbgrader stops and leaves no score."""

    cell: str
    stock: float | None
    ours: float
    why: str

    def __str__(self) -> str:
        stock = "nothing: it stops" if self.stock is None else f"{self.stock:g}"
        return f"{self.cell}: nbgrader gives {stock}, we give {self.ours:g}. {self.why}"


def ending_of(value: object, stderr: bool = False) -> Ending:
    """Sort the value of a test cell's last expression; None is no value."""
    if value is None:
        return Ending("silent", stderr=stderr)
    text = describe(value, _LONGEST)
    if value is False or (type(value).__name__ == "bool_" and not value):
        return Ending("false", text=text, stderr=stderr)
    if isinstance(value, bool | str | bytes) or not hasattr(type(value), "__float__"):
        return Ending("other", text=text, stderr=stderr)
    with contextlib.suppress(Exception):
        number = float(value)  # type: ignore[arg-type]  # it has __float__
        return Ending("number", number if math.isfinite(number) else None, text, stderr=stderr)
    return Ending("other", text=text, stderr=stderr)


def points_for(ending: Ending | None, most: float, graded: bool) -> float:
    """Our points for a test cell.

    Args:
        ending: how it ended; None when it could not run.
        most: the cell's points.
        graded: whether the author's own solution ends the cell with a number. Then no number is no points.
    """
    if ending is None or ending.kind in ("error", "false"):
        return 0.0
    if ending.kind == "number":
        return 0.0 if ending.number is None else min(max(ending.number, 0.0), most)
    return 0.0 if graded else most


def stock_points(ending: Ending | None, most: float) -> float | None:
    """The points that nbgrader gives for the same; None when they are above the most, which stops nbgrader."""
    if ending is None or ending.kind == "error" or ending.stderr:
        return 0.0
    if ending.kind == "silent":
        return most
    try:
        number = float(ending.text)
    except ValueError:
        return most
    if number > most:
        return None
    return number if number >= 0 else most


def difference(cell: str, ending: Ending | None, most: float, graded: bool) -> Difference | None:
    """Where our points differ from nbgrader's, with the reason; None where they don't."""
    ours, stock = points_for(ending, most, graded), stock_points(ending, most)
    if ending is None or ours == stock:
        return None
    return Difference(cell, stock, ours, _why(ending, most))


def _why(ending: Ending, most: float) -> str:
    if ending.stderr and stock_points(Ending(ending.kind, ending.number, ending.text), most) != 0:
        return "Something was written to stderr, such as a warning; that says nothing about the answer."
    if ending.kind == "number" and ending.number is None:
        return f"The cell ends with {ending.text}, which isn't a number of points."
    if ending.kind == "number" and (ending.number or 0) < 0:
        return f"The cell ends with {ending.text}: less than nothing."
    if ending.kind == "number" and (ending.number or 0) > most:
        return f"The cell ends with {ending.text}, and {most:g} is the most."
    if ending.kind == "number":
        return f"The cell ends with {ending.text}, which is a number."
    if ending.kind == "false":
        return "The cell ends with False."
    return "The cell ends with a number for the author's solution, and with none here."
