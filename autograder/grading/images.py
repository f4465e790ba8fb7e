"""Pictures from learners' cells: only what we drew anew ourselves, pixel by pixel, gets onto a page.

A process behind the sandbox's walls decodes the picture (`pixels`); what it hands back is no file format, only pixels.
The PNG is written here. So even a decoder that was taken over can change nothing but what is to be seen.
"""

from __future__ import annotations

import atexit
import contextlib
import importlib.util
import socket
import struct
import threading
import time
import zlib
from collections.abc import Iterator

from autograder.errors import EngineRoomError
from autograder.grading.pixels import WIDEST
from autograder.sandbox.boxes import Box, BoxGoneError, Zygote
from autograder.sandbox.walls import Caps, Tier

__all__ = ["MOST_BYTES", "reencode"]

MOST_BYTES = 96 << 10  # of one PNG as we write it
_SECONDS = 10.0
_HEAD = 4 + 768
_NUMBER = 950  # of the box, above those of submissions
_CAPS = Caps(address_space=512 << 20, resident=256 << 20, processes=8, files=16, file_size=1 << 20, seconds=5)


def reencode(picture: bytes) -> bytes | None:
    """Draw a picture anew, at most 720 pixels wide and high and in 256 colours.

    Args:
        picture: a PNG or JPEG, or anything at all.

    Returns:
        A PNG of at most `MOST_BYTES`; None where the picture can't be decoded, Pillow isn't installed, or no sandbox
        holds.
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
    """What the process behind walls says; nothing where it says nothing in time, or more than a picture has."""
    most = _HEAD + WIDEST * WIDEST
    found = bytearray()
    deadline = time.monotonic() + _SECONDS
    try:
        with _darkroom.guest() as end:
            end.settimeout(_SECONDS)
            end.sendall(picture)
            end.shutdown(socket.SHUT_WR)
            while len(found) <= most and (piece := end.recv(1 << 16)):
                found += piece
                end.settimeout(max(deadline - time.monotonic(), 0.001))
    except (OSError, BoxGoneError, EngineRoomError):
        return b""
    return bytes(found)


class _Darkroom:
    """One box for all pictures of this process, made when the first one comes; one picture at a time."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._zygote: Zygote | None = None
        self._box: Box | None = None

    @contextlib.contextmanager
    def guest(self) -> Iterator[socket.socket]:
        """Start a decoder, and be rid of it at the end of the block.

        Raises:
            EngineRoomError: no walls hold on this machine: then pictures aren't decoded.
            BoxGoneError: the box was ended; the next picture gets a new one.
        """
        with self._lock:
            box = self._box = self._box or self._new_box()
            ours, theirs = socket.socketpair()
            try:
                with ours:
                    with theirs:
                        box.start([theirs.fileno()], {})
                    yield ours
                box.empty()
            except BaseException:
                box.close()
                self._box = None
                raise

    def _new_box(self) -> Box:
        if self._zygote is None:
            self._zygote = Zygote("autograder.grading.pixels", {}, caps=_CAPS)
            atexit.register(self.close)
            if self._zygote.wait() is Tier.NONE:
                raise EngineRoomError("No sandbox holds on this machine, so no picture is decoded.")
        return self._zygote.box(_NUMBER)

    def close(self) -> None:
        """End everything."""
        if self._box:
            self._box.close()
        if self._zygote:
            self._zygote.close()


_darkroom = _Darkroom()


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
