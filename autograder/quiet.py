"""Keep what learner code prints, logs or warns away from the notebook's output while a check runs.

nbgrader gives 0 points to a test cell with anything on stderr, so an honest warning or request log would cost marks.
"""

from __future__ import annotations

import contextlib
import io
import os
import stat
import sys
from collections.abc import Iterator
from functools import cache
from typing import Any

__all__ = ["quiet"]

_LIMIT = 10_000  # characters kept


class _Kept(io.StringIO):
    """A text stream that keeps its first characters and swallows the rest."""

    def write(self, text: str) -> int:
        room = _LIMIT - self.tell()
        if room > 0:
            super().write(text[:room])
            if len(text) > room:
                super().write("\n[more output was cut]")
        return len(text)


@contextlib.contextmanager
def quiet() -> Iterator[io.StringIO]:
    """Collect everything printed inside the block, from any handle on stdout or stderr."""
    kept = _Kept()
    with (
        _streams_writing_to(kept, sys.stdout, sys.stderr),
        contextlib.redirect_stdout(kept),
        contextlib.redirect_stderr(kept),
        _silent_descriptor(2),
    ):
        yield kept


@contextlib.contextmanager
def _streams_writing_to(kept: io.StringIO, *streams: Any) -> Iterator[None]:
    """Divert the stream objects themselves: a logging handler made earlier holds on to one of them."""
    diverted = []
    for stream in streams:
        with contextlib.suppress(AttributeError, TypeError):  # a C stream's methods can't be replaced
            stream.write = kept.write
            diverted.append(stream)
    try:
        yield
    finally:
        for stream in diverted:
            with contextlib.suppress(AttributeError):
                del stream.write


@contextlib.contextmanager
def _silent_descriptor(number: int) -> Iterator[None]:
    """Point a file descriptor at nothing: subprocesses and C code write there, and Jupyter's kernel reads it."""
    try:
        saved = -1 if _is_nothing(number) else os.dup(number)
    except OSError:  # closed, or a platform without descriptors: nothing can be written there either
        saved = -1
    if saved < 0:
        yield
        return
    try:
        nothing = os.open(os.devnull, os.O_WRONLY)
        os.dup2(nothing, number)
        os.close(nothing)
        yield
    finally:
        os.dup2(saved, number)
        os.close(saved)


def _is_nothing(number: int) -> bool:
    """Whether a file descriptor leads nowhere already, as a grader's does: that is quicker to see than to change."""
    found = os.fstat(number)
    return stat.S_ISCHR(found.st_mode) and found.st_rdev == _nothing()


@cache
def _nothing() -> int:
    return os.stat(os.devnull).st_rdev  # noqa: PTH116 - no path
