"""The program of a box: turns a PNG or JPEG into bare pixels.

Decoders are attacked with hostile files. So this runs behind the sandbox's walls, in a process that holds nothing, and
hands back only pixels: width and height as two bytes each, 256 colours of three bytes, one byte a pixel.
"""

from __future__ import annotations

import io
import socket
import struct
import warnings
from collections.abc import Mapping, Sequence
from typing import Any, BinaryIO

__all__ = ["MOST_PIXELS", "WIDEST", "main", "pixels", "warm_up"]

MOST_PIXELS = 25_000_000  # of the picture as it was displayed
WIDEST = 720  # pixels on a side of what is handed back


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


def warm_up(_told: Mapping[str, Any]) -> None:
    """Load Pillow and its decoders, with pictures of our own."""
    from PIL import Image

    for kind in ("PNG", "JPEG"):
        file = io.BytesIO()
        Image.new("RGB", (8, 8)).save(file, kind)
        pixels(io.BytesIO(file.getvalue()))


def main(descriptors: Sequence[int], _told: Mapping[str, Any]) -> None:
    """Look at the one picture that comes from outside, and say what it shows, or nothing."""
    warnings.simplefilter("error")  # such as Pillow's own against decompression bombs
    with socket.socket(fileno=descriptors[0]) as end:
        with end.makefile("rb") as source:
            picture = source.read()
        end.sendall(pixels(io.BytesIO(picture)))
