"""Split an author's text file into cells, each knowing the line it came from."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import jupytext

from autograder.errors import FormatError

__all__ = ["Cell", "read_cells", "split_front_matter"]

# What jupytext takes for the beginning of a cell: the same two patterns.
_MARKER = re.compile(r"^\s*#\s*%%(?:%*\s.*|\s*)$")
_FENCE = "# ---"
# Without `comment_magics: False` jupytext would turn the comment "# copy the rows" into the command `copy the rows`.
_FORMAT = {"extension": ".py", "format_name": "percent", "comment_magics": False}


@dataclass(frozen=True, slots=True)
class Cell:
    """One cell of the author's file.

    ``line`` is the line of its ``# %%`` marker; ``first`` is the line on which the source begins. Both count from 1.
    """

    path: Path
    line: int
    first: int
    title: str
    kind: str
    source: str
    options: Mapping[str, Any] = field(default_factory=dict)

    @property
    def lines(self) -> list[str]:
        return self.source.split("\n")

    @property
    def magic(self) -> str:
        """The first line, if it is a cell magic such as ``%%sql electric``; else an empty text."""
        first = self.lines[0]
        return first if first.startswith("%%") else ""

    @property
    def is_sql(self) -> bool:
        return self.magic.split()[:1] == ["%%sql"]

    def fault(self, problem: str, cure: str, at: int | None = None) -> FormatError:
        """The error to raise for this cell. ``at`` is a line of the source, from 1; without it the marker is meant."""
        return FormatError(self.path, self.line if at is None else self.first + at - 1, problem, cure)


def split_front_matter(path: Path, text: str) -> tuple[str, int]:
    """Return the YAML text of the front matter and the number of lines that it takes up, fences included."""
    lines = text.split("\n")
    cure = "Begin the file with `# ---`, `# title: ...`, `# minutes: ...`, `# needs: [...]`, `# ---`."
    if lines[0].rstrip() != _FENCE:
        raise FormatError(path, 1, "The front matter is missing.", cure)
    for number, line in enumerate(lines[1:], start=2):
        if line.rstrip() == _FENCE:
            return "\n".join(entry.removeprefix("#").removeprefix(" ") for entry in lines[1 : number - 1]), number
        if not line.startswith("#"):
            break
    raise FormatError(path, 1, "The front matter has no end.", cure)


def read_cells(path: Path, text: str) -> list[Cell]:
    """Read all cells that follow the front matter.

    Args:
        path: the author's file, named in errors.
        text: what stands in it.
    """
    head = split_front_matter(path, text)[1]
    lines = text.split("\n")
    markers = [number for number, line in enumerate(lines, start=1) if number > head and _MARKER.match(line)]
    _refuse_text_outside(path, lines, head, markers)
    if not markers:
        raise FormatError(path, len(lines), "The file has no cell.", "Begin one with `# %% [markdown]`.")
    found = jupytext.reads("\n".join(lines[markers[0] - 1 :]), _FORMAT).cells
    if len(found) != len(markers):
        raise _stray_marker(path, lines, markers, found)
    return [_cell(path, line, node) for line, node in zip(markers, found, strict=True)]


def _refuse_text_outside(path: Path, lines: list[str], head: int, markers: list[int]) -> None:
    """Raise if anything stands between the front matter and the first cell."""
    end = markers[0] - 1 if markers else len(lines)
    for number in range(head, end):
        if lines[number].strip():
            cure = "Put a `# %%` line before it, such as `# %% [markdown]`."
            raise FormatError(path, number + 1, "This line belongs to no cell.", cure)


def _stray_marker(path: Path, lines: list[str], markers: list[int], found: list[Any]) -> FormatError:
    """The error for a marker that jupytext doesn't take for one: the first that isn't its next cell's."""
    titles = [str(node.metadata.get("title", "")) for node in found] + ["?"] * len(markers)
    pairs = zip(markers, titles, strict=False)
    stray = next((line for line, title in pairs if not _marker_text(lines[line - 1]).startswith(title)), markers[-1])
    problem = "This `# %%` line, or one shortly before it, stands in a string or a fenced block: it begins no cell."
    return FormatError(path, stray, problem, "Close the string or fence before it, or reword the line.")


def _marker_text(line: str) -> str:
    return line.strip().lstrip("#").lstrip().lstrip("%").strip()


def _cell(path: Path, line: int, node: Any) -> Cell:
    """Pair a cell with its marker, and drop the blank lines around its source."""
    options = dict(node.metadata)
    options.pop("lines_to_next_cell", None)
    title = str(options.pop("title", ""))
    padded = str(node.source).rstrip()
    source = re.sub(r"\A(?:[ \t]*\n)+", "", padded)
    above = padded[: len(padded) - len(source)].count("\n")
    # Where jupytext made a cell magic from the marker's options, that line is the marker's own.
    first = line if source.startswith("%%") else line + 1 + above
    return Cell(path, line, first, title, str(node.cell_type), source, options)
