"""Writes the suites of modules."""

from __future__ import annotations

import time
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from autograder.files import write_text
from autograder.notebooks.build import module_paths
from autograder.notebooks.master import read_module
from autograder.notebooks.material import gather
from autograder.notebooks.strength import distil
from autograder.notebooks.suites import SUITES, StoredSuite, Survivor, read_suites, suites_text

__all__ = ["Distilled", "distil_course"]


@dataclass(frozen=True, slots=True)
class Distilled:
    """The suites of one module, by question, and the file that holds them."""

    name: str
    path: Path
    suites: Mapping[str, StoredSuite]
    seconds: float

    @property
    def unexplained(self) -> list[tuple[str, Survivor]]:
        """The mutants that no database shows and the author hasn't explained, each with its question."""
        return [(name, one) for name, stored in self.suites.items() for one in stored.survivors if not one.why.strip()]


def distil_course(root: Path, names: Iterable[str] | None = None) -> Iterator[Distilled]:
    """Make the suites of modules anew, and write each module's file; a module without queries has none.

    Args:
        root: the course's top folder.
        names: module ids; every module when left out.

    Raises:
        EngineRoomError: a module can't be read, or its old file can't.
    """
    for path in module_paths(Path(root), names):
        begun = time.perf_counter()
        module, stored = read_module(path), read_suites(path)
        suites = {
            material.question.id: distil(material, stored.get(material.question.id, StoredSuite()))
            for material in gather(module, Path(root) / "course")
        }
        target = path.with_name(SUITES)
        if suites:
            write_text(target, suites_text(suites))
            yield Distilled(module.id, target, suites, time.perf_counter() - begun)
        elif stored:
            target.unlink()
