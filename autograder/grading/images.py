"""Pictures from learners' cells: only what we drew anew ourselves, pixel by pixel, gets onto a page.

A process without rights decodes the picture (`pixels.py`); what it hands back is no file format, only pixels. The PNG
is written here. So even a decoder that was taken over can change nothing but what is to be seen.
"""

from __future__ import annotations

import contextlib
import importlib.util
import os
import struct
import subprocess
import sys
import tempfile
import zlib
from collections.abc import Iterator
from pathlib import Path

from autograder.grading.pixels import WIDEST

__all__ = ["MOST_BYTES", "reencode"]

MOST_BYTES = 96 << 10  # of one PNG as we write it
_SECONDS = 10.0
_HEAD = 4 + 768
_PROGRAM = str(Path(__file__).with_name("pixels.py"))


def reencode(picture: bytes) -> bytes | None:
    """Draw a picture anew, at most 720 pixels wide and high and in 256 colours.

    Args:
        picture: a PNG or JPEG, or anything at all.

    Returns:
        A PNG of at most `MOST_BYTES`; None where the picture can't be decoded, or Pillow isn't installed.
    """
    if importlib.util.find_spec("PIL") is None:
        return None
    data = _decoded(picture)
    if len(data) < _HEAD:
        return None
    width, height = struct.unpack_from(">HH", data)
    if not (0 < width <= WIDEST and 0 < height <= WIDEST and len(data) == _HEAD + width * height):
        return None
    rows = [data[_HEAD + at * width : _HEAD + (at + 1) * width] for at in range(height)]
    return next((png for png in _smaller(data[4:_HEAD], rows) if len(png) <= MOST_BYTES), None)


def _decoded(picture: bytes) -> bytes:
    """What the process without rights says; nothing if it says that it can't. The file it writes to is limited."""
    with (
        tempfile.TemporaryFile() as given,
        tempfile.TemporaryFile() as found,
        tempfile.TemporaryDirectory() as empty,
    ):
        given.write(picture)
        given.seek(0)
        with contextlib.suppress(subprocess.SubprocessError, OSError):
            subprocess.run(
                [sys.executable, "-I", _PROGRAM],
                stdin=given,
                stdout=found,
                stderr=subprocess.DEVNULL,
                cwd=empty,
                env={"LANG": "C.UTF-8"},
                timeout=_SECONDS,
                check=True,
                start_new_session=os.name == "posix",
            )
            found.seek(0)
            return found.read(_HEAD + WIDEST * WIDEST + 1)
    return b""


def _smaller(palette: bytes, rows: list[bytes]) -> Iterator[bytes]:
    """The picture as a PNG; then, for as long as that is too large, with every second row and column only."""
    while rows and rows[0]:
        yield _png(palette, rows)
        rows = [row[::2] for row in rows[::2]] if len(rows) > 1 else []


def _png(palette: bytes, rows: list[bytes]) -> bytes:
    """Write an indexed-colour PNG (ISO/IEC 15948): one byte a pixel, rows unfiltered."""
    header = struct.pack(">IIBBBBB", len(rows[0]), len(rows), 8, 3, 0, 0, 0)
    data = zlib.compress(b"".join(b"\0" + row for row in rows), 9)
    chunks = ((b"IHDR", header), (b"PLTE", palette), (b"IDAT", data), (b"IEND", b""))
    return b"\x89PNG\r\n\x1a\n" + b"".join(_chunk(kind, body) for kind, body in chunks)


def _chunk(kind: bytes, body: bytes) -> bytes:
    return struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body))
