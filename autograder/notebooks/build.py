"""Build the notebooks of instructor and learner from the author's files."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from autograder.errors import EngineRoomError
from autograder.files import write_text
from autograder.notebooks.expected import ExpectedRows, filled_tests
from autograder.notebooks.index import course_map, index_text
from autograder.notebooks.master import Module, read_module
from autograder.notebooks.nbgrader_format import source_notebook, to_text
from autograder.notebooks.nbgrader_release import release_text
from autograder.notebooks.outline import read_outline
from autograder.notebooks.rules import MODULE_ID
from autograder.progress.course_map import INDEX
from autograder.progress.place import FILES
from autograder.sql import expected_rows

__all__ = ["Built", "Change", "build", "build_module", "compare", "index_of", "module_paths"]

_IGNORED = {".ipynb_checkpoints", "__pycache__", ".DS_Store", *FILES}


@dataclass(frozen=True, slots=True)
class Built:
    """The two notebooks of a module, as the text of their files."""

    solution: str
    exercise: str


@dataclass(frozen=True, slots=True)
class Change:
    """What building did to a generated file, or, when only comparing, what is wrong with it.

    ``what`` is "new", "changed", "missing", "out of date" or "unexpected".
    """

    path: Path
    what: str

    def __str__(self) -> str:
        return f"{self.path.as_posix()}: {self.what}"


def module_paths(root: Path, names: Iterable[str] | None = None) -> list[Path]:
    """Find the authors' files, ``course/<module>/<module>.py``, in the order of the course.

    Args:
        root: the course's top folder.
        names: module ids, or just their letters and numbers (``a2``); every module when left out.

    Raises:
        EngineRoomError: there is no module, or none with one of these names.
    """
    files = sorted(path for path in (root / "course").glob("*/*.py") if _is_module(path))
    if not files:
        raise EngineRoomError(f"{root / 'course'} holds no module, no a1_name/a1_name.py. Begin one: engineroom new")
    if names is None:
        return files
    by_name = {path.stem: path for path in files} | {path.stem.partition("_")[0]: path for path in files}
    unknown = [name for name in names if name not in by_name]
    if unknown:
        known = ", ".join(path.stem for path in files)
        raise EngineRoomError(f"There is no module {', '.join(unknown)}. Known modules: {known}.")
    return sorted({by_name[name] for name in names})


def build_module(module: Module, root: Path, *, expected_rows: ExpectedRows = expected_rows) -> Built:
    """Build one module in memory.

    Args:
        module: the module as its author wrote it.
        root: the course's top folder.
        expected_rows: works out the literals of visible checks; the engine's own when left out.
    """
    notebook = source_notebook(module, filled_tests(module, root / "course", expected_rows))
    return Built(to_text(notebook), release_text(notebook))


def build(root: Path, names: Iterable[str] | None = None, check_only: bool = False) -> list[Change]:
    """Write the generated notebooks, or only compare them with what would be written.

    Nothing is written unless every module can be built. Files are written beside their target and renamed, and a file
    that needn't change isn't touched. Files that nobody generates are reported, never deleted. The course map speaks of
    every module, so only a build of all of them makes it.

    Args:
        root: the course's top folder.
        names: module ids; every module when left out.
        check_only: change nothing.

    Returns:
        One entry for each file that is new, changed or unexpected, with its path within the course; none when
        everything is current.
    """
    root = Path(root)
    modules = [read_module(path) for path in module_paths(root, names)]
    index = index_of(root, modules) if names is None else None
    built = {module.id: build_module(module, root) for module in modules}
    if check_only:
        return compare(root, built, alone=names is not None, index=index)
    texts = _texts(built, index)
    return [*_written(root, texts), *_unexpected(root, texts, None if names is None else built)]


def index_of(root: Path, modules: Sequence[Module]) -> str | None:
    """The course map, as the text of its notebook; None for a course without an outline."""
    outline = read_outline(root)
    return None if outline is None else index_text(course_map(outline, modules))


def compare(root: Path, built: Mapping[str, Built], *, alone: bool = False, index: str | None = None) -> list[Change]:
    """Compare built modules with their files.

    Args:
        root: the course's top folder.
        built: modules by their id.
        alone: whether the course has other modules, whose files are not to be looked at.
        index: the text of the course map, if that is to be compared, too.
    """
    texts = _texts(built, index)
    return [*_compared(root, texts), *_unexpected(root, texts, built if alone else None)]


def _texts(built: Mapping[str, Built], index: str | None) -> dict[Path, str]:
    """What must stand in the generated files, by their paths within the course."""
    texts = {} if index is None else {Path("exercises", INDEX): index}
    for name, notebooks in built.items():
        texts[Path("solutions", name, f"{name}.ipynb")] = notebooks.solution
        texts[Path("exercises", name, f"{name}.ipynb")] = notebooks.exercise
    return texts


def _is_module(path: Path) -> bool:
    return path.stem == path.parent.name and MODULE_ID.fullmatch(path.stem) is not None


def _compared(root: Path, texts: Mapping[Path, str]) -> Iterator[Change]:
    for path, text in texts.items():
        if not (root / path).is_file():
            yield Change(path, "missing")
        elif (root / path).read_bytes() != text.encode():
            yield Change(path, "out of date")


def _written(root: Path, texts: Mapping[Path, str]) -> Iterator[Change]:
    for path, text in texts.items():
        existed = (root / path).exists()
        if write_text(root / path, text):
            yield Change(path, "changed" if existed else "new")


def _unexpected(root: Path, expected: Collection[Path], only: Collection[str] | None) -> list[Change]:
    """Files under solutions/ and exercises/ that no module generates. nbgrader would hand them to learners."""
    found = (path for top in ("solutions", "exercises") for path in (root / top).rglob("*") if path.is_file())
    inside = (path.relative_to(root) for path in found)
    return [
        Change(path, "unexpected")
        for path in sorted(inside)
        if path not in expected
        if not _IGNORED.intersection(path.parts)
        if only is None or path.parts[1] in only
    ]
