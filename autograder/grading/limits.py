"""How long an answer may take and how much it may say, with the words to tell a learner."""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

__all__ = ["Limits", "in_seconds", "in_size"]


@dataclass(frozen=True, slots=True)
class Limits:
    """The limits of one submission.

    Args:
        call: seconds for one call of a learner's function by a check.
        cell: seconds for one cell, the learner's or a check's.
        submission: seconds for everything, restarts included.
        output: characters kept of what one cell prints.
        answer: bytes of one answer's text.
        frame: bytes of one message between two processes.
        memory: bytes of address space of the learner's process.
        callbacks: how often a learner's function may call what a check offers it, within one call of it.
        search: databases on which a query that passed its checks is compared with the course's own; 0 for none. A
            hundred take some 50 ms.
    """

    call: float = 10.0
    cell: float = 10.0
    submission: float = 120.0
    output: int = 64 << 10
    answer: int = 64 << 10
    frame: int = 8 << 20
    memory: int = 2 << 30
    callbacks: int = 10_000
    search: int = 120

    def to_json(self) -> dict[str, Any]:
        return dataclasses.asdict(self)

    @classmethod
    def from_json(cls, data: Mapping[str, Any]) -> Limits:
        return cls(**{field.name: data[field.name] for field in dataclasses.fields(cls)})

    def refusal(self, source: str) -> str:
        """Why a learner's cell is too long to be graded; empty when it isn't."""
        size = len(source.encode("utf-8", "replace"))
        if size <= self.answer:
            return ""
        return f"This cell's text has {in_size(size)}; at most {in_size(self.answer)} can be graded. Shorten it."


def in_seconds(seconds: float) -> str:
    """``10 seconds``, ``0.5 seconds``, ``2 minutes``."""
    if seconds >= 120 and seconds % 60 == 0:
        return f"{seconds / 60:g} minutes"
    number = f"{seconds:.2g}" if seconds < 10 else f"{seconds:.0f}"
    return "1 second" if number == "1" else f"{number} seconds"


def in_size(size: int) -> str:
    """``64 KiB``, ``200 MiB``."""
    for unit, name in ((1 << 20, "MiB"), (1 << 10, "KiB")):
        if size >= unit:
            return f"{round(size / unit, 1):g} {name}"
    return f"{size} bytes"
