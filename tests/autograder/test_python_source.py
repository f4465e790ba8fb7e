"""Several threads may parse at once."""

import gc
import sys
import threading

import pytest

from autograder.grading.namespace import run_cell
from autograder.python_source import parse, source_of


class Slow:
    """Garbage whose collection lets other threads run."""

    def __init__(self):
        self.me = self

    def __del__(self):
        sum(range(50))


@pytest.fixture
def eager():
    """Collect garbage and switch threads as often as possible: without the lock this fails nearly every time."""
    threshold, interval = gc.get_threshold(), sys.getswitchinterval()
    gc.set_threshold(50)
    sys.setswitchinterval(1e-6)
    yield
    gc.set_threshold(*threshold)
    sys.setswitchinterval(interval)


def test_threads_do_not_disturb_each_other(eager):
    source, failures = "x = [f(y) for y in range(3)]\n" * 200, []

    def work():
        for _ in range(30):
            Slow()
            try:
                parse(source)
            except SystemError as error:
                failures.append(error)

    threads = [threading.Thread(target=work) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert not failures


def test_errors_are_pythons_own():
    with pytest.raises(SyntaxError):
        parse("def")


def test_the_source_of_a_function_is_its_whole_cell():
    """Helpers beside it belong to the answer, too."""
    cell = "def helper(a, b):\n    return a == b\n\ndef answer(a):\n    return helper(a, 1)\n"
    space = {"__name__": "__main__"}
    run_cell(cell, "answer", space)
    assert source_of(space["answer"]) == cell


def test_a_stand_in_brings_its_source_along():
    """Across the wall the checker has it; what has no source is empty, and no error."""

    class StandIn:
        pass

    handed = StandIn()
    handed.__dict__["__source__"] = "def answer(): ..."
    assert source_of(handed) == "def answer(): ..."
    assert source_of(StandIn()) == source_of(len) == source_of(5) == ""
