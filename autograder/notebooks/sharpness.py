"""How sharp the data of a module's queries is: what `verify` proves about their mutants."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from autograder.notebooks.lint import remarks
from autograder.notebooks.material import gather
from autograder.notebooks.model import Module
from autograder.notebooks.strength import Strength, measure
from autograder.notebooks.suites import SUITES, StoredSuite, read_suites

__all__ = ["sharpness"]


def sharpness(module: Module, root: Path) -> tuple[tuple[Strength, ...], list[str], list[str]]:
    """Try the mutants of every query question; give what became of them, the problems and the doubts.

    A module whose author hasn't distilled suites yet is only reminded of it.
    """
    queries = [question for question in module.questions if question.type == "sql-query"]
    stored = read_suites(module.path)
    if queries and not stored:
        return (), [], [f"{module.path}: no mutant was tried, as there is no {SUITES}. Run: engineroom distill"]
    strengths: list[Strength] = []
    problems: list[str] = []
    doubts: list[str] = []
    for material in gather(module, root / "course") if stored else ():
        question = material.question
        strength = measure(material, stored.get(question.id, StoredSuite()))
        strengths.append(strength)
        doubts += remarks(material, strength)
        problems += [f"{module.path}:{question.answer.line}: {question.id}: {one}" for one in _unproved(strength)]
    gone = sorted(stored.keys() - {strength.question for strength in strengths})
    file = module.path.with_name(SUITES)
    problems += [f"{file}: {name} is no query with a check. Run: engineroom distill" for name in gone]
    return tuple(strengths), problems, doubts


def _unproved(strength: Strength) -> Iterator[str]:
    if strength.problem:
        yield strength.problem
    for survivor in strength.unexplained:
        cure = f"Add a hidden data set that shows it, or say in {SUITES} why none can, after: engineroom distill"
        yield f"no data shows this mistake: {survivor.change}. {cure}"
    if count := strength.hidden + strength.searched:
        yield f"the suite doesn't show {count} of the mistakes that can be shown. Run: engineroom distill"
