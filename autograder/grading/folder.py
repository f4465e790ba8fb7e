"""The files that an assignment brings along, sent as bytes into the working folder of each process."""

from __future__ import annotations

import base64
import os
import sys
from collections.abc import Iterator, Mapping
from pathlib import Path, PurePosixPath
from typing import Any

from autograder.values import Json

__all__ = ["packed", "unpack"]

_PIECE = 3 << 20  # bytes of a file in one message; base64 makes four of three


def packed(files: Mapping[str, bytes]) -> Iterator[dict[str, Json]]:
    """Messages that carry the files, each small enough for the wire.

    Args:
        files: contents by path below the folder, with ``/``.
    """
    for name, data in files.items():
        for start in range(0, max(len(data), 1), _PIECE):
            piece = base64.b64encode(data[start : start + _PIECE]).decode("ascii")
            yield {"path": name, "data": piece, "more": start > 0}


def unpack(message: Mapping[str, Any]) -> None:
    """Write one such message's bytes below the current folder, and let Python import from there.

    Raises:
        ValueError: the path leads out of the folder.
    """
    path = PurePosixPath(str(message["path"]))
    if path.is_absolute() or ".." in path.parts or not path.parts:
        raise ValueError(f"{path} is no path inside the folder")
    target = Path(path)
    target.parent.mkdir(parents=True, exist_ok=True)
    with target.open("ab" if message["more"] else "wb") as file:
        file.write(base64.b64decode(message["data"]))
    if (here := os.getcwd()) not in sys.path:  # noqa: PTH109 - a text for sys.path
        sys.path.insert(0, here)
