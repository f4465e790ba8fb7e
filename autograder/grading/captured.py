"""What a cell prints and displays, up to limits."""

from __future__ import annotations

import base64
import contextlib
import io
from collections.abc import Iterator, Mapping

__all__ = ["MOST_PICTURES", "PICTURE_TEXT", "Captured", "Pictures", "captured"]

MOST_PICTURES = 4  # of one cell
PICTURE_TEXT = 1 << 20  # characters of base64: 768 KiB of PNG or JPEG
_PICTURES = ("image/png", "image/jpeg")

_CUT = "\n[more output was cut]"


class Captured(io.TextIOBase):
    """A text stream that keeps its first ``limit`` characters and swallows the rest.

    ``errors_stream`` is for stderr: it writes to the same place, and what came that way is known apart.
    """

    encoding = "utf-8"

    def __init__(self, limit: int) -> None:
        self._kept: list[tuple[str, bool]] = []  # pieces, and whether they came by stderr
        self._room, self._cut = limit, False
        self.errors_stream = _Errors(self)

    def writable(self) -> bool:
        return True

    def write(self, text: str) -> int:
        return self._keep(text, error=False)

    def _keep(self, text: str, *, error: bool) -> int:
        if not isinstance(text, str):
            raise TypeError(f"write() argument must be str, not {type(text).__name__}")
        if len(text) > self._room:
            self._cut = True
        if self._room > 0 and text:
            self._kept.append((text[: self._room], error))
            self._room -= len(self._kept[-1][0])
        return len(text)

    @property
    def text(self) -> str:
        """What was kept, as text that every file can hold."""
        text = _clean("".join(piece for piece, _ in self._kept))
        return text + _CUT if self._cut else text

    @property
    def loud(self) -> bool:
        """Whether anything was written to stderr."""
        return any(error for _, error in self._kept)

    def part(self, *, error: bool) -> str:
        """What was kept of stderr, or of stdout."""
        return _clean("".join(piece for piece, is_error in self._kept if is_error is error))


class _Errors(io.TextIOBase):
    """The way in for stderr."""

    encoding = "utf-8"

    def __init__(self, whole: Captured) -> None:
        self._whole = whole

    def writable(self) -> bool:
        return True

    def write(self, text: str) -> int:
        return self._whole._keep(text, error=True)


def _clean(text: str) -> str:
    return text.encode("utf-8", "backslashreplace").decode()


class Pictures:
    """The PNG and JPEG pictures that a cell displays, as base64: what can't be kept is an empty text.

    Args:
        room: characters of base64 that all pictures of a cell together may have.
    """

    def __init__(self, room: int = MOST_PICTURES * PICTURE_TEXT) -> None:
        self._room = self._left = room
        self.kept: list[str] = []

    def clear(self) -> None:
        """Begin with a new cell."""
        self._left = self._room
        self.kept = []

    def take(self, formats: Mapping[str, object]) -> str:
        """Keep the picture among an object's forms; return what to print in its place, empty if there is no picture."""
        found = next((formats[kind] for kind in _PICTURES if formats.get(kind)), None)
        if found is None:
            return ""
        if len(self.kept) >= MOST_PICTURES:
            return f"[picture not shown: at most {MOST_PICTURES} of a cell are]"
        data = _base64(found)
        self.kept.append(data if len(data) <= min(self._left, PICTURE_TEXT) else "")
        self._left -= len(self.kept[-1])
        return f"[picture {len(self.kept)}]"


def _base64(data: object) -> str:
    """A picture as IPython hands it over: bytes, or base64 already."""
    if isinstance(data, bytes):
        return base64.b64encode(data).decode("ascii") if len(data) <= PICTURE_TEXT else ""
    return data if isinstance(data, str) and data.isascii() else ""


@contextlib.contextmanager
def captured(limit: int) -> Iterator[Captured]:
    """Collect stdout and stderr of the block."""
    stream = Captured(limit)
    with contextlib.redirect_stdout(stream), contextlib.redirect_stderr(stream.errors_stream):
        yield stream
