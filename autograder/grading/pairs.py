"""Pairs of a checker and a worker: behind the sandbox's walls and out of warm boxes, or as plain processes."""

from __future__ import annotations

import itertools
import socket
import threading
import time
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from types import TracebackType
from typing import Any, Protocol, Self

from autograder.errors import EngineRoomError, WireError
from autograder.grading.known import Known
from autograder.grading.limits import Limits, in_size
from autograder.grading.processes import PlainPair
from autograder.grading.warmth import USUAL
from autograder.grading.wire import Channel
from autograder.sandbox.boxes import Box, BoxGoneError, Zygote
from autograder.sandbox.walls import Tier

__all__ = ["NO_WALLS", "STOPPED", "BoxedPairs", "NoWallsError", "Pair", "Pairs", "PlainPairs"]

_MOST_SETTLED = 2_000
_START = 60.0  # seconds for both guests to say hello, on a busy machine
_numbers = itertools.count(1)


class Pair(Protocol):
    """One checker with its worker; leave its context to be rid of both and of all they started."""

    def __enter__(self) -> Self: ...

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None: ...

    def hello(self, names: list[str], imports: Mapping[str, str]) -> None:
        """Wait until both are ready. Raises EngineRoomError when they aren't."""

    def ask(self, message: Mapping[str, Any], seconds: float) -> dict[str, Any]:
        """Ask the checker for one thing. Raises WireError when no answer comes in time."""

    def end_worker(self) -> None:
        """End the learner's process and all it started; the checker stays. Raises WireError when that fails."""

    @property
    def cause(self) -> str:
        """Why the learner's process was ended from outside, in words for the learner; empty when nobody ended it."""


class Pairs(Protocol):
    """Where pairs come from."""

    tier: Tier

    def pair(self, *, alone: bool = False) -> Pair:
        """Start a pair. Any thread may ask for one. Raises EngineRoomError when that can't be done.

        ``alone`` says that a learner's process is hardly needed: see `autograder.grading.alone`.
        """

    def close(self) -> None:
        """End everything."""


class PlainPairs:
    """Pairs without walls."""

    tier = Tier.NONE

    def __init__(self, limits: Limits) -> None:
        self._limits = limits

    def pair(self, *, alone: bool = False) -> Pair:  # noqa: ARG002 - it makes no great difference here
        return PlainPair(self._limits)

    def close(self) -> None:
        pass


class BoxedPairs:
    """Pairs behind walls, from boxes that are used again and again.

    Args:
        limits: what a submission may take.
        setup: texts of public cells to warm the workers with.
        cells: an author's cells, with solutions and hidden tests, to warm the checkers with: grade ids and texts.
        imports: import statements to warm both with.
        packages: folders that workers may read besides Python's own, and those that checkers may.
        tier: which walls; left out, the strongest that hold.

    Raises:
        EngineRoomError: no walls hold on this machine, or the processes can't be started.
    """

    def __init__(
        self,
        limits: Limits,
        *,
        setup: Iterable[str] = (),
        cells: Iterable[tuple[str, str]] = (),
        imports: Iterable[str] = (),
        packages: tuple[Sequence[str], Sequence[str]] = ((), ()),
        tier: Tier | None = None,
    ) -> None:
        self._limits = limits
        self._lock = threading.Lock()
        self._free: list[_Slot] = []
        self.settled: dict[str, None] = {}  # answers that need no further look: most of a class write the same few
        self._all: set[_Slot] = set()
        self.closed = False
        ours = [list(cell) for cell in cells]
        self.known = Known(source for _, source in ours)
        caps = limits.caps()
        warm = {"imports": [*USUAL, *imports]}
        worker = {**warm, "setup": list(setup)}
        checker = {**warm, "cells": ours}
        program = "autograder.grading."
        self._workers = Zygote(f"{program}worker", worker, tier=tier, caps=caps, packages=packages[0])
        self._checkers: Zygote | None = None
        try:  # both get warm at the same time
            self._checkers = Zygote(
                f"{program}checker", checker, tier=tier, caps=caps, trusted=True, packages=packages[1]
            )
            self.tier = self._workers.wait()
            if Tier.NONE in (self.tier, self._checkers.wait()):
                raise NoWallsError(NO_WALLS)
        except BaseException:
            self.close()
            raise

    def pair(self, *, alone: bool = False) -> Pair:
        for pause in (0.2, 1.0, 0.0):  # other guests may have used up what the machine has, and are ended soon
            with self._lock:
                slot = self._free.pop() if self._free else None
            try:
                return BoxedPair(self, slot or self._new_slot(), self._limits, alone=alone)
            except EngineRoomError:
                if self.closed or not pause:
                    raise
                time.sleep(pause)
        raise AssertionError("the last try returns or raises")

    def settle(self, names: Iterable[str]) -> None:
        """Remember answers for which a checker's further look found nothing."""
        with self._lock:
            self.settled.update(dict.fromkeys(map(str, names)))
            while len(self.settled) > _MOST_SETTLED:
                del self.settled[next(iter(self.settled))]

    def give_back(self, slot: _Slot) -> None:
        """Take a slot that is empty again."""
        with self._lock:
            if not self.closed:
                self._free.append(slot)

    def discard(self, slot: _Slot) -> None:
        """Be rid of a slot that can't be used again."""
        with self._lock:
            self._all.discard(slot)
        slot.close()

    def close(self) -> None:
        with self._lock:
            self.closed = True
            slots, self._all = self._all, set()
        for slot in slots:
            slot.close()
        for zygote in (self._workers, self._checkers):
            if zygote:
                zygote.close()

    def _new_slot(self) -> _Slot:
        assert self._checkers is not None
        with self._lock:  # a zygote forks one box at a time
            if self.closed:
                raise EngineRoomError(STOPPED)
            slot = _Slot(self._workers, self._checkers)
            self._all.add(slot)
        return slot


class NoWallsError(EngineRoomError):
    """No sandbox holds on this machine."""


STOPPED = "Grading has been stopped."
NO_WALLS = (
    "No sandbox holds on this machine, so nobody else's code is run here: use Linux (a virtual machine, WSL 2 or a "
    "container will do) with user namespaces or Landlock. `engineroom doctor` tells what is missing."
)


class _Slot:
    """A worker's box and a checker's box beside it."""

    def __init__(self, workers: Zygote, checkers: Zygote) -> None:
        number = next(_numbers) % 900  # one user for both: they share a folder
        self.worker: Box = workers.box(number)
        try:
            self.checker: Box = checkers.box(number, beside=self.worker)
        except BaseException:
            self.worker.close()
            raise

    def close(self) -> None:
        self.checker.close()
        self.worker.close()


class BoxedPair:
    """One pair in a slot; afterwards the slot is emptied and used again, or replaced if it isn't well."""

    def __init__(self, pairs: BoxedPairs, slot: _Slot, limits: Limits, *, alone: bool = False) -> None:
        self._pairs, self._slot, self._limits = pairs, slot, limits
        self._well, self._worker_ended = True, alone
        self._cause = ""
        ours, checkers = socket.socketpair()
        checkers_line, workers_line = socket.socketpair()
        self._channel = Channel(ours, limits.frame)
        told = limits.to_json()
        try:
            with checkers, checkers_line, workers_line, _brokerage(pairs.tier) as (broker, wishes):
                if alone:
                    slot.checker.start([checkers.fileno()], told)
                else:
                    slot.worker.start([workers_line.fileno(), *wishes], told)
                    slot.checker.start([checkers.fileno(), checkers_line.fileno(), *broker], told)
        except BoxGoneError:
            self._well = False  # found out at the first question
        except BaseException:
            self._well = False
            self._leave()
            raise

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._leave()

    def hello(self, names: list[str], imports: Mapping[str, str]) -> None:
        try:
            told = {"names": names, "imports": dict(imports), "settled": list(self._pairs.settled)}
            self.ask({"op": "hello", **told}, _START)
        except WireError as error:
            raise EngineRoomError(f"The grader's processes did not start: {error}") from None

    def ask(self, message: Mapping[str, Any], seconds: float) -> dict[str, Any]:
        try:
            reply = self._channel.ask(self._pairs.known.shortened(message), seconds)
            if settled := reply.get("settled"):
                self._pairs.settle(settled)
            return reply
        except WireError:
            if self._pairs.closed:  # nobody crashed: grading was stopped
                raise EngineRoomError(STOPPED) from None
            raise

    @property
    def cause(self) -> str:
        if self._well and (why := self._slot.worker.ended()):
            self._well = False
            self._cause = _in_words(why, self._limits)
        return self._cause

    def end_worker(self) -> None:
        if self._worker_ended:
            return
        try:
            self._slot.worker.empty()
        except BoxGoneError as gone:
            self._well = False
            raise WireError(f"the learner's box is gone: {gone}") from None
        self._worker_ended = True

    def _leave(self) -> None:
        self._channel.close()
        if self._well:
            try:
                self._slot.checker.empty()
                if not self._worker_ended:
                    self._slot.worker.empty()
            except BoxGoneError:
                self._well = False
        if self._well:
            self._pairs.give_back(self._slot)
        else:
            self._pairs.discard(self._slot)


@contextmanager
def _brokerage(tier: Tier) -> Iterator[tuple[list[int], list[int]]]:
    """The two ends of the line to the broker, where there is no network namespace."""
    if tier is not Tier.LANDLOCK:
        yield [], []
        return
    broker, wishes = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
    with broker, wishes:
        yield [broker.fileno()], [wishes.fileno()]


def _in_words(why: str, limits: Limits) -> str:
    return {
        "memory": f"Your code held more than {in_size(limits.resident)} of memory, so it was ended.",
        "disk": f"Your code wrote more than {in_size(limits.disk)} into files, so it was ended.",
        "locked": "Your code locked a folder of its own, so nobody could see what it writes, and it was ended.",
        "processes": f"Your code ran more than {limits.processes} processes at once, so it was ended.",
    }.get(why, "")
