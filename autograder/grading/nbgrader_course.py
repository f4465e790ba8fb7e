"""Other people's courses: an unmodified nbgrader course, read as nbgrader reads it."""

from __future__ import annotations

import logging
import os
import re
from collections.abc import Iterator, Mapping, Sequence
from functools import cache
from glob import glob
from pathlib import Path
from typing import Any

from nbformat import NotebookNode
from nbgrader.preprocessors import AssignLatePenalties
from nbgrader.utils import find_all_files

from autograder.errors import EngineRoomError
from autograder.grading.assignment import Assignment
from autograder.grading.calibrate import calibrated
from autograder.grading.course import Course, OwnCourse
from autograder.grading.gradebook import Gradebook
from autograder.grading.handed import Handed, find_handed
from autograder.grading.limits import Limits, in_size
from autograder.grading.nbgrader_master import Master, language_of, make_master
from autograder.grading.nbgrader_settings import Settings, load_settings
from autograder.grading.plain import plain_assignment

__all__ = ["NbgraderCourse", "open_course"]

_DEFAULT_STRUCTURE = str(Path("{nbgrader_step}", "{student_id}", "{assignment_id}"))
_MOST_FILES = 100 << 20  # bytes that an assignment may bring along


class NbgraderCourse(Course):
    """A course with ``source/<assignment>/*.ipynb``, or as its ``nbgrader_config.py`` says.

    A module is one notebook: ``ps1`` when the assignment's only notebook has its name, else ``ps1/problem1``.

    Args:
        root: the course's folder.
        settings: its configuration, if it is loaded already.

    Raises:
        EngineRoomError: there is no such folder, or its configuration can't be used.
    """

    def __init__(self, root: Path, settings: Settings | None = None) -> None:
        if not root.is_dir():
            raise EngineRoomError(f"There is no folder {root}. Name the folder of an nbgrader course.")
        super().__init__(root)
        self._settings = settings or load_settings(root)
        self._directory = self._settings.directory
        self._master = cache(self._make_master)
        self._assignments: dict[str, Assignment] = {}

    @property
    def course_id(self) -> str:
        """The id that the configuration gives it; empty when it gives none, as in nbgrader."""
        return str(self._directory.course_id)

    @property
    def submitted(self) -> Path:
        """Where submissions lie."""
        return Path(self._directory.root, self._directory.submitted_directory)

    @property
    def limits(self) -> Limits:
        """As ``Execute.timeout`` says."""
        return self._settings.limits

    def gradebook_url(self, into: Path) -> str:
        """The configured one; in another folder than the course, that folder's."""
        here = into.resolve() == Path(self._directory.root).resolve()
        if here or "db_url" in self._settings.config.get("CourseDirectory", {}):
            return str(self._directory.db_url)
        return super().gradebook_url(into)

    @property
    def modules(self) -> tuple[str, ...]:
        """Every notebook of every assignment.

        Raises:
            EngineRoomError: there is none.
        """
        pattern = self._directory.format_path(self._source_step, ".", "(?P<assignment_id>.*)", escape=True)
        found = []
        for folder in sorted(glob(self._directory.format_path(self._source_step, ".", "*"))):  # noqa: PTH207
            paths = sorted(Path(folder).glob("*.ipynb"))
            if named := re.match(pattern, folder):
                found += [_name(named["assignment_id"], path.stem, len(paths)) for path in paths]
        if not found:
            raise EngineRoomError(
                f"No source notebooks in {Path(self.root, self._source_step)}: an nbgrader course has "
                f"{self._source_step}/<assignment>/<notebook>.ipynb."
            )
        return tuple(found)

    def find(self, submitted: Path, modules: Sequence[str] | None = None) -> tuple[list[Handed], list[str]]:
        """List submissions; a wanted "module" may be a whole assignment."""
        known = self.modules
        asked = modules or sorted({_assignment(one) for one in known})
        wanted = [one for one in known if one in asked or _assignment(one) in asked]
        if unknown := sorted(set(asked) - {*known, *map(_assignment, known)}):
            there = ", ".join(sorted({_assignment(one) for one in known}))
            raise EngineRoomError(f"No assignment {unknown[0]} in {self._source_step}; there is {there}.")
        wanted, notes = self._gradable(wanted)
        assignments = list(dict.fromkeys(map(_assignment, wanted)))
        handed, more = self._handed(submitted, assignments, sorted({_assignment(one) for one in known}))
        excluded = set(filter(None, self._directory.student_id_exclude.split(",")))
        expanded = [
            Handed(one.learner, module, one.folder)
            for one in handed
            for module in wanted
            if _assignment(module) == one.module and one.learner not in excluded
        ]
        return expanded, notes + more

    def assignment(self, module: str) -> Assignment:
        """Read the source notebook; see `Course.assignment`."""
        master = self._master(module)
        _must_be_python(module, master)
        if module not in self._assignments:
            self._assignments[module] = plain_assignment(
                module, master.solved.cells, master.released.cells, self._files(module)
            )
        return self._assignments[module]

    def prepare(self, modules: Sequence[str], limits: Limits, cache: Path) -> None:
        """Find out which tests can run apart from the learner's code, and tell which can't."""
        self.notes = []
        for module in modules:
            ready = self._assignments[module] = calibrated(self.assignment(module), limits, cache / "calibration")
            self.notes += _told_of(ready)

    def register(self, book: Gradebook, module: str) -> None:
        """Enter the notebook's cells, as ``nbgrader generate_assignment`` does."""
        book.register_prepared(_assignment(module), self._path(module).stem, self._master(module).saved)

    def notebook(self, module: str) -> Mapping[str, Any]:
        """The source notebook; it gets ids for its cells, which an older one hasn't."""
        return {**self._master(module).saved, "nbformat_minor": 5}

    def remarks(self, one: Handed) -> tuple[str, ...]:
        """Name the learner's own files: only notebooks are graded, and the assignment's files are the instructor's."""
        if one.folder.is_symlink():
            return ()
        ours = {*self._files(one.module), "timestamp.txt"}
        there = {Path(path).relative_to(one.folder).as_posix() for path in _files_in(one.folder)}
        extra = sorted(name for name in there - ours if not name.endswith((".ipynb", ".pyc")))
        if not extra:
            return ()
        more = f" and {len(extra) - 5} more" if len(extra) > 5 else ""
        names = ", ".join(name.encode("utf-8", "backslashreplace").decode() for name in extra[:5])
        return (f"The learner's own files were not used: {names}{more}.",)

    def siblings(self, module: str) -> frozenset[str]:
        """The other notebooks of the assignment."""
        name = _assignment(module)
        paths = {self._path(one).name for one in self.modules if _assignment(one) == name and one != module}
        return frozenset(paths)

    def module_of(self, assignment: str, notebook: str) -> str:
        """The module that is this notebook."""
        names = (f"{assignment}/{notebook}", assignment)
        return next((name for name in names if name in self.modules), names[0])

    def finish(self, url: str, handed: Sequence[Handed]) -> None:
        """Enter the penalties for late work, where the course is configured to give any."""
        if not {"AssignLatePenalties", "LateSubmissionPlugin"} & set(self._settings.config):
            return
        step = AssignLatePenalties(config=self._settings.config)
        step.log = logging.Logger("engineroom.nbgrader")
        step.log.addHandler(logging.NullHandler())  # else it speaks to the terminal
        for one in handed:
            told = {"assignment": one.assignment, "notebook": one.file.removesuffix(".ipynb"), "student": one.learner}
            empty = NotebookNode(cells=[])  # type: ignore[no-untyped-call]
            step.preprocess(empty, {"nbgrader": {**told, "db_url": url}})

    def folder(self, kind: str, one: Handed, into: Path) -> Path:
        """Where the configuration puts this kind of file."""
        step = getattr(self._directory, f"{kind}_directory")
        learner = one.learner if self._structured else one.folder.parent.name
        structure = self._directory.directory_structure
        place = structure.format(nbgrader_step=step, student_id=learner, assignment_id=one.assignment)
        return into / str(place)

    @property
    def _source_step(self) -> str:
        return str(self._directory.source_directory)

    @property
    def _structured(self) -> bool:
        """Whether the course has folders in another order than nbgrader's own."""
        return bool(self._directory.directory_structure != _DEFAULT_STRUCTURE)

    def _handed(self, submitted: Path, wanted: list[str], known: list[str]) -> tuple[list[Handed], list[str]]:
        if not self._structured:
            return find_handed(submitted, wanted, known)
        found = [one for name in wanted for one in self._structured_folders(name)]
        if not found:
            raise EngineRoomError(f"Nothing handed in for {', '.join(wanted)} below {self.submitted}.")
        return sorted(found, key=lambda one: (one.learner, one.module)), []

    def _structured_folders(self, name: str) -> Iterator[Handed]:
        """Find submissions by the configured structure, as nbgrader does."""
        step = self._directory.submitted_directory
        pattern = self._directory.format_path(step, "(?P<student_id>.*)", re.escape(name), escape=True)
        for path in glob(self._directory.format_path(step, "*", name)):  # noqa: PTH207 - a pattern from the config
            if found := re.match(pattern, path):
                yield Handed(found["student_id"], name, Path(path))

    def _gradable(self, wanted: list[str]) -> tuple[list[str], list[str]]:
        """Leave out notebooks in other languages, with a sentence about each."""
        kept, notes = [], []
        for module in wanted:
            try:
                _must_be_python(module, self._master(module))
                kept.append(module)
            except _OtherLanguageError as refusal:
                notes.append(str(refusal))
        if not kept:
            raise EngineRoomError(" ".join(notes))
        return kept, notes

    def _make_master(self, module: str) -> Master:
        return make_master(self._path(module), Path(self._directory.root), self._settings.config)

    def _path(self, module: str) -> Path:
        name, _, notebook = module.partition("/")
        return Path(self._directory.format_path(self._source_step, ".", name)) / f"{notebook or name}.ipynb"

    def _files(self, module: str) -> dict[str, bytes]:
        """What lies beside the notebook, for the working folder."""
        folder = self._path(module).parent
        paths = [Path(one) for one in find_all_files(str(folder), [*self._directory.ignore, "*.ipynb"])]
        size = sum(path.stat().st_size for path in paths)
        if size > _MOST_FILES:
            raise EngineRoomError(
                f"{folder} holds {in_size(size)} of files; at most {in_size(_MOST_FILES)} can be sent."
            )
        return {path.relative_to(folder).as_posix(): path.read_bytes() for path in sorted(paths)}


def _told_of(assignment: Assignment) -> list[str]:
    """What an instructor should know of an assignment's tests."""
    manners = assignment.plain.manners if assignment.plain else {}
    beside = [name for name, manner in manners.items() if not manner.isolated]
    told = [f"{assignment.module}, {manner.doubt}" for manner in manners.values() if manner.doubt]
    if beside:
        told.append(
            f"{assignment.module}, reduced trust: {', '.join(beside)}. These tests only work inside the learner's "
            "process, so a learner who means to can forge their points. All other tests run apart from it."
        )
    return told


class _OtherLanguageError(EngineRoomError):
    """The notebook isn't Python."""


def _must_be_python(module: str, master: Master) -> None:
    if (language := language_of(master.solved)) != "python":
        raise _OtherLanguageError(
            f"{module} is a notebook for {language.capitalize()}; only Python can be graded here. "
            f"Grade it with stock nbgrader: nbgrader autograde {_assignment(module)}."
        )


def _files_in(folder: Path) -> Iterator[str]:
    """The paths of a submission's files; hidden ones and links are left out."""
    for here, folders, files in os.walk(folder):
        folders[:] = [one for one in folders if not one.startswith(".") and one != "__pycache__"]
        yield from (os.path.join(here, one) for one in files if not one.startswith("."))  # noqa: PTH118 - any bytes


def _name(assignment: str, notebook: str, count: int) -> str:
    return assignment if count == 1 and notebook == assignment else f"{assignment}/{notebook}"


def _assignment(module: str) -> str:
    return module.partition("/")[0]


def open_course(root: Path, settings: Settings | None = None) -> Course:
    """Open the course in a folder: one of our own, or anybody's nbgrader course.

    Args:
        root: the folder.
        settings: the configuration of an nbgrader course, if it is loaded already.
    """
    solutions = sorted((root / "solutions").glob("*/*.ipynb"))
    ours = bool(solutions) and (root / "exercises").is_dir() and '"engineroom"' in solutions[0].read_text("utf-8")
    return OwnCourse(root) if ours else NbgraderCourse(root, settings)
