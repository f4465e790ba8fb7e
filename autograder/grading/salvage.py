"""Get the cells out of whatever a learner handed in: a notebook, an old one, half of one, or no notebook at all."""

from __future__ import annotations

import codecs
import itertools
import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from autograder.errors import SubmissionError
from autograder.grading.assignment import grade_id_of

__all__ = ["Loose", "Salvaged", "salvage"]

_MARKS = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
_SURROGATES = re.compile("[\ud800-\udfff]")
_CELL = re.compile(r'\{\s*"(?:attachments|cell_type|execution_count|id|metadata|source)"\s*:')
_ATTEMPTS = 5_000  # places tried while looking for cells in damaged text


@dataclass(frozen=True, slots=True)
class Loose:
    """A cell as handed in: nothing in it is sure, all of it is text."""

    place: int
    grade_id: str
    cell_type: str
    source: str


@dataclass(frozen=True, slots=True)
class Salvaged:
    """What a file gave: its cells, the kernel it was saved with, and sentences about what was mended."""

    cells: tuple[Loose, ...]
    kernel: str
    repairs: tuple[str, ...]


def salvage(data: bytes) -> Salvaged:
    """Read the cells of a notebook file, however damaged.

    Raises:
        SubmissionError: when there is no cell in it.
    """
    text, repairs = _text(data)
    if not text.strip("\0 \t\r\n"):
        raise SubmissionError("The notebook file is empty. Save the notebook in Jupyter and hand it in again.")
    kernel = ""
    try:
        document = json.loads(text)
    except (ValueError, RecursionError):
        raw = list(_complete_cells(text))
        repairs.append(f"The notebook file is damaged: {_count(len(raw))} could be read, anything else in it is lost.")
    else:
        raw, found = _listed(document)
        repairs += found
        kernel = _kernel(document)
    cells = [_loose(place, cell) for place, cell in enumerate(raw) if isinstance(cell, dict)]
    if not cells:
        raise SubmissionError("The file holds no notebook cells. Save the notebook in Jupyter and hand it in again.")
    if any(strange for _, strange in cells):
        repairs.append("Text that can't be read was replaced or left out in at least one cell.")
    return Salvaged(tuple(cell for cell, _ in cells), kernel, tuple(repairs))


def _text(data: bytes) -> tuple[str, list[str]]:
    """Decode a file, and say so if it isn't UTF-8."""
    encoding = next((name for mark, name in _MARKS if data.startswith(mark)), "")
    if not encoding:
        zeros = (data[:200:2].count(0), data[1:200:2].count(0))
        encoding = "utf-16-be" if zeros[0] > 40 else "utf-16-le" if zeros[1] > 40 else "utf-8"
    text = data.decode(encoding, "replace").removeprefix("\ufeff")
    if encoding != "utf-8":
        return text, [f"The file was written as {encoding.upper()[:6]} instead of UTF-8; it was read as that."]
    if "\ufffd" in text and "\ufffd".encode() not in data:
        return text, ["The file isn't all UTF-8; what can't be read became a question mark."]
    return text, []


def _listed(document: Any) -> tuple[list[Any], list[str]]:
    """The cells of a JSON document, in whatever place they stand."""
    if isinstance(document, list):
        return document, ["The file is a list of cells, not a notebook; the cells were taken."]
    if not isinstance(document, dict):
        raise SubmissionError("The file is not a notebook. Save the notebook in Jupyter and hand it in again.")
    cells = document.get("cells")
    if isinstance(cells, list):
        return cells, []
    sheets = document.get("worksheets")
    if isinstance(sheets, list):
        found = [sheet["cells"] for sheet in sheets if isinstance(sheet, dict) and isinstance(sheet.get("cells"), list)]
        old = "The notebook is in Jupyter's old format 3; its cells were taken."
        return list(itertools.chain.from_iterable(found)), [old]
    raise SubmissionError("The file is JSON, but not a notebook. Save the notebook in Jupyter and hand it in again.")


def _complete_cells(text: str) -> Iterator[dict[str, Any]]:
    """Find the cells of a damaged file that are whole, by reading JSON wherever a cell may begin."""
    reader = json.JSONDecoder()
    start = max(text.find('"cells"'), text.find('"worksheets"'), 0)
    for _ in range(_ATTEMPTS):
        begin = _CELL.search(text, start)
        if begin is None:
            return
        try:
            found, start = reader.raw_decode(text, begin.start())
        except (ValueError, RecursionError):
            start = begin.start() + 1
            continue
        if isinstance(found, dict) and "cell_type" in found and ("source" in found or "input" in found):
            yield found


def _loose(place: int, cell: Mapping[str, Any]) -> tuple[Loose, bool]:
    """Take what can be used of a cell; the second value says that its text was strange."""
    kept: list[str] = []
    strange = not _flatten(cell.get("source", cell.get("input", "")), kept, 0)
    source = "".join(kept)
    clean = source
    if not (source.isascii() and "\0" not in source and "\r" not in source):  # most are
        clean = _SURROGATES.sub("\ufffd", source).replace("\0", "\ufffd").replace("\r\n", "\n")
    strange = strange or ("\ufffd" in clean and "\ufffd" not in source)
    cell_type = cell.get("cell_type")
    return Loose(place, grade_id_of(cell), cell_type if isinstance(cell_type, str) else "raw", clean), strange


def _flatten(source: Any, kept: list[str], depth: int) -> bool:
    """Collect the text in a cell's source; False when it isn't a text or a list of texts."""
    if isinstance(source, str):
        kept.append(source)
        return depth <= 1
    if isinstance(source, list) and depth < 50:
        plain = [_flatten(part, kept, depth + 1) for part in source]  # all of them, also behind a strange one
        return all(plain)
    if isinstance(source, int | float) and not isinstance(source, bool):
        kept.append(f"{source}")
    return False


def _kernel(document: Any) -> str:
    """The language of the kernel that the notebook was saved with, or the kernel's name; empty when unknown."""
    metadata = document.get("metadata") if isinstance(document, dict) else None
    kernel = metadata.get("kernelspec") if isinstance(metadata, dict) else None
    if not isinstance(kernel, dict):
        return ""
    found = kernel.get("language") or kernel.get("name")
    return found[:60] if isinstance(found, str) else ""


def _count(cells: int) -> str:
    return "1 whole cell" if cells == 1 else f"{cells} whole cells"
