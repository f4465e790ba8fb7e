"""What a Dask worker does for a class: grade one submission in boxes of its own, and answer with JSON text.

Dask moves tasks and results as pickles, between processes that are all the instructor's. Nothing of a learner's is an
object in them: the order and the reply are JSON text as bytes. A learner's code never runs in the Dask worker's own
process, only in its boxes, as on one machine. The worker grades by its own copy of the course and refuses when that is
another version; it never answers with an exception, so that none has to be unpickled.
"""

from __future__ import annotations

import atexit
import dataclasses
import hashlib
import importlib.util
import json
import os
import sqlite3
import sys
import threading
import traceback
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from distributed import get_worker

from autograder import __version__
from autograder.errors import EngineRoomError
from autograder.grading.assignment import Assignment, Kind
from autograder.grading.limits import Limits
from autograder.grading.nbgrader_course import open_course
from autograder.grading.pairs import Pairs
from autograder.grading.plain_session import grade_plain
from autograder.grading.run import RanCell
from autograder.grading.session import Graded, grade_submission
from autograder.grading.submission import Submission
from autograder.grading.warm_pairs import warm_pairs
from autograder.results import SubmissionResult

__all__ = ["COURSE", "grade", "graded_from_json", "order_of", "submission_from_json", "surroundings", "unlike"]

COURSE = "ENGINEROOM_COURSE"
"""The environment variable that tells a worker where its course is; without it, in the working directory."""

_PACKAGES = ("autograder", "hopline")  # what Engine Room's wheel holds
_KEPT = 2  # assignments with warm boxes: a class is graded module by module


def order_of(assignment: Assignment, submission: Submission, limits: Limits, surroundings: Mapping[str, str]) -> bytes:
    """Write what a worker needs to know to grade a submission, and in which surroundings that must be."""
    order = {
        "module": assignment.module,
        "digest": assignment.digest,
        "surroundings": dict(surroundings),
        "limits": limits.to_json(),
        "submission": dataclasses.asdict(submission),
    }
    return json.dumps(order).encode()


def grade(order: bytes) -> bytes:
    """Grade one submission. This is the task that Dask runs.

    Args:
        order: from `order_of`.

    Returns:
        A JSON object: ``result`` and ``cells`` when it is graded; ``refusal``, a sentence, when this worker is not fit
        for the course; ``failure``, a traceback, when the engine failed on this submission.
    """
    told = json.loads(order)
    try:
        reply = _grade(told)
    except EngineRoomError as error:
        reply = {"refusal": f"The worker {get_worker().address} can't grade {told['module']}. {error}"}
    except Exception:
        reply = {"failure": traceback.format_exc()}
    return json.dumps(reply).encode()


def graded_from_json(data: Mapping[str, Any]) -> Graded:
    """Build what `grade` found out, again."""
    cells = (
        RanCell(**{**cell, "kind": Kind(cell["kind"]), "pictures": tuple(cell["pictures"])}) for cell in data["cells"]
    )
    return Graded(SubmissionResult.from_json(data["result"]), tuple(cells))


def submission_from_json(data: Mapping[str, Any]) -> Submission:
    """Build a submission from an order's, again."""
    repairs = tuple(data["repairs"])
    free, prose = ({anchor: tuple(sources) for anchor, sources in data[kind].items()} for kind in ("free", "prose"))
    return Submission(data["learner"], data["answers"], free, repairs, prose)


@cache
def surroundings() -> dict[str, str]:
    """What results depend on besides the course: programs that differ would grade differently."""
    return {
        "Engine Room": f"{__version__} ({_digest_of_sources()[:12]})",
        "Python": f"{sys.version_info.major}.{sys.version_info.minor}",
        "SQLite": sqlite3.sqlite_version,
    }


def unlike(agreed: Mapping[str, str], found: Mapping[str, str]) -> str:
    """Say in what a worker's surroundings are not those that were agreed on; empty when they are."""
    for name, there in found.items():
        if (wanted := agreed.get(name, "none")) != there:
            return f"It has {name} {there} instead of {wanted}. Install the same everywhere, then restart the worker."
    return ""


def _digest_of_sources() -> str:
    """Hash the engine's own files: a version number stands still while an author works."""
    digest = hashlib.sha256()
    for package in _PACKAGES:
        found = importlib.util.find_spec(package)
        for folder in (found.submodule_search_locations or ()) if found else ():
            for path in sorted(Path(folder).rglob("*.py")):
                digest.update(f"{path.relative_to(folder)}\0".encode() + path.read_bytes() + b"\0")
    return digest.hexdigest()


def _grade(told: Mapping[str, Any]) -> dict[str, Any]:
    if refusal := unlike(told["surroundings"], surroundings()):
        raise EngineRoomError(refusal)
    submission = submission_from_json(told["submission"])
    limits = Limits.from_json(told["limits"])
    with _bench.lend(told["module"], told["digest"], limits) as warm:
        grade = grade_plain if warm.assignment.plain else grade_submission
        graded = grade(warm.assignment, submission, limits, pairs=warm.pairs)
    return {"result": graded.result.to_json(), "cells": [dataclasses.asdict(cell) for cell in graded.cells]}


@dataclass
class _Warm:
    """An assignment with its boxes, and how many submissions are in them now."""

    assignment: Assignment
    pairs: Pairs
    users: int = 0


class _Bench:
    """The assignments that this process is warm for; of those that nobody uses, the newest stay."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._made: dict[tuple[str, str, Limits], _Warm] = {}

    @contextmanager
    def lend(self, module: str, digest: str, limits: Limits) -> Iterator[_Warm]:
        """Lend what one submission needs.

        Raises:
            EngineRoomError: the course here is another one, or no walls hold on this machine.
        """
        key = module, digest, limits
        with self._lock:  # the others wait: they need the same
            warm = self._made.pop(key, None) or _warm_up(module, digest, limits)
            self._made[key] = warm  # at the end: the newest
            warm.users += 1
            self._make_room(_KEPT)
        try:
            yield warm
        except EngineRoomError:
            with self._lock:
                self._made.pop(key, None)  # its processes may be gone: the next submission gets new ones
            raise
        finally:
            with self._lock:
                warm.users -= 1

    def close(self) -> None:
        """End every process of those that nobody uses."""
        with self._lock:
            self._make_room(0)

    def _make_room(self, kept: int) -> None:
        for key, warm in list(self._made.items())[: max(len(self._made) - kept, 0)]:
            if not warm.users:
                del self._made[key]
                warm.pairs.close()


def _warm_up(module: str, digest: str, limits: Limits) -> _Warm:
    """Read this worker's own copy of an assignment and warm boxes with it."""
    root = Path(os.environ.get(COURSE) or Path.cwd())
    try:
        course = open_course(root)
        course.prepare([module], limits, root / ".engineroom")
        assignment = course.assignment(module)
    except EngineRoomError as error:
        raise EngineRoomError(f"{error} Start it in the course's folder, or name that in {COURSE}.") from None
    if assignment.digest != digest:
        raise EngineRoomError(
            f"Its course in {root} is another version: the digest of {module} is {assignment.digest[:12]} instead of "
            f"{digest[:12]}. Give every worker the same course, then run the same command again."
        )
    return _Warm(assignment, warm_pairs(assignment, limits))


_bench = _Bench()
atexit.register(_bench.close)
