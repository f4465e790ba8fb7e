"""The photo host: small real pictures."""

import struct
import zlib

import pytest
import requests
from hopline.partners import Photos

from autograder.web import Service


@pytest.fixture
def base_url(monkeypatch):
    """The host, without sockets."""
    monkeypatch.setenv("ENGINEROOM_TRANSPORT", "in-process")
    with Service(Photos()).running() as base_url:
        yield base_url


@pytest.mark.parametrize("driver", ["0", "41", "-1", "07", "x", "²", "9" * 5_000, "1/photo"])
def test_there_is_no_photo_of_nobody(base_url, driver):
    """404, however odd the number."""
    assert requests.get(f"{base_url}/drivers/{driver}/photo", timeout=5).status_code == 404


def test_every_driver_has_a_picture_of_their_own(base_url):
    """The type agrees with the bytes, and no two are alike."""
    answers = [requests.get(f"{base_url}/drivers/{driver}/photo", timeout=5) for driver in range(1, 41)]
    assert {answer.headers["Content-Type"] for answer in answers} == {"image/jpeg", "image/png"}
    assert len({answer.content for answer in answers}) == 40
    for driver, answer in enumerate(answers, 1):
        assert (answer.headers["Content-Type"], answer.content) == Photos().photo(driver)


def test_a_jpeg_is_well_formed():
    """Segment after segment up to the picture's data, which ends with its mark."""
    content = Photos().photo(1)[1]
    assert content[:2] == b"\xff\xd8"
    place, kinds = 2, []
    while kinds[-1:] != [0xDA]:
        mark, kind, length = struct.unpack_from(">BBH", content, place)
        assert mark == 0xFF
        kinds.append(kind)
        place += 2 + length
    assert kinds == [0xFE, 0xE0, 0xDB, 0xC2, 0xC4, 0xDA]
    assert content[-2:] == b"\xff\xd9"


def test_a_png_is_well_formed():
    """Every chunk has its checksum, and the pixels are all there."""
    content = Photos().photo(2)[1]
    assert content[:8] == b"\x89PNG\r\n\x1a\n"
    place, chunks = 8, {}
    while place < len(content):
        length, kind = struct.unpack_from(">I4s", content, place)
        data = content[place + 8 : place + 8 + length]
        assert struct.unpack_from(">I", content, place + 8 + length)[0] == zlib.crc32(kind + data)
        chunks[kind] = data
        place += 12 + length
    assert list(chunks) == [b"IHDR", b"IDAT", b"IEND"]
    assert len(zlib.decompress(chunks[b"IDAT"])) == 8 * (1 + 8 * 3)
