"""Pairs for an assignment: warmed with it, shared, or kept for the next submission."""

from __future__ import annotations

import atexit
import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from functools import lru_cache

from autograder.errors import EngineRoomError
from autograder.grading.assignment import Assignment, Cell, Kind
from autograder.grading.limits import Limits
from autograder.grading.names import bound_by, shows_a_query
from autograder.grading.packages import packages_of_checker, packages_of_worker
from autograder.grading.pairs import NO_WALLS, BoxedPairs, NoWallsError, Pairs, PlainPairs
from autograder.sandbox.tiers import ask
from autograder.sandbox.walls import Tier

__all__ = ["kept_pairs", "own_pairs", "require_walls", "shared_pairs", "warm_pairs"]


def require_walls() -> None:
    """Find out whether walls hold here, before anything is begun or written that would be in vain.

    Raises:
        EngineRoomError: none do.
    """
    if ask()["tier"] == Tier.NONE:
        raise EngineRoomError(NO_WALLS)


_sharing = threading.Lock()


def shared_pairs(assignment: Assignment, limits: Limits) -> Pairs:
    """Pairs that aren't warmed with an assignment, to grade a submission or two; this process keeps them to its end.

    Raises:
        EngineRoomError: no walls hold on this machine.
    """
    with _sharing:
        return _shared(limits, _packages(assignment))


@lru_cache(maxsize=4)
def _shared(limits: Limits, packages: tuple[Sequence[str], Sequence[str]]) -> BoxedPairs:
    pairs = BoxedPairs(limits, packages=packages)
    atexit.register(pairs.close)
    return pairs


_kept: dict[tuple[str, Limits], BoxedPairs] = {}


def kept_pairs(assignment: Assignment, limits: Limits) -> Pairs:
    """Pairs that are warmed with one assignment and kept until another one comes, or this process ends.

    For a program that grades one submission after the other and says nothing of the next, as nbgrader does.

    Raises:
        EngineRoomError: no walls hold on this machine.
    """
    key = (assignment.digest, limits)
    with _sharing:
        if key not in _kept:
            for pairs in _kept.values():
                pairs.close()
            _kept.clear()
            _kept[key] = warm_pairs(assignment, limits, rehearse=False)
            atexit.register(_kept[key].close)
        return _kept[key]


def warm_pairs(
    assignment: Assignment, limits: Limits, tier: Tier | None = None, *, rehearse: bool = True
) -> BoxedPairs:
    """Pairs that are warmed with one assignment; the caller closes them.

    Args:
        assignment: what is to be graded.
        limits: what a submission may take.
        tier: which walls; left out, the strongest that hold.
        rehearse: play the author's solution first. That takes about as long as two submissions.

    Raises:
        EngineRoomError: no walls hold on this machine.
    """
    public = [cell for cell in assignment.cells if cell.runs and cell.kind is not Kind.TEST]
    ours = [(cell.grade_id or "free", _authors(cell)) for cell in assignment.cells if cell.runs]
    return BoxedPairs(
        limits,
        setup=[cell.source for cell in public if cell.kind is Kind.SETUP] + _examples(assignment),
        cells=ours if rehearse and assignment.is_source else (),
        imports=[line for cell in public for line in bound_by(cell.released).imports.values()],
        packages=_packages(assignment),
        tier=tier,
    )


@contextmanager
def own_pairs(assignment: Assignment, limits: Limits | None = None, *, rehearse: bool = True) -> Iterator[Pairs]:
    """Warm pairs for an author's own answers, behind walls where walls hold: nobody else's code is run."""
    limits = limits or Limits()
    try:
        pairs: Pairs = warm_pairs(assignment, limits, rehearse=rehearse)
    except NoWallsError:
        pairs = PlainPairs(limits)
    try:
        yield pairs
    finally:
        pairs.close()


def _examples(assignment: Assignment) -> list[str]:
    """The author's queries that only show something: after them, a worker has shown a result once."""
    return [source for sources in assignment.free.values() for source in sources if shows_a_query(source)]


def _packages(assignment: Assignment) -> tuple[Sequence[str], Sequence[str]]:
    return packages_of_worker(assignment), packages_of_checker(assignment)


def _authors(cell: Cell) -> str:
    return cell.solution if cell.kind is Kind.ANSWER else cell.source
