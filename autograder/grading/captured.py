"""What a cell prints, up to a limit."""

from __future__ import annotations

import contextlib
import io
from collections.abc import Iterator

__all__ = ["Captured", "captured"]

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


@contextlib.contextmanager
def captured(limit: int) -> Iterator[Captured]:
    """Collect stdout and stderr of the block."""
    stream = Captured(limit)
    with contextlib.redirect_stdout(stream), contextlib.redirect_stderr(stream.errors_stream):
        yield stream
