"""What a box's processes and files amount to, and how to be rid of them."""

from __future__ import annotations

import os
import shutil
import stat
from collections.abc import Callable, Iterator
from contextlib import suppress
from pathlib import Path
from typing import Any

__all__ = ["descendants", "resident_bytes", "size_of", "wipe"]

_PAGE = os.sysconf("SC_PAGE_SIZE") if hasattr(os, "sysconf") else 4096


def descendants(process: int, processes: int) -> Iterator[int]:
    """The living children of a process, their children, and so on.

    Args:
        process: the one to begin with; it isn't among the result.
        processes: an open ``/proc``.
    """
    with suppress(OSError, ValueError):
        for thread in _names(f"{process}/task", processes):
            for child in _read(f"{process}/task/{thread}/children", processes).split():
                yield int(child)
                yield from descendants(int(child), processes)


def resident_bytes(process: int, processes: int) -> int:
    """Memory that the descendants of a process hold that isn't shared with others, in bytes."""
    total = 0
    for child in descendants(process, processes):
        with suppress(OSError, ValueError, IndexError):
            _, resident, shared, *_ = map(int, _read(f"{child}/statm", processes).split())
            total += (resident - shared) * _PAGE
    return total


def size_of(folder: str) -> int:
    """Bytes that the files below a folder take on disk."""
    total = 0
    for place, _, names in os.walk(folder):
        for name in names:
            with suppress(OSError):
                total += os.lstat(os.path.join(place, name)).st_blocks * 512  # noqa: PTH118 - names as they are
    return total


def wipe(folder: str) -> None:
    """Remove everything in a folder, whatever a guest made of it.

    Raises:
        OSError, RecursionError: something can't be removed.
    """
    for entry in list(os.scandir(folder)):
        if entry.is_dir(follow_symlinks=False):
            shutil.rmtree(entry.path, onerror=_unlock)
        else:
            os.unlink(entry.path)  # noqa: PTH108 - names as they are on disk


def _unlock(function: Callable[..., Any], path: str, _error: Any) -> None:
    """Try once more, with the rights that the guest took from its own folders."""
    for locked in (Path(path).parent, Path(path)):
        if stat.S_ISDIR(locked.lstat().st_mode):
            locked.chmod(stat.S_IRWXU)
    if function in (os.scandir, os.open, os.listdir):
        shutil.rmtree(path)
    else:
        function(path)


def _names(path: str, processes: int) -> list[str]:
    descriptor = os.open(path, os.O_RDONLY | os.O_DIRECTORY, dir_fd=processes)
    try:
        return os.listdir(descriptor)  # noqa: PTH208 - of an open folder
    finally:
        os.close(descriptor)


def _read(path: str, processes: int) -> bytes:
    descriptor = os.open(path, os.O_RDONLY, dir_fd=processes)
    try:
        return os.read(descriptor, 1 << 16)
    finally:
        os.close(descriptor)
