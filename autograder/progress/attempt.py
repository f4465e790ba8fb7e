"""One try at a question, as it is kept: small, frozen, and with a name of its own that no other try has."""

from __future__ import annotations

import hashlib
import json
import math
import os
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from typing import Any

from autograder.results import CheckResult, GroupResult, Outcome

__all__ = ["Attempt", "attempt_at", "failure_of"]


@dataclass(frozen=True, slots=True)
class Attempt:
    """One try.

    Args:
        id: random, so that a file which is imported twice adds nothing the second time.
        question: such as ``A2.1``.
        at: the moment in UTC, such as ``2025-03-04T10:00:00Z``.
        whole: whether the hidden checks were run, too.
        outcome: one of `Outcome`.
        points: what was reached of ``max``.
        tags: the misconceptions that were named.
        failure: a digest of what went wrong, to know the same failure again; empty when nothing did.
        hint: the last hint that was open after this try; 0 for none.
        prediction: what the learner expected, in a sentence, if asked.
    """

    id: str
    question: str
    at: str
    whole: bool
    outcome: Outcome
    points: float
    max: float
    tags: tuple[str, ...] = ()
    failure: str = ""
    hint: int = 0
    prediction: str = ""

    @property
    def share(self) -> float:
        """The part of the points that was reached, from 0 to 1."""
        return min(max(self.points / self.max, 0.0), 1.0) if self.max > 0 else 0.0

    @property
    def right(self) -> bool:
        return self.outcome is Outcome.RIGHT

    def to_json(self) -> dict[str, Any]:
        return asdict(self) | {"tags": list(self.tags)}

    @classmethod
    def from_json(cls, data: Mapping[str, Any]) -> Attempt:
        """Build from `to_json` data. Raises KeyError, TypeError or ValueError where it doesn't fit."""
        tags = data["tags"]
        if isinstance(tags, str) or not (data["id"] and data["question"]):
            raise ValueError("An attempt has an id, a question and a list of tags.")
        when = datetime.fromisoformat(str(data["at"]))
        if when.tzinfo is None:
            raise ValueError(f"The moment of an attempt names its zone, got {data['at']!r}.")
        if not (math.isfinite(data["points"]) and math.isfinite(data["max"]) and 0 <= data["points"] <= data["max"]):
            raise ValueError(f"An attempt has from 0 to all of its points, got {data['points']!r} of {data['max']!r}.")
        return cls(
            id=str(data["id"]),
            question=str(data["question"]),
            at=_written(when),
            whole=bool(data["whole"]),
            outcome=Outcome(data["outcome"]),
            points=float(data["points"]),
            max=float(data["max"]),
            tags=tuple(map(str, tags)),
            failure=str(data["failure"]),
            hint=int(data["hint"]),
            prediction=str(data["prediction"]),
        )


def attempt_at(
    check: CheckResult,
    now: datetime,
    *,
    whole: bool = False,
    hint: int = 0,
    prediction: str = "",
) -> Attempt:
    """Make the attempt that a result stands for."""
    return Attempt(
        id=os.urandom(16).hex(),
        question=check.question,
        at=_written(now),
        whole=whole,
        outcome=check.outcome,
        points=check.points,
        max=check.max,
        tags=tuple(sorted({group.tag for group in check.groups if group.tag})),
        failure=failure_of(check.groups),
        hint=hint,
        prediction=prediction,
    )


def failure_of(groups: Sequence[GroupResult]) -> str:
    """A digest of what went wrong: the same answer, checked again, has the same one."""
    missed = [
        (group.name, group.outcome, group.message, group.tag, [table.rows for table in group.tables])
        for group in groups
        if group.outcome is not Outcome.RIGHT
    ]
    if not missed:
        return ""
    return hashlib.sha256(json.dumps(missed).encode("utf-8", "backslashreplace")).hexdigest()[:16]


def _written(when: datetime) -> str:
    return when.astimezone(UTC).replace(microsecond=0).strftime("%Y-%m-%dT%H:%M:%SZ")
