"""How long an answer may take and how much it may say, with the words to tell a learner."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from autograder.errors import EngineRoomError
from autograder.sandbox.walls import Caps

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
        memory: bytes of address space of each process of the learner's.
        resident: bytes of memory that all of them may really hold.
        processes: processes and threads of the learner's at the same time.
        disk: bytes of all files that the learner's code writes.
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
    resident: int = 512 << 20
    processes: int = 96
    disk: int = 64 << 20
    callbacks: int = 10_000
    search: int = 120

    def to_json(self) -> dict[str, Any]:
        return dataclasses.asdict(self)

    @classmethod
    def from_json(cls, data: Mapping[str, Any]) -> Limits:
        return cls(**{field.name: data[field.name] for field in dataclasses.fields(cls)})

    @classmethod
    def read(cls, settings: Iterable[str], usual: Limits | None = None) -> Limits:
        """Read settings such as ``cell=20`` or ``memory=4G``; what isn't named stays as it is in ``usual``.

        Raises:
            EngineRoomError: there is no such limit, or the value is no number above 0.
        """
        known = {field.name: field.default for field in dataclasses.fields(cls)}
        found: dict[str, Any] = {}
        for setting in settings:
            name, _, text = setting.partition("=")
            if name not in known:
                raise EngineRoomError(f"There is no limit {name!r}; there is {', '.join(known)}.")
            value = _number(text)
            if not value:
                raise EngineRoomError(f"{setting!r} is no limit: write a number above 0 behind =, such as {name}=20.")
            found[name] = value if isinstance(known[name], float) else int(value)
        return dataclasses.replace(usual or cls(), **found)

    def caps(self) -> Caps:
        """What the sandbox holds a process to."""
        return Caps(
            address_space=self.memory,
            resident=self.resident,
            processes=self.processes,
            file_size=self.disk,
            scratch=self.disk,
            seconds=int(2 * self.submission) + 1,
        )

    def refusal(self, source: str) -> str:
        """Why a learner's cell is too long to be graded; empty when it isn't."""
        size = len(source.encode("utf-8", "replace"))
        if size <= self.answer:
            return ""
        return f"This cell's text has {in_size(size)}; at most {in_size(self.answer)} can be graded. Shorten it."


def _number(text: str) -> float:
    """A number above 0 with K, M or G behind it for bytes; 0 when it is none."""
    digits, unit = (text[:-1], text[-1].upper()) if text[-1:].isalpha() else (text, "")
    try:
        value = float(digits) * {"": 1, "K": 1 << 10, "M": 1 << 20, "G": 1 << 30}[unit]
    except (ValueError, KeyError):
        return 0.0
    return value if 0 < value < 1e15 else 0.0


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
