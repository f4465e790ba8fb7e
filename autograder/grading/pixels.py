"""A program, not a module to import: turns a PNG or JPEG on stdin into bare pixels on stdout.

Decoders are attacked with hostile files. So this runs in a process of its own that holds nothing, has given up what it
can, and hands back only pixels: width and height as two bytes each, 256 colours of three bytes, one byte a pixel.
"""

from __future__ import annotations

import io
import struct
import sys
import warnings
from typing import BinaryIO

MOST_PIXELS = 25_000_000  # of the picture as it was displayed
WIDEST = 720  # pixels on a side of what is handed back
_SECONDS = 5
_MEMORY = 512 << 20


def _give_up_rights() -> None:
    """Limit memory, time and output, open no more files and start no more processes."""
    import resource

    for what, most in (
        (resource.RLIMIT_AS, _MEMORY),
        (resource.RLIMIT_CPU, _SECONDS),
        (resource.RLIMIT_FSIZE, 1 << 20),
        (resource.RLIMIT_CORE, 0),
        (resource.RLIMIT_NPROC, 0),
        (resource.RLIMIT_NOFILE, 3),
    ):
        resource.setrlimit(what, (most, most))


def pixels(source: BinaryIO) -> bytes:
    """Decode, lay on white, shrink and reduce to 256 colours. Raises whatever Pillow raises for a damaged picture."""
    from PIL import Image

    with Image.open(source, formats=("PNG", "JPEG")) as picture:
        width, height = picture.size
        if width * height > MOST_PIXELS:
            raise ValueError("too many pixels")
        picture.draft("RGB", (WIDEST, WIDEST))  # a large JPEG is decoded small
        whole = picture.convert("RGBA")
    whole.thumbnail((WIDEST, WIDEST))
    paper = Image.new("RGBA", whole.size, "white")
    paper.alpha_composite(whole)
    reduced = paper.convert("RGB").quantize(256)
    palette = bytes(reduced.getpalette("RGB") or ()).ljust(768, b"\0")[:768]
    return struct.pack(">HH", *reduced.size) + palette + reduced.tobytes()


def _practise() -> None:
    from PIL import Image

    for kind in ("PNG", "JPEG"):
        file = io.BytesIO()
        Image.new("RGB", (8, 8)).save(file, kind)
        pixels(io.BytesIO(file.getvalue()))


def main() -> None:
    """Load all that is needed with pictures of our own, give up all rights, then look at the one from outside."""
    _practise()
    warnings.simplefilter("error")  # such as Pillow's own against decompression bombs
    _give_up_rights()
    sys.stdout.buffer.write(pixels(sys.stdin.buffer))


if __name__ == "__main__":
    main()
