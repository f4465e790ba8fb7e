"""Look for solutions and hidden tests where learners could read them.

A line of a solution, a hidden cell, or a wrong or right answer is secret, and so is a row of a stored suite, unless it
also stands in something public: a lesson, a prompt, a hint, a starter, a visible check, or the question that
`engineroom new` writes for every author.
Lines are compared without blanks, quote signs, case and comment signs, so a line that was indented, quoted or commented
out differently is still found.
"""

from __future__ import annotations

import io
import json
import keyword
import re
import zipfile
from bisect import bisect_right
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from itertools import accumulate
from pathlib import Path
from typing import Any

from autograder.notebooks.markers import BEGIN_HIDDEN, BEGIN_SOLUTION, END_HIDDEN, END_SOLUTION, solution_regions
from autograder.notebooks.model import Module, Question, Right, Wrong
from autograder.notebooks.scaffold import TEMPLATE
from autograder.notebooks.suites import SUITES, secret_rows

__all__ = ["File", "Leak", "Secret", "find_leaks", "find_markers", "secret_lines"]

File = Path | tuple[str, str]
"""A file on disk, or a name with the text that stands under it."""

_Index = Mapping[str, list[str]]
"""The secrets that begin with the same letters, so that a text is searched for all of them in one pass."""

_CHECK = "_check"  # how the id of a visible check ends
_SHORTEST = 8
# From this length on a secret also counts inside a longer line; a shorter one must be the whole line.
_INSIDE = 16
# From this length on it also counts when broken over several lines. Outside notebooks a secret must be as long to count
# on its own: "return total" may stand in any program.
_TELLING = 32
_ARCHIVES = {".whl", ".zip"}
_MARKERS = (BEGIN_SOLUTION, END_SOLUTION, BEGIN_HIDDEN, END_HIDDEN)
_LIST = re.compile(r"[\w,]*")
_WORDS = re.compile(r"\w+")
_NOISE = re.compile(r"[\s'\"`\\]+")
_COMMENT = re.compile(r"^[\s#>*/-]+|[\s,;]+$")
# What every test cell says, whoever wrote it.
_COMMON = re.compile(
    r"q\.result\(\)|q = Question\(.*\)|\w+ = from_solution\(.*\)|import [\w., ]+|from [\w.]+ import [\w, ]+"
)


@dataclass(frozen=True, slots=True)
class Secret:
    """A secret line: as the author wrote it, and where."""

    text: str
    path: Path
    line: int


@dataclass(frozen=True, slots=True)
class Leak:
    """A secret that stands in a file. ``line`` counts within the file, or within the ``cell`` of a notebook."""

    file: str
    line: int
    secret: Secret
    cell: str = ""

    def __str__(self) -> str:
        where = f"{self.file}, cell {self.cell}, line {self.line}" if self.cell else f"{self.file}:{self.line}"
        return f"{where} holds a secret of {self.secret.path}:{self.secret.line}: {self.secret.text.strip()}"


def secret_lines(*modules: Module) -> dict[str, Secret]:
    """The secret lines of some modules by their normalised form. What one of them makes public, none keeps secret."""
    told = [TEMPLATE.split("\n"), *map(_public, modules)]
    public = "\n".join(_normal(line) for lines in told for line in lines)
    secrets: dict[str, Secret] = {}
    for module in modules:
        for path, number, line in _secret(module):
            normal = _normal(line)
            if normal not in secrets and _is_telling(line, normal):
                secrets[normal] = Secret(line, path, number)
    for told_openly in _keys_in(public, _indexed(secrets)):
        del secrets[told_openly]
    return secrets


def find_leaks(files: Iterable[File], secrets: Mapping[str, Secret]) -> list[Leak]:
    """Look for secrets in notebooks (cell by cell, with outputs and metadata), texts, zip files and wheels.

    Args:
        files: paths, or names with texts. Folders are not walked.
        secrets: from `secret_lines`.
    """
    index = _indexed(secrets)
    return [leak for name, data in _contents(files) for leak in _leaks_in(name, data, secrets, index)]


def find_markers(files: Iterable[File]) -> list[str]:
    """Find nbgrader's solution and hidden-test markers; gives one sentence for each."""
    return [
        f"{name}: `{marker}` is left in a file for learners."
        for name, data in _contents(files)
        for marker in _MARKERS
        if marker.removeprefix("### ") in _decoded(data)
    ]


def _public(module: Module) -> Iterator[str]:
    """Every line that learners are meant to read."""
    for part in module.parts:
        if not isinstance(part, Question):
            yield from part.cell.lines
            continue
        yield from part.prompt.lines
        for text in part.hints:
            yield from text.split("\n")
        yield from part.check.lines
        inside = {at for region in solution_regions(part.answer.lines) for at in range(region.begin, region.end + 1)}
        yield from (line for at, line in enumerate(part.answer.lines, start=1) if at not in inside)
        for wrong in part.wrong:
            yield wrong.says
            yield from _comments(wrong.source)


def _secret(module: Module) -> Iterator[tuple[Path, int, str]]:
    """Every line that learners must not read, with the file and line in which the author keeps it."""
    for question in module.questions:
        for number, line in _private(question):
            yield module.path, number, line
    for number, row in secret_rows(module.path):
        yield module.path.with_name(SUITES), number, row


def _private(question: Question) -> Iterator[tuple[int, str]]:
    """The lines of one question's cells that learners must not read, with their numbers in the author's file."""
    for region in solution_regions(question.answer.lines):
        yield from enumerate(region.lines, start=question.answer.first + region.begin)
    yield from enumerate(question.hidden.lines, start=question.hidden.first)
    variants: list[Wrong | Right] = [*question.wrong, *question.right]
    for variant in variants:
        start = variant.line if variant.source.startswith("%%") else variant.line + 1
        yield from enumerate(variant.source.split("\n"), start=start)


def _comments(source: str) -> Iterator[str]:
    """The leading comment lines of an answer."""
    for line in source.split("\n"):
        if line.startswith(("#", "--")):
            yield line
        elif not line.startswith("%%"):
            return


def _normal(line: str) -> str:
    """The line without blanks, quote signs, case, and the signs around it."""
    return _NOISE.sub("", _COMMENT.sub("", line)).lower()


def _is_telling(line: str, normal: str) -> bool:
    """Say whether a line says anything of its own: long enough, and more than keywords."""
    if len(normal) < _SHORTEST or _COMMON.fullmatch(line.strip()):
        return False
    return any(not keyword.iskeyword(word.lower()) for word in _WORDS.findall(line))


def _contents(files: Iterable[File]) -> Iterator[tuple[str, bytes]]:
    """The content of all files, those inside archives too."""
    for file in files:
        if isinstance(file, tuple):
            yield file[0], file[1].encode()
        elif file.suffix in _ARCHIVES:
            yield from _members(str(file), file.read_bytes())
        else:
            yield str(file), file.read_bytes()


def _members(name: str, data: bytes) -> Iterator[tuple[str, bytes]]:
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        for entry in archive.infolist():
            inner, content = f"{name}!{entry.filename}", archive.read(entry)
            if Path(entry.filename).suffix in _ARCHIVES:
                yield from _members(inner, content)
            elif not entry.is_dir():
                yield inner, content


def _leaks_in(name: str, data: bytes, secrets: Mapping[str, Secret], index: _Index) -> Iterator[Leak]:
    """The leaks of one file."""
    cells = _notebook_cells(data) if name.endswith(".ipynb") else None
    if cells is None:
        found = dict(_found(_decoded(data), index))
        for key, line in found.items():
            neighbours = [other for other, at in found.items() if other != key and abs(at - line) == 1]
            if len(key) >= _TELLING or any(_same_origin(secrets[key], secrets[other]) for other in neighbours):
                yield Leak(name, line, secrets[key])
        return
    for cell, text in cells:
        for key, line in _found(text, index):
            if not (_is_stored_row(secrets[key]) and cell.endswith(_CHECK)):
                yield Leak(name, line, secrets[key], cell)


def _is_stored_row(secret: Secret) -> bool:
    """Whether it is a row of a suite. One that a visible check expects comes from data that learners have anyway."""
    return secret.path.name == SUITES


def _same_origin(one: Secret, other: Secret) -> bool:
    return one.path == other.path and abs(one.line - other.line) <= 3


def _decoded(data: bytes) -> str:
    return data.decode("utf-8", "replace")


def _indexed(keys: Iterable[str]) -> _Index:
    """Texts by how they begin, so that a search for all of them takes one pass."""
    index: dict[str, list[str]] = {}
    for key in keys:
        index.setdefault(key[:_SHORTEST], []).append(key)
    return index


def _keys_in(text: str, index: _Index) -> set[str]:
    """Those of the indexed texts that stand anywhere in a text."""
    places = range(len(text) - _SHORTEST + 1)
    hits = ((at, index.get(text[at : at + _SHORTEST], ())) for at in places)
    return {key for at, keys in hits for key in keys if text.startswith(key, at)}


def _found(text: str, index: _Index) -> Iterator[tuple[str, int]]:
    """The secrets in a text, each with the line on which it first stands or begins."""
    lines = [_normal(line) for line in text.split("\n")]
    ends = list(accumulate(map(len, lines)))
    whole = "".join(lines)
    seen: set[str] = set()
    for at in range(len(whole) - _SHORTEST + 1):
        for key in index.get(whole[at : at + _SHORTEST], ()):
            if key not in seen and whole.startswith(key, at):
                number = bisect_right(ends, at)
                if _counts(key, at, ends[number] - len(lines[number]), ends[number]):
                    seen.add(key)
                    yield key, number + 1


def _counts(key: str, at: int, begin: int, end: int) -> bool:
    """Say whether a secret found at ``at`` counts, in or from a line that goes from ``begin`` to ``end``."""
    if len(key) >= _TELLING or (at == begin and at + len(key) == end):
        return True
    return len(key) >= _INSIDE and at + len(key) <= end and not _LIST.fullmatch(key)


def _notebook_cells(data: bytes) -> list[tuple[str, str]] | None:
    """Name and text of every cell: source, outputs and metadata as they read; None if it isn't a notebook."""
    try:
        notebook = json.loads(data)
        # The source first, so that its lines count from 1.
        cells = [
            (str(cell.get("id", at)), "\n".join([*_texts(cell.pop("source", "")), *_texts(cell)]))
            for at, cell in enumerate(notebook.pop("cells"), start=1)
        ]
    except (ValueError, KeyError, TypeError, AttributeError):
        return None
    return [*cells, ("metadata", "\n".join(_texts(notebook)))]


def _texts(value: Any) -> Iterator[str]:
    """All texts within JSON data. A list of texts is one text in pieces."""
    if isinstance(value, str):
        yield value
    elif isinstance(value, list) and all(isinstance(piece, str) for piece in value):
        yield "".join(value)
    elif isinstance(value, list):
        for item in value:
            yield from _texts(item)
    elif isinstance(value, dict):
        for name, item in value.items():
            yield str(name)
            yield from _texts(item)
