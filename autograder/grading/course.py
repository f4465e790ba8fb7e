"""Where a course keeps its notebooks, and where grading puts what it makes of them."""

from __future__ import annotations

import json
from abc import ABC, abstractmethod
from collections.abc import Mapping, Sequence
from pathlib import Path
from threading import Lock
from typing import TYPE_CHECKING, Any

from autograder.errors import EngineRoomError
from autograder.grading.assignment import Assignment
from autograder.grading.autograded import Form
from autograder.grading.handed import Handed, find_handed
from autograder.grading.limits import Limits
from autograder.grading.session import Graded
from autograder.grading.submission import Submission

if TYPE_CHECKING:
    from autograder.grading.gradebook import Gradebook

__all__ = ["Course", "OwnCourse"]


class Course(ABC):
    """A course as grading sees it: modules, each one notebook, and submissions of them.

    Args:
        root: the course's folder.

    Attributes:
        notes: sentences for the instructor about the course itself.
    """

    def __init__(self, root: Path) -> None:
        self.root = root
        self.notes: list[str] = []
        self._forms: dict[str, Form] = {}
        self._lock = Lock()

    @property
    def course_id(self) -> str:
        """The course's id in the gradebook."""
        return "hopline"

    @property
    def submitted(self) -> Path:
        """Where submissions lie."""
        return self.root / "submitted"

    @property
    def limits(self) -> Limits:
        """How long and how much an answer may take."""
        return Limits()

    def gradebook_url(self, into: Path) -> str:
        """The gradebook's SQLAlchemy URL."""
        from autograder.grading.database import file_url  # it loads nbgrader, which takes as long as a whole submission

        return file_url(into / "gradebook.db")

    def prepare(self, modules: Sequence[str], limits: Limits, cache: Path) -> None:  # noqa: B027 - few need it
        """Do what has to be done once before a class is graded; ``cache`` is a folder for what may be kept of it."""

    @abstractmethod
    def find(self, submitted: Path, modules: Sequence[str] | None = None) -> tuple[list[Handed], list[str]]:
        """List submissions of ``modules``, or of all, with sentences about what was left out.

        Raises:
            EngineRoomError: when the folder or a module doesn't exist, or nothing was handed in.
        """

    @abstractmethod
    def assignment(self, module: str) -> Assignment:
        """The instructor's notebook.

        Raises:
            EngineRoomError: it can't be read, or a class can't be graded by it.
        """

    @abstractmethod
    def register(self, book: Gradebook, module: str) -> None:
        """Enter a module's cells into the gradebook."""

    @abstractmethod
    def notebook(self, module: str) -> Mapping[str, Any]:
        """The instructor's notebook, as nbgrader would hand it on to autograding."""

    def autograded(self, module: str, submission: Submission, graded: Graded) -> str:
        """The text of the autograded notebook. Any thread may ask."""
        with self._lock:
            if module not in self._forms:
                self._forms[module] = Form(self.notebook(module))
        return self._forms[module].filled(submission, graded)

    def module_of(self, assignment: str, notebook: str) -> str:  # noqa: ARG002 - here they are the same
        """The module that is this notebook of this assignment of nbgrader's."""
        return assignment

    def remarks(self, one: Handed) -> tuple[str, ...]:  # noqa: ARG002 - few courses have any
        """Sentences about what else was handed in and doesn't count."""
        return ()

    def siblings(self, module: str) -> frozenset[str]:  # noqa: ARG002 - few courses have any
        """File names in the same folder that belong to other modules."""
        return frozenset()

    def finish(self, url: str, handed: Sequence[Handed]) -> None:  # noqa: B027 - few courses need it
        """Do what has to be done when the gradebook at ``url`` holds all scores."""

    def folder(self, kind: str, one: Handed, into: Path) -> Path:
        """Where nbgrader keeps this kind of file for a submission: "autograded" or "feedback"."""
        return into / kind / one.folder.parent.name / one.assignment

    def results_file(self, one: Handed, into: Path) -> Path:
        """Where the result of a submission is kept."""
        return into / "results" / one.folder.parent.name / f"{one.module}.json"


class OwnCourse(Course):
    """A course of our own: ``solutions/<module>/<module>.ipynb`` and ``exercises/``, made by ``engineroom build``."""

    def find(self, submitted: Path, modules: Sequence[str] | None = None) -> tuple[list[Handed], list[str]]:
        """List submissions; see `Course.find`."""
        sources = (self.root / "solutions").glob("*/*.ipynb")
        known = sorted(path.stem for path in sources if path.stem == path.parent.name)
        if not known:
            raise EngineRoomError(f"No source notebooks in {self.root / 'solutions'}: grading needs the solutions.")
        if unknown := sorted(set(modules or ()) - set(known)):
            raise EngineRoomError(f"No module {unknown[0]} in {self.root / 'solutions'}; there is {', '.join(known)}.")
        return find_handed(submitted, modules or known, known)

    def assignment(self, module: str) -> Assignment:
        """Read the source notebook, with the starters of the released one."""
        released = self.root / "exercises" / module / f"{module}.ipynb"
        return Assignment.read(self._source(module), released).for_a_class()

    def register(self, book: Gradebook, module: str) -> None:
        """Enter the module's cells."""
        book.register(module, self._source(module))

    def notebook(self, module: str) -> Mapping[str, Any]:
        """Read the source notebook."""
        return dict(json.loads(self._source(module).read_text("utf-8")))

    def _source(self, module: str) -> Path:
        return self.root / "solutions" / module / f"{module}.ipynb"
