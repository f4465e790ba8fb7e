"""Only pictures that we drew anew ourselves come back, whatever goes in."""

from __future__ import annotations

import contextlib
import io
import socket
import struct
import subprocess
import sys
import zlib
from collections.abc import Iterator

import pytest
from PIL import Image, ImageDraw, PngImagePlugin

from autograder.grading import images, pixels
from autograder.grading.images import MOST_BYTES, reencode


def saved(picture: Image.Image, kind: str = "PNG", **options: object) -> bytes:
    file = io.BytesIO()
    picture.save(file, kind, **options)
    return file.getvalue()


def plot() -> Image.Image:
    picture = Image.new("RGBA", (640, 480), (0, 0, 0, 0))
    ImageDraw.Draw(picture).line([(10, 470), (630, 20)], fill=(31, 119, 180, 255), width=3)
    return picture


def opened(data: bytes | None) -> Image.Image:
    assert data is not None
    picture = Image.open(io.BytesIO(data))
    picture.load()
    return picture


def test_a_plot_stays_as_it_was() -> None:
    """Its size and its colours; transparent paper is white."""
    picture = opened(reencode(saved(plot())))
    assert picture.size == (640, 480)
    colours = picture.convert("RGB")
    assert colours.getpixel((5, 5)) == (255, 255, 255)
    assert colours.getpixel((320, 245)) == (31, 119, 180)


def test_a_photograph_is_shrunk_until_it_is_small() -> None:
    """PNG and JPEG."""
    noise = Image.effect_noise((1500, 1000), 90).convert("RGB")
    for kind in ("PNG", "JPEG"):
        data = reencode(saved(noise, kind))
        assert opened(data).size in [(720, 480), (360, 240)]
        assert len(data or b"") <= MOST_BYTES


def test_nothing_but_pixels_comes_through() -> None:
    """No text, profile or trailing data of the original."""
    about = PngImagePlugin.PngInfo()
    about.add_text("Comment", "<script>alert(1)</script>")
    data = reencode(saved(plot(), pnginfo=about, icc_profile=b"profile <script>") + b"<script>alert(2)</script>")
    assert data is not None
    assert b"script" not in data
    assert b"profile" not in data


def huge(width: int, height: int) -> bytes:
    """A PNG of a few bytes that claims to be large."""
    head = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    chunks = [(b"IHDR", head), (b"IDAT", zlib.compress(b"\0" * 1000)), (b"IEND", b"")]
    return b"\x89PNG\r\n\x1a\n" + b"".join(images._chunk(kind, body) for kind, body in chunks)


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"<svg xmlns='http://www.w3.org/2000/svg' onload='alert(1)'/>",
        b"\x89PNG\r\n\x1a\n",
        b"\xff\xd8\xff\xe0" + b"\0" * 100,
        saved(plot())[:900],
        saved(plot().convert("P"), "GIF"),
        saved(plot(), "TIFF"),
        huge(30_000, 30_000),
        huge(2**31 - 1, 1),
        huge(0, 0),
        saved(Image.new("1", (20_000, 20_000))),
    ],
    ids=["empty", "SVG", "head only", "half a JPEG", "half a PNG", "GIF", "TIFF", "claims", "wide", "none", "bomb"],
)
def test_what_is_no_sound_picture_is_not_shown(data: bytes) -> None:
    """Damaged, of another kind, or too large once unpacked."""
    assert reencode(data) is None


@pytest.mark.parametrize("picture", [Image.new("1", (1, 1)), Image.new("CMYK", (9, 9)), Image.new("L", (20_000, 1))])
def test_odd_pictures_are_drawn(picture: Image.Image) -> None:
    """Tiny, very wide, or in another colour space."""
    assert max(opened(reencode(saved(picture, "JPEG" if picture.mode == "CMYK" else "PNG"))).size) <= pixels.WIDEST


def test_without_pillow_no_picture_is_shown(monkeypatch: pytest.MonkeyPatch) -> None:
    """And nothing fails."""
    monkeypatch.setattr(images.importlib.util, "find_spec", lambda name: None)
    assert reencode(saved(plot())) is None


@pytest.mark.parametrize(
    "program",
    [
        "time.sleep(60)",
        "os.abort()",
        "end.sendall(b'<script>' * 1000)",
        "end.sendall(b'\\0\\2\\0\\2' + bytes(768) + b'abcde')",
        "end.sendall(b'\\xff\\xff\\xff\\xff' + bytes(900000))",
        "while True: end.sendall(bytes(100000))",
    ],
    ids=["hangs", "crashes", "markup", "one pixel too many", "too large", "floods"],
)
def test_a_decoder_that_was_taken_over_can_only_paint(program: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """Whatever it does or says that isn't exactly so many pixels: there is no picture."""

    @contextlib.contextmanager
    def guest() -> Iterator[socket.socket]:
        ours, theirs = socket.socketpair()
        source = f"import os, socket, sys, time\nend = socket.socket(fileno=int(sys.argv[1]))\n{program}"
        command = [sys.executable, "-I", "-c", source, str(theirs.fileno())]
        with subprocess.Popen(command, pass_fds=[theirs.fileno()], stderr=subprocess.DEVNULL) as process:
            theirs.close()
            with ours:
                yield ours
            process.kill()

    monkeypatch.setattr(images._darkroom, "guest", guest)
    monkeypatch.setattr(images, "_SECONDS", 1.0)
    assert reencode(saved(plot())) is None


def test_after_a_decoder_that_hangs_the_next_picture_is_drawn(monkeypatch: pytest.MonkeyPatch) -> None:
    """Its box is emptied, or replaced."""
    with monkeypatch.context() as quick:
        quick.setattr(images, "_SECONDS", 0.0001)
        assert reencode(saved(plot())) is None
    assert opened(reencode(saved(plot()))).size == (640, 480)
