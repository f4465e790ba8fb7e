"""An nbgrader course's own configuration, loaded the way nbgrader loads it."""

from __future__ import annotations

import contextlib
import io
import logging
from pathlib import Path
from typing import Any

from nbgrader.apps.baseapp import NbGrader
from nbgrader.coursedir import CourseDirectory
from nbgrader.preprocessors import Execute
from traitlets.config import Config

from autograder.errors import EngineRoomError
from autograder.grading.limits import Limits

__all__ = ["Settings", "load_settings"]

_NO_LIMIT = 3_600.0  # seconds, where nbgrader would wait for ever
_CELLS = 10  # cells that may use up their whole time before the submission is ended


class Settings:
    """What ``nbgrader_config.py`` says.

    Args:
        directory: nbgrader's own object for the course's folders.
        config: everything that was configured.
    """

    def __init__(self, directory: Any, config: Any) -> None:
        self.directory, self.config = directory, config

    @property
    def limits(self) -> Limits:
        """The time that ``Execute.timeout`` gives each cell, nbgrader's default being 30 seconds."""
        timeout = Execute(config=self.config).timeout
        seconds = float(timeout) if timeout and timeout > 0 else _NO_LIMIT
        return Limits(call=seconds, cell=seconds, submission=max(Limits().submission, _CELLS * seconds))


def load_settings(root: Path) -> Settings:
    """Run the instructor's ``nbgrader_config.py``, as every nbgrader command does.

    Raises:
        EngineRoomError: it has an error, or asks for something that can't be.
    """
    said = io.StringIO()
    app = _Application(said)
    with contextlib.chdir(root):
        try:
            app.initialize([], root=str(root.resolve()))
        except SystemExit:
            raise EngineRoomError(f"The configuration of {root} can't be used: {_last_line(said)}") from None
        except Exception as error:
            raise EngineRoomError(
                f"{root / 'nbgrader_config.py'} stops with {type(error).__name__}: {error}. Mend it first; "
                "`nbgrader generate_assignment` would stop there, too."
            ) from None
        finally:
            app.clear_instance()
    return Settings(_directory(app.config, root), app.config)


def _Application(said: io.StringIO) -> Any:  # noqa: N802 - a class that is made when nbgrader is at hand
    """The application of nbgrader, that speaks to us instead of to the terminal."""
    log = logging.Logger("engineroom.nbgrader", logging.WARNING)
    log.addHandler(logging.StreamHandler(said))
    application = NbGrader(log=log)
    application.raise_config_file_errors = True
    return application


def _directory(config: Config, root: Path) -> Any:
    """The course's folders. The folder that was named is the course, whatever machine it was configured on."""
    directory = CourseDirectory(config=config)
    if directory.root != str(root.resolve()) and not Path(directory.root, directory.source_directory).is_dir():
        directory.root = str(root.resolve())
    return directory


def _last_line(said: io.StringIO) -> str:
    lines = said.getvalue().strip().splitlines()
    return lines[-1] if lines else "nbgrader gives no reason."
