"""Read ``course/course.toml``: the units of the course, their modules in order, and what each is good for.

What a module says of itself in its own file (title, minutes, needs, questions) isn't repeated there.
"""

from __future__ import annotations

import tomllib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from autograder.errors import EngineRoomError
from autograder.notebooks.model import Module
from autograder.notebooks.rules import MODULE_ID

__all__ = ["Entry", "Outline", "Unit", "outline_problems", "read_outline"]

OUTLINE = Path("course", "course.toml")


@dataclass(frozen=True, slots=True)
class Entry:
    """One module's line: ``goal`` completes "You learn to"."""

    id: str
    goal: str

    @property
    def short(self) -> str:
        return self.id.partition("_")[0]


@dataclass(frozen=True, slots=True)
class Unit:
    """A unit and its modules."""

    title: str
    modules: tuple[Entry, ...]


@dataclass(frozen=True, slots=True)
class Outline:
    """The course as its authors planned it."""

    title: str
    modules_a_week: int
    units: tuple[Unit, ...]

    @property
    def modules(self) -> tuple[Entry, ...]:
        return tuple(entry for unit in self.units for entry in unit.modules)


def read_outline(root: Path) -> Outline | None:
    """Read the outline of the course at ``root``; None where it has none.

    Raises:
        EngineRoomError: it can't be read, or something in it is missing, unknown or there twice.
    """
    path = Path(root) / OUTLINE
    if not path.is_file():
        return None
    try:
        data = tomllib.loads(path.read_text("utf-8"))
    except (ValueError, OSError) as error:
        raise EngineRoomError(f"{OUTLINE} can't be read: {error}.") from None
    _expect(data, "The course", title=str, modules_a_week=int, units=list)
    if data["modules_a_week"] < 1:
        raise EngineRoomError(f"{OUTLINE}: modules_a_week must be at least 1, got {data['modules_a_week']}.")
    outline = Outline(data["title"], data["modules_a_week"], tuple(map(_unit, data["units"])))
    names = [entry.short for entry in outline.modules]
    twice = sorted({name for name in names if names.count(name) > 1})
    if twice:
        raise EngineRoomError(f"{OUTLINE} names {', '.join(twice)} more than once. Each module has one place.")
    return outline


def outline_problems(outline: Outline, modules: Sequence[Module]) -> Iterator[str]:
    """Say where the outline and the whole course part ways, one sentence each."""
    planned = [entry.id for entry in outline.modules]
    there = {module.id: module for module in modules}
    for name in planned:
        if name not in there:
            yield f"{OUTLINE}: the module {name} isn't there. Write course/{name}/{name}.py, or take it off the list."
    for name in there:
        if name not in planned:
            yield f"{OUTLINE}: the module {name} isn't on the list. Give it a place in a unit, with its goal."
    before: set[str] = set()
    for entry in outline.modules:
        module = there.get(entry.id)
        for need in module.needs if module else ():
            if need not in before:
                yield f"{module.path if module else OUTLINE}:1: needs {need}, which {OUTLINE} doesn't name before it."
        before.add(entry.short)


def _unit(data: Any) -> Unit:
    _expect(data, "A unit", title=str, modules=list)
    return Unit(data["title"], tuple(map(_entry, data["modules"])))


def _entry(data: Any) -> Entry:
    _expect(data, "A module", id=str, goal=str)
    if not MODULE_ID.fullmatch(data["id"]):
        raise EngineRoomError(f"{OUTLINE}: {data['id']!r} isn't a module's id, such as a2_one_table.")
    return Entry(data["id"], data["goal"])


def _expect(data: Any, what: str, **kinds: type) -> None:
    """Refuse a table that lacks a value, has an unknown one, or one of another kind."""
    if not isinstance(data, Mapping):
        raise EngineRoomError(f"{OUTLINE}: {what} is a table, got {data!r}.")
    where = f"{what} ({data['id']})" if isinstance(data.get("id"), str) else what
    for name, kind in kinds.items():
        if type(data.get(name)) is not kind or (kind is str and not data[name].strip()):
            said = {str: "a text", int: "a whole number", list: "a list"}[kind]
            raise EngineRoomError(f"{OUTLINE}: {where} needs `{name}`, {said}; got {data.get(name)!r}.")
    unknown = sorted(data.keys() - kinds.keys())
    if unknown:
        raise EngineRoomError(f"{OUTLINE}: {where} has `{unknown[0]}`, which means nothing there.")
