"""Several threads may parse at once."""

import gc
import sys
import threading

import pytest

from autograder.python_source import parse


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
