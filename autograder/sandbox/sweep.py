"""Empty a folder, whatever a guest made of it."""

from __future__ import annotations

import os
import stat
from contextlib import suppress
from pathlib import Path

__all__ = ["wipe"]


def wipe(folder: str) -> None:
    """Remove everything in a folder. Nobody else may work in it at the same time.

    A guest can nest folders deeper than a path is long, or than there are open files. So nothing is walked down: what
    lies in a folder's folder is lifted to the top, level by level.

    Raises:
        OSError: something can't be removed.
    """
    top = Path(folder)
    lifted = 0
    while entries := list(os.scandir(top)):
        for entry in entries:
            if not entry.is_dir(follow_symlinks=False):
                os.unlink(entry.path)  # noqa: PTH108 - names as they are on disk
                continue
            _unlock(entry.path)
            for inner in list(os.scandir(entry.path)):
                if inner.is_dir(follow_symlinks=False):
                    _unlock(inner.path)  # a folder that changes its parent must be writable itself
                    lifted = _lift(inner.path, top, lifted)
                else:
                    os.unlink(inner.path)  # noqa: PTH108
            os.rmdir(entry.path)  # noqa: PTH106


def _unlock(path: str) -> None:
    """Take the rights back that a guest took from its own folder."""
    if os.lstat(path).st_mode & stat.S_IRWXU != stat.S_IRWXU:
        os.chmod(path, stat.S_IRWXU)  # noqa: PTH101


def _lift(path: str, top: Path, number: int) -> int:
    """Move a folder to the top under a free name; return the last number that was tried."""
    while True:
        number += 1
        target = top / f".lifted-{number}"
        if not os.path.lexists(target):
            with suppress(FileExistsError):
                Path(path).rename(target)
                return number
