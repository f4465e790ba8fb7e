"""What the guests of a box hold: processes, memory, and in tier B files."""

from __future__ import annotations

import os
import stat
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass

__all__ = ["Load", "descendants", "files_held", "load_of", "memory_of"]

_PAGE = os.sysconf("SC_PAGE_SIZE") if hasattr(os, "sysconf") else 4096
_DEEPEST = 64  # folders in folders: who nests them deeper wants to hide something
_MOST_ENTRIES = 4096  # as many files and folders as tier A's file systems hold


@dataclass(frozen=True, slots=True)
class Load:
    """How heavy the descendants of a process are.

    Args:
        tasks: their processes and threads.
        memory: bytes, counting a page once for each process that it is in: never less than what they really hold.
    """

    tasks: int
    memory: int


def descendants(process: int, processes: int) -> Iterator[int]:
    """The children of a process, their children, and so on.

    Args:
        process: the one to begin with; it isn't among the result.
        processes: an open ``/proc``.
    """
    return (child for child, _ in _family(process, processes) if child != process)


def load_of(process: int, processes: int) -> Load:
    """Weigh the descendants of a process; takes some 50 µs each."""
    tasks = memory = 0
    for child, threads in _family(process, processes):
        if child != process:
            tasks += threads
            with suppress(OSError, IndexError):
                memory += _PAGE * int(_read(f"{child}/statm", processes).split(maxsplit=2)[1])
    return Load(tasks, memory)


def _family(process: int, processes: int) -> Iterator[tuple[int, int]]:
    """A process and its descendants, with the number of threads that each has."""
    left = [process]
    while left:
        parent, threads = left.pop(), []
        with suppress(OSError, ValueError):
            threads = _names(f"{parent}/task", processes)
            for thread in threads:
                left += map(int, _read(f"{parent}/task/{thread}/children", processes).split())
        yield parent, len(threads)


def memory_of(process: int, processes: int) -> int:
    """Bytes that the descendants of a process really hold: a page that n processes share counts as 1/n for each.

    Files aside: those are libraries, and the zygote's own. Takes up to milliseconds for each process.
    """
    total = 0
    for child in descendants(process, processes):
        with suppress(OSError):
            try:
                found = _fields(f"{child}/smaps_rollup", processes)
                held = sum(found.get(name, 0) for name in (b"Pss_Anon", b"Pss_Shmem", b"SwapPss"))
            except PermissionError:  # it closed itself to others' eyes
                found = _fields(f"{child}/status", processes)
                held = found.get(b"VmRSS", 0) + found.get(b"VmSwap", 0)
            total += 1024 * held
    return total


def files_held(folder: str, most: int, process: int, processes: int) -> int | None:
    """Bytes that the files below a folder take, with those that were deleted while a descendant had them open.

    Looks no further when there are more than `most`, or more files and folders than anybody needs; the result is above
    `most` then.

    Returns:
        None when the guest has locked a folder, so that nobody can see what is in it.
    """
    total = sum(_deleted(child, processes) for child in descendants(process, processes))
    left, entries = [(folder, 0)], 0
    while left and total <= most:
        place, depth = left.pop()
        try:
            found = list(os.scandir(place))
            entries += len(found)
            if entries > _MOST_ENTRIES or depth > _DEEPEST:
                return most + 1
            total += sum(_blocks(entry) for entry in found)
            left += [(entry.path, depth + 1) for entry in found if entry.is_dir(follow_symlinks=False)]
        except FileNotFoundError:
            continue
        except PermissionError:
            return None
        except OSError:  # its path is longer than any that we may name
            return most + 1
    return total


def _blocks(entry: os.DirEntry[str]) -> int:
    """Bytes that a file takes; none when it is gone."""
    with suppress(FileNotFoundError):
        return entry.stat(follow_symlinks=False).st_blocks * 512
    return 0


def _deleted(process: int, processes: int) -> int:
    """Bytes of the deleted files that a process has open."""
    total = 0
    with suppress(OSError):
        for name in _names(f"{process}/fd", processes):
            with suppress(OSError):
                found = os.stat(f"{process}/fd/{name}", dir_fd=processes)
                if stat.S_ISREG(found.st_mode) and not found.st_nlink:
                    total += found.st_blocks * 512
    return total


def _fields(path: str, processes: int) -> dict[bytes, int]:
    """The lines ``Name: number`` of a file."""
    found = {}
    for line in _read(path, processes).splitlines():
        name, _, rest = line.partition(b":")
        number = rest.split(maxsplit=1)
        if number and number[0].isdigit():
            found[name] = int(number[0])
    return found


def _names(path: str, processes: int) -> list[str]:
    descriptor = os.open(path, os.O_RDONLY | os.O_DIRECTORY, dir_fd=processes)
    try:
        return os.listdir(descriptor)  # noqa: PTH208 - of an open folder
    finally:
        os.close(descriptor)


def _read(path: str, processes: int) -> bytes:
    descriptor = os.open(path, os.O_RDONLY, dir_fd=processes)
    try:
        return b"".join(iter(lambda: os.read(descriptor, 1 << 16), b""))
    finally:
        os.close(descriptor)
