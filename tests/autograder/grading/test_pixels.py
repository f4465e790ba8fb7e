"""The program that decodes: bare pixels out, an exception for anything else."""

from __future__ import annotations

import io
import struct

import pytest
from PIL import Image

from autograder.grading.pixels import WIDEST, pixels


def test_it_says_size_colours_and_one_byte_a_pixel() -> None:
    """In that order, and nothing else."""
    file = io.BytesIO()
    Image.new("RGB", (3, 2), "red").save(file, "PNG")
    data = pixels(io.BytesIO(file.getvalue()))
    assert struct.unpack(">HH", data[:4]) == (3, 2)
    assert len(data) == 4 + 768 + 6
    colour = data[-1]
    assert data[4 + 3 * colour : 7 + 3 * colour] == b"\xff\0\0"


def test_large_ones_are_shrunk_in_proportion() -> None:
    """To the widest that a page needs."""
    file = io.BytesIO()
    Image.new("L", (WIDEST * 4, WIDEST * 2)).save(file, "JPEG")
    assert struct.unpack(">HH", pixels(io.BytesIO(file.getvalue()))[:4]) == (WIDEST, WIDEST // 2)


def test_other_kinds_are_refused() -> None:
    """Only two decoders stand open to strangers."""
    file = io.BytesIO()
    Image.new("L", (3, 3)).save(file, "BMP")
    with pytest.raises(OSError, match="cannot identify"):
        pixels(io.BytesIO(file.getvalue()))
