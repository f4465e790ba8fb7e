"""Warm pairs for the modules of a class: made when the first submission needs them, ended with the last one."""

from __future__ import annotations

import threading
from collections import Counter
from collections.abc import Iterable, Iterator
from contextlib import contextmanager

from autograder.grading.assignment import Assignment
from autograder.grading.limits import Limits
from autograder.grading.pairs import Pairs, shared_pairs, warm_pairs
from autograder.sandbox.walls import Tier

__all__ = ["Supply"]

_WORTH_WARMING = 4  # submissions of a module; warming up costs about as much as grading two


class Supply:
    """Hands out pairs by assignment. Use it as a context manager: at the end of the block every process is gone.

    Args:
        limits: what a submission may take.
        modules: the module of each submission to come, as often as there are submissions of it.
        tier: which walls; left out, the strongest that hold.
    """

    def __init__(self, limits: Limits, modules: Iterable[str] = (), tier: Tier | None = None) -> None:
        self._limits, self._tier = limits, tier
        self._left = Counter(modules)
        self._made: dict[str, Pairs] = {}
        self._lock, self._making = threading.Lock(), threading.Lock()
        self._closed = False

    def __enter__(self) -> Supply:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    @contextmanager
    def pairs(self, assignment: Assignment) -> Iterator[Pairs]:
        """Lend pairs for one submission.

        Raises:
            EngineRoomError: no walls hold on this machine, or grading was stopped.
        """
        yield self._of(assignment)

    def done(self, module: str) -> None:
        """Say that one submission of a module is settled, however that came about."""
        with self._lock:
            self._left[module] -= 1
            ended = self._made.pop(module, None) if self._left[module] <= 0 else None
        if ended:
            ended.close()

    def close(self) -> None:
        """End everything at once; submissions that are being graded end with an EngineRoomError."""
        with self._lock:
            self._closed = True
            made, self._made = list(self._made.values()), {}
        for pairs in made:
            pairs.close()

    def _of(self, assignment: Assignment) -> Pairs:
        few = self._left[assignment.module] < _WORTH_WARMING and not self._tier
        with self._making:  # the others wait: they need the same
            if assignment.module not in self._made:
                if few:
                    return shared_pairs(assignment, self._limits)
                made = warm_pairs(assignment, self._limits, self._tier)
                with self._lock:
                    self._made[assignment.module] = made
                    if self._closed:
                        made.close()
            return self._made[assignment.module]
