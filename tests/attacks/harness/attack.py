"""An attack as data: what it is after, what it puts where, and how to see that it succeeded.

A file holds one attack or several. Each begins with its header, lines such as ``# id: f01_ast_transformer``, and goes
on with code: for the place that the header names, or below lines such as ``# %% cell q2``, ``# %% file NAME`` and
``# %% mutate``.
"""

from __future__ import annotations

import contextlib
import re
import warnings
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

__all__ = ["Attack", "AttackError", "read_attacks", "read_file"]

CATEGORIES = ("forge", "leak", "escape", "exhaust", "corrupt", "baseline")
_FIELDS = {"id", "category", "goal", "place", "detect", "note", "alone", "known"}
_HEADER = re.compile(r"# ([a-z]+): ?(.*)")
_PART = re.compile(r"# %% (cell|file|mutate)[ \t]*(.*)")
_LOOT = """
def loot(x):
    import base64
    print("LOOT[" + base64.b64encode(str(x).encode("utf-8", "backslashreplace")).decode() + "]TOOL")
"""


class AttackError(ValueError):
    """An attack's text can't be read."""


@dataclass(frozen=True, slots=True)
class Attack:
    """One attack.

    Args:
        id: such as ``f01_ast_transformer``; also the name of the learner who hands it in.
        category: what kind of harm: one of `CATEGORIES`. ``baseline`` are honest controls, for whom harm is an unjust
            grade.
        goal: what it tries, in a sentence.
        detect: an expression over what was observed; true when the attack did harm.
        cells: code by place: a question (``q1``), a grade id, or ``first``, ``free``, ``last`` for a cell of its own.
        files: texts by name, to be handed in beside the notebook.
        mutate: a program that defines ``mutate(nb)`` or ``mutate_files()`` and does the rest to what is handed in.
        alone: whether it may break the run for everybody, and so gets one of its own with the honest neighbour.
        known: why it still succeeds on some machines; empty for all that must not.
    """

    id: str
    category: str
    goal: str
    detect: str
    cells: Mapping[str, str] = field(default_factory=dict)
    files: Mapping[str, str] = field(default_factory=dict)
    mutate: str = ""
    alone: bool = False
    known: str = ""

    def mutated(self, notebook: Any, folder: Path, name: str) -> Any:
        """Do to a notebook what the attack wants; returns it."""
        space = self._space(folder, name)
        if "mutate" not in space:
            return notebook
        with _as_it_is_written():
            changed = space["mutate"](notebook)
        return notebook if changed is None else changed

    def mutate_files(self, folder: Path, name: str) -> None:
        """Do to the files handed in what the attack wants."""
        space = self._space(folder, name)
        if "mutate_files" in space:
            with _as_it_is_written():
                space["mutate_files"]()

    def _space(self, folder: Path, name: str) -> dict[str, Any]:
        space: dict[str, Any] = {"SUB": str(folder), "NB": str(folder / f"{name}.ipynb"), "ASSIGNMENT": name}
        exec(f"import json, os\n{self.mutate}", space)
        return space


@contextlib.contextmanager
def _as_it_is_written() -> Iterator[None]:
    """Attacks leave files open and the like; that is nobody's concern."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        yield


def read_attacks(paths: Iterable[Path]) -> list[Attack]:
    """Read the attacks of files, and of all files in folders, in order.

    Raises:
        AttackError: a file can't be read, or two attacks have one id.
    """
    files = [file for path in paths for file in (sorted(path.rglob("*.py")) if path.is_dir() else [path])]
    attacks = [attack for file in files for attack in read_file(file)]
    ids = [attack.id for attack in attacks]
    if twice := sorted({one for one in ids if ids.count(one) > 1}):
        raise AttackError(f"Two attacks have the id {twice[0]}.")
    return attacks


def read_file(path: Path) -> list[Attack]:
    """Read the attacks of one file; a file without any, such as a script beside them, has none."""
    text = path.read_text("utf-8")
    parts = re.split(r"^(?=# id: )", text, flags=re.MULTILINE)
    return [_attack(part, path) for part in parts[1:]]


def _attack(text: str, path: Path) -> Attack:
    lines = text.rstrip().split("\n")
    header: dict[str, str] = {}
    while lines and (found := _HEADER.fullmatch(lines[0].rstrip())) and found[1] in _FIELDS:
        header[found[1]] = found[2].strip()
        lines.pop(0)
    name = header.get("id", "?")
    if missing := sorted({"id", "category", "goal", "detect"} - header.keys()):
        raise AttackError(f"{path}: {name} has no line `# {missing[0]}:`.")
    if header["category"] not in CATEGORIES:
        raise AttackError(f"{path}: {name} is of no known category: {header['category']}.")
    cells, files, mutate = _parts(lines, header.get("place", ""))
    if not (cells or files or mutate.strip()) and header["category"] != "baseline":
        raise AttackError(f"{path}: {name} does nothing.")
    return Attack(
        id=name,
        category=header["category"],
        goal=header["goal"],
        detect=header["detect"],
        cells=cells,
        files=files,
        mutate=mutate,
        alone=header.get("alone") == "yes",
        known=header.get("known", ""),
    )


def _parts(lines: list[str], place: str) -> tuple[dict[str, str], dict[str, str], str]:
    """Sort the lines below the header: cells, files, and what mutates."""
    mutate = ""
    cells: dict[str, str] = {}
    files: dict[str, str] = {}
    for kind, name, body in _sections(lines, place):
        if kind == "mutate":
            mutate += body
        elif kind == "file":
            files[name] = body
        elif body.strip():
            cells[name] = (_LOOT if "loot(" in body and "def loot(" not in body else "") + body.strip("\n")
    return cells, files, mutate


def _sections(lines: list[str], place: str) -> list[tuple[str, str, str]]:
    """What each part is, its name and its text."""
    kind, name = "cell", place
    found: list[tuple[str, str, str]] = []
    body: list[str] = []
    for line in lines:
        if part := _PART.fullmatch(line.rstrip()):
            found.append((kind, name, "\n".join(body) + "\n"))
            kind, name, body = part[1], part[2].strip(), []
        else:
            body.append(line)
    return [*found, (kind, name, "\n".join(body) + "\n")]
