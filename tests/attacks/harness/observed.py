"""What can be seen after a run: scores, pages, files, processes; and whether an attack's expression is true of it."""

from __future__ import annotations

import base64
import contextlib
import hashlib
import html
import json
import re
import sqlite3
import stat
from collections.abc import Callable, Iterator, Mapping
from contextlib import closing
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

__all__ = ["Observed", "Shown", "changes", "learner_rows", "score_of", "snapshot", "text_of", "texts_below"]

_MOST = 256 << 20
_TAG = re.compile(r"<(script|style)\b.*?</\1\s*>|<[^>]*>", re.DOTALL | re.IGNORECASE)
_LOOT = re.compile(r"LOOT\[([A-Za-z0-9+/=]+)")
_ROWS = """SELECT c.name, g.auto_score, g.manual_score, g.extra_credit, g.needs_manual_grade, m.auto_comment,
    m.manual_comment FROM grade g JOIN base_cell c ON c.id = g.cell_id
    JOIN submitted_notebook n ON n.id = g.notebook_id JOIN submitted_assignment s ON s.id = n.assignment_id
    LEFT JOIN comment m ON m.notebook_id = n.id AND m.cell_id = c.id WHERE s.student_id = ? ORDER BY c.name"""


@dataclass(frozen=True, slots=True)
class Shown:
    """Everything that a run shows of one learner. The names are those that attacks use in ``detect``.

    ``files`` are the texts of all files in the learner's autograded folder, by path.
    """

    score: float | None
    feedback: str = ""
    notebook: str = ""
    results: str = ""
    files: Mapping[str, str] = field(default_factory=dict)

    @property
    def printed(self) -> str:
        """All text in the outputs of the autograded notebook."""
        return "\n".join(_outputs(self.notebook))

    @property
    def markup(self) -> str:
        """All that a browser would run or draw: the pages, and what of the notebook's outputs isn't plain text."""
        return "\n".join((self.feedback, *_rich(self.notebook)))

    @property
    def text(self) -> str:
        """All plain text that might be shown to the learner."""
        page = html.unescape(_TAG.sub(" ", self.feedback))
        return "\n".join((page, self.printed, _texts_of_json(self.results)))

    @property
    def loot(self) -> str:
        """What the attack got out, wherever it shows."""
        everywhere = "\n".join((html.unescape(self.feedback), self.printed, self.results))
        return "\n".join(_decoded(found) for found in _LOOT.findall(everywhere))

    def autograded(self, name: str) -> str:
        """The text of a file in the learner's autograded folder; empty when it isn't there."""
        return self.files.get(name, "")


@dataclass(frozen=True, slots=True)
class Observed:
    """One attack's run: what its learner got, and what happened to everybody else."""

    mine: Shown
    other: float | None
    most: float
    wall: float
    code: int
    alive: tuple[str, ...] = ()
    home_changed: tuple[str, ...] = ()
    course_changed: tuple[str, ...] = ()
    left: tuple[str, ...] = ()
    reached: tuple[str, ...] = ()
    terminal: str = ""
    scores: Mapping[str, float | None] = field(default_factory=dict)
    neighbour: tuple[str, ...] = ()  # what isn't as it should be with the honest neighbour

    def names(self) -> dict[str, Any]:
        """The names that an attack's ``detect`` may use."""
        mine = self.mine
        return {
            "score": mine.score or 0.0,
            "score_none": mine.score is None,
            "other": self.other,
            "MAX": self.most,
            "feedback": mine.feedback,
            "markup": mine.markup,
            "text": mine.text,
            "loot": mine.loot,
            "notebook": mine.notebook,
            "results": mine.results,
            "points": _points(mine.results),
            "nbsize": len(mine.notebook.encode("utf-8", "replace")),
            "autograded": mine.autograded,
            "wall": self.wall,
            "autograde_rc": self.code,
            "alive": list(self.alive),
            "home_changed": list(self.home_changed),
            "course_changed": list(self.course_changed),
            "left": list(self.left),
            "reached": list(self.reached),
            "terminal": self.terminal,
            "scores": dict(self.scores),
        }

    def succeeded(self, detect: str) -> bool:
        """Whether the attack did the harm that it was after. Raises whatever is wrong with the expression."""
        return bool(eval(detect, {"re": re, "json": json, "html": html, **self.names()}))


def text_of(path: Path) -> str:
    """Read a regular file, whatever a learner has put in its place; empty when there is none."""
    with contextlib.suppress(OSError):
        about = path.lstat()
        if stat.S_ISREG(about.st_mode) and about.st_size <= _MOST:
            return path.read_bytes().decode("utf-8", "backslashreplace")
    return ""


def texts_below(folder: Path) -> dict[str, str]:
    """The texts of all regular files below a folder, by relative path; links aren't followed."""
    return {path.relative_to(folder).as_posix(): text_of(path) for path in _below(folder) if path.is_file()}


def snapshot(folder: Path, skip: Callable[[str], bool]) -> dict[str, str]:
    """The state of everything below a folder, by relative path."""
    found = {}
    for path in _below(folder):
        name = path.relative_to(folder).as_posix()
        if not skip(name):
            with contextlib.suppress(OSError):
                found[name] = _state(path)
    return found


def changes(before: Mapping[str, str], after: Mapping[str, str]) -> tuple[str, ...]:
    """The paths that are new, gone or different."""
    return tuple(sorted(name for name in before.keys() | after.keys() if before.get(name) != after.get(name)))


def learner_rows(database: Path, learner: str) -> list[tuple[Any, ...]] | None:
    """A learner's rows in nbgrader's gradebook; None when there are none, or no gradebook that can be read."""
    try:
        with closing(sqlite3.connect(f"file:{database}?mode=ro", uri=True)) as book:
            return list(book.execute(_ROWS, (learner,))) or None
    except sqlite3.Error:
        return None


def score_of(rows: list[tuple[Any, ...]] | None) -> float | None:
    """The points that were given automatically; None when nothing was."""
    given = [row[1] for row in rows or () if row[1] is not None]
    return float(sum(given)) if given else None


def _below(folder: Path) -> Iterator[Path]:
    with contextlib.suppress(OSError):
        for path in sorted(folder.iterdir()):
            yield path
            if path.is_dir() and not path.is_symlink():
                yield from _below(path)


def _state(path: Path) -> str:
    about = path.lstat()
    if stat.S_ISLNK(about.st_mode):
        return f"link to {path.readlink()}"
    if stat.S_ISREG(about.st_mode):
        return f"{stat.filemode(about.st_mode)} {hashlib.sha256(path.read_bytes()).hexdigest()}"
    return stat.filemode(about.st_mode)


def _outputs(notebook: str) -> Iterator[str]:
    try:
        cells = json.loads(notebook)["cells"]
    except (ValueError, LookupError, TypeError, RecursionError):
        yield notebook
        return
    for cell in cells:
        for output in cell.get("outputs", ()):
            yield from _strings(output)


def _rich(notebook: str) -> Iterator[str]:
    try:
        cells = json.loads(notebook)["cells"]
    except (ValueError, LookupError, TypeError, RecursionError):
        return
    for cell in cells:
        for output in cell.get("outputs", ()):
            for kind, content in output.get("data", {}).items():
                if kind != "text/plain":
                    yield "".join(content) if isinstance(content, list) else json.dumps(content)


def _strings(data: Any) -> Iterator[str]:
    """All texts in JSON; a list of lines is one text."""
    if isinstance(data, str):
        yield html.unescape(data)
    elif isinstance(data, list):
        if data and all(isinstance(part, str) for part in data):
            yield html.unescape("".join(data))
        else:
            for part in data:
                yield from _strings(part)
    elif isinstance(data, dict):
        for part in data.values():
            yield from _strings(part)


def _texts_of_json(text: str) -> str:
    try:
        return "\n".join(_strings(json.loads(text)))
    except (ValueError, RecursionError):
        return text


def _points(results: str) -> dict[str, float]:
    try:
        return {one["question"]: one["points"] for one in json.loads(results)["questions"]}
    except (ValueError, LookupError, TypeError):
        return {}


def _decoded(found: str) -> str:
    with contextlib.suppress(ValueError):
        whole = found.rstrip("=")
        whole = whole[: len(whole) - (len(whole) % 4 == 1)]
        return base64.b64decode(whole + "=" * (-len(whole) % 4)).decode("utf-8", "replace")
    return ""
