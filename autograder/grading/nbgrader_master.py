"""An nbgrader source notebook on its way to the learner: nbgrader's own steps, as the course configures them."""

from __future__ import annotations

import contextlib
import copy
import logging
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import nbformat
from nbgrader.converters import GenerateAssignment
from nbgrader.nbgraderformat import MetadataValidator, SchemaTooNewError, ValidationError
from nbgrader.preprocessors import ClearSolutions, InstantiateTests, SaveCells
from traitlets.config import Config
from traitlets.utils.importstring import import_item

from autograder.errors import EngineRoomError

__all__ = ["Master", "language_of", "make_master"]

_OTHER_KERNELS = (
    "ir",
    "irkernel",
    "julia",
    "bash",
    "octave",
    "matlab",
    "sas",
    "java",
    "ijava",
    "javascript",
    "scala",
    "sos",
)


@dataclass(frozen=True)
class Master:
    """One notebook at three places on its way.

    Args:
        solved: with the author's solutions, header and footer included.
        saved: as the gradebook keeps it: without solutions, with hidden tests.
        released: as the learner gets it.
    """

    solved: Any
    saved: Any
    released: Any


def make_master(path: Path, root: Path, config: Config) -> Master:
    """Do what ``nbgrader generate_assignment`` does, in memory.

    Args:
        path: the source notebook.
        root: the course's folder: header files are named from there.
        config: the course's configuration.

    Raises:
        EngineRoomError: the notebook can't be read, or one of the steps refuses it.
    """
    notebook = _read(path)
    resources: dict[str, Any] = {"metadata": {"path": str(path.parent), "name": path.stem}, "nbgrader": {}}
    resources["kernel_name"] = notebook.metadata.get("kernelspec", {}).get("name", "python3")
    solved: Any = None
    saved: Any = None
    with contextlib.chdir(root):
        for step in _steps(config):
            if issubclass(step, ClearSolutions) and solved is None:
                solved = copy.deepcopy(notebook)
            if issubclass(step, SaveCells):
                saved = copy.deepcopy(notebook)
            elif not (issubclass(step, InstantiateTests) and not _has_autotests(step, notebook, config)):
                with _in_words(path, step):
                    notebook, resources = step(config=config)(notebook, resources)
    return Master(notebook if solved is None else solved, notebook if saved is None else saved, notebook)


def language_of(notebook: Any) -> str:
    """The notebook's language in small letters. One that names no kernel is Python, as nbgrader takes it."""
    kernel = notebook.metadata.get("kernelspec", {})
    told = kernel.get("language") or notebook.metadata.get("language_info", {}).get("name")
    if told:
        return "python" if str(told).lower() in ("python", "ipython", "python3") else str(told).lower()
    name = str(kernel.get("name", "python")).lower()
    stem = name.partition("-")[0].rstrip("0123456789.")
    return "r" if stem in ("ir", "irkernel") else stem if stem in _OTHER_KERNELS else "python"


def _read(path: Path) -> Any:
    """Read a source notebook; older nbgrader metadata is brought up to date, in memory."""
    try:
        notebook = nbformat.reads(path.read_text("utf-8"), as_version=4)  # type: ignore[no-untyped-call]
        MetadataValidator().upgrade_notebook_metadata(notebook)
    except (OSError, ValueError, KeyError, AttributeError) as error:
        raise EngineRoomError(f"{path} can't be read as a notebook: {error}") from None
    return notebook


def _steps(config: Config) -> Iterator[Any]:
    chosen = config.get("GenerateAssignment", {}).get("preprocessors") or GenerateAssignment.preprocessors.default()
    for step in chosen:
        yield import_item(step) if isinstance(step, str) else step


def _has_autotests(step: Any, notebook: Any, config: Config) -> bool:
    mark = step(config=config).autotest_delimiter
    return any(mark in cell.source for cell in notebook.cells)


@contextlib.contextmanager
def _in_words(path: Path, step: Any) -> Iterator[None]:
    """Say in one sentence what nbgrader's step refused."""
    log = logging.getLogger("traitlets")
    level, log.disabled = log.disabled, True
    try:
        yield
    except (RuntimeError, ValueError, KeyError, OSError, ValidationError, SchemaTooNewError) as error:
        cause = error.__context__ if isinstance(error.__context__, Exception) else error
        raise EngineRoomError(
            f"{path} can't be used as nbgrader's source notebook ({step.__name__}): {str(cause).splitlines()[0]}"
        ) from None
    finally:
        log.disabled = level
