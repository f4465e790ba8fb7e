"""What a cell prints, up to a limit."""

from __future__ import annotations

import contextlib
import io
from collections.abc import Iterator

__all__ = ["Captured", "captured"]

_CUT = "\n[more output was cut]"


class Captured(io.TextIOBase):
    """A text stream that keeps its first ``limit`` characters and swallows the rest."""

    encoding = "utf-8"

    def __init__(self, limit: int) -> None:
        self._kept: list[str] = []
        self._room, self._cut = limit, False

    def writable(self) -> bool:
        return True

    def write(self, text: str) -> int:
        if not isinstance(text, str):
            raise TypeError(f"write() argument must be str, not {type(text).__name__}")
        if len(text) > self._room:
            self._cut = True
        if self._room > 0 and text:
            self._kept.append(text[: self._room])
            self._room -= len(self._kept[-1])
        return len(text)

    @property
    def text(self) -> str:
        """What was kept, as text that every file can hold."""
        text = "".join(self._kept).encode("utf-8", "backslashreplace").decode()
        return text + _CUT if self._cut else text


@contextlib.contextmanager
def captured(limit: int) -> Iterator[Captured]:
    """Collect stdout and stderr of the block."""
    stream = Captured(limit)
    with contextlib.redirect_stdout(stream), contextlib.redirect_stderr(stream):
        yield stream
