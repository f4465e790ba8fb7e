"""Results reach the gradebook together, in time, and are never lost on the way."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest

from autograder.errors import EngineRoomError
from autograder.grading.batch import Batch
from autograder.grading.entry import Entry


class Book:
    """Notes who is entered with whom."""

    def __init__(self, *failures: Exception) -> None:
        self.entered: list[list[str]] = []
        self.failures = list(failures)

    def enter(self, entries: Sequence[Entry]) -> None:
        if self.failures:
            raise self.failures.pop()
        self.entered.append([entry.learner for entry in entries])


class Clock:
    now = 0.0

    def __call__(self) -> float:
        return self.now


def batch(book: Book, **options: Any) -> Batch:
    return Batch(book, **options)  # type: ignore[arg-type]


def test_leaving_enters_what_is_left() -> None:
    """A class of three is one transaction; nothing to enter is none."""
    book = Book()
    with batch(book) as waiting:
        for learner in "abc":
            waiting.add(Entry("unit", learner))
        assert book.entered == []
        waiting.enter()
    assert book.entered == [["a", "b", "c"]]


def test_no_more_than_the_most_wait() -> None:
    """However fast they come."""
    book = Book()
    with batch(book, most=2) as waiting:
        for learner in "abcde":
            waiting.add(Entry("unit", learner))
    assert book.entered == [["a", "b"], ["c", "d"], ["e"]]


def test_a_slow_class_has_each_result_at_once() -> None:
    """Formgrader shows what is there; a second is all that may be missing while results come."""
    book, clock = Book(), Clock()
    with batch(book, seconds=1.0, clock=clock) as waiting:
        for learner, now in (("a", 0.4), ("b", 0.9), ("c", 1.0), ("d", 9.0), ("e", 9.9), ("f", 10.0)):
            clock.now = now
            waiting.add(Entry("unit", learner))
        assert book.entered == [["a", "b", "c"], ["d"], ["e", "f"]]


@pytest.mark.parametrize("stop", [KeyboardInterrupt, ZeroDivisionError])
def test_what_waits_is_entered_when_something_stops_the_run(stop: type[BaseException]) -> None:
    """Ctrl-C, or a fault elsewhere."""
    book = Book()
    waiting = batch(book)
    waiting.add(Entry("unit", "a"))
    with pytest.raises(stop), waiting:
        raise stop
    assert book.entered == [["a"]]


def test_the_first_error_is_the_one_that_is_told() -> None:
    """A gradebook that can't be used either adds nothing to it."""
    waiting = batch(Book(EngineRoomError("The gradebook is locked.")))
    waiting.add(Entry("unit", "a"))
    with pytest.raises(ZeroDivisionError), waiting:
        raise ZeroDivisionError


def test_a_note_stays_until_its_entry_is_in_the_gradebook(tmp_path: Path) -> None:
    """By it the next run knows that a crash came in between."""
    notes = {learner: tmp_path / learner for learner in "abc"}
    for note in notes.values():
        note.touch()
    waiting = batch(Book(EngineRoomError("The gradebook is locked.")))
    waiting.add(Entry("unit", "a"), notes["a"])
    with pytest.raises(EngineRoomError):
        waiting.enter()
    waiting.add(Entry("unit", "b"), notes["b"])
    waiting.add(Entry("unit", "d"), tmp_path / "removed by somebody")
    waiting.enter()
    assert sorted(path.name for path in tmp_path.iterdir()) == ["a", "c"]
