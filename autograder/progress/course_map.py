"""The course as a learner sees it: units, modules, questions. It stands in the data of ``exercises/index.ipynb``."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

__all__ = ["INDEX", "CourseMap", "MapModule", "MapQuestion", "MapUnit", "read_map"]

INDEX = "index.ipynb"
_SCHEMA = "engineroom-map/1"


@dataclass(frozen=True, slots=True)
class MapQuestion:
    """One question. ``seen`` are the points of the checks in the notebook, ``sealed`` those of the hidden ones."""

    id: str
    title: str
    core: bool
    seen: float
    sealed: float


@dataclass(frozen=True, slots=True)
class MapModule:
    """One module. ``needs`` are the short names of the modules before it, such as ``a2``."""

    id: str
    title: str
    minutes: int
    needs: tuple[str, ...]
    goal: str
    questions: tuple[MapQuestion, ...]

    @property
    def short(self) -> str:
        """The letter and number, as in ``a2``."""
        return self.id.partition("_")[0]

    @property
    def name(self) -> str:
        """What a learner calls it: ``A2 Ask one table``."""
        return f"{self.short.upper()} {self.title}"

    @property
    def notebook(self) -> str:
        """Its path within the exercises, with slashes, fit for a link."""
        return f"{self.id}/{self.id}.ipynb"


@dataclass(frozen=True, slots=True)
class MapUnit:
    """Some modules that belong together."""

    title: str
    modules: tuple[MapModule, ...]


@dataclass(frozen=True, slots=True)
class CourseMap:
    """The whole course, in the order in which it is learned."""

    title: str
    modules_a_week: int
    units: tuple[MapUnit, ...]

    @property
    def modules(self) -> tuple[MapModule, ...]:
        return tuple(module for unit in self.units for module in unit.modules)

    @property
    def weeks(self) -> Iterator[tuple[MapModule, ...]]:
        """The suggested calendar: the modules of the first week, of the second, and so on."""
        modules, pace = self.modules, self.modules_a_week
        return (modules[at : at + pace] for at in range(0, len(modules), pace))

    def to_json(self) -> dict[str, Any]:
        return {"schema": _SCHEMA, **asdict(self)}

    @classmethod
    def from_json(cls, data: Mapping[str, Any]) -> CourseMap:
        """Build from `to_json` data. Raises ValueError when it is something else."""
        if not isinstance(data, Mapping) or data.get("schema") != _SCHEMA:
            raise ValueError(f"This is no course map of the schema {_SCHEMA!r}.")
        try:
            units = tuple(MapUnit(str(unit["title"]), tuple(map(_module, unit["modules"]))) for unit in data["units"])
            return cls(str(data["title"]), max(1, int(data["modules_a_week"])), units)
        except (KeyError, TypeError, AttributeError) as error:
            raise ValueError(f"The course map is damaged: {error!r}.") from None


def _module(data: Mapping[str, Any]) -> MapModule:
    return MapModule(
        id=str(data["id"]),
        title=str(data["title"]),
        minutes=int(data["minutes"]),
        needs=tuple(map(str, data["needs"])),
        goal=str(data["goal"]),
        questions=tuple(
            MapQuestion(
                id=str(question["id"]),
                title=str(question["title"]),
                core=bool(question["core"]),
                seen=float(question["seen"]),
                sealed=float(question["sealed"]),
            )
            for question in data["questions"]
        ),
    )


def read_map(exercises: Path) -> CourseMap:
    """Read the map out of ``index.ipynb`` in this folder.

    Raises:
        OSError: there is no such file, or it can't be read.
        ValueError: it is no notebook, or another one.
    """
    try:
        notebook = json.loads((exercises / INDEX).read_text("utf-8"))
        return CourseMap.from_json(notebook["metadata"]["engineroom"])
    except (KeyError, TypeError) as error:
        raise ValueError(f"{exercises / INDEX} holds no course map.") from error
