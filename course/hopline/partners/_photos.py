"""Photos: a picture of every driver, small and real."""

import struct
import zlib
from base64 import b64decode
from collections.abc import Callable, Mapping

from hopline.partners._partner import Answer, Call, Partner, Refusal

# The picture of a single grey dot, up to its first segment of data.
_JPEG = b64decode(
    "/9j/4AAQSkZJRgABAQEASABIAAD/2wBDAP//////////////////////////////////////////////////////////////////////////////"
    "////////wgALCAABAAEBAREA/8QAFBABAAAAAAAAAAAAAAAAAAAAAP/aAAgBAQABPxA="
)
_SIDE = 8


class Photos(Partner):
    """Answers ``GET /drivers/{id}/photo``: JPEG for odd numbers, PNG for even ones.

    Args:
        drivers: how many drivers there are; their numbers begin with 1.
    """

    def __init__(self, drivers: int = 40) -> None:
        self._drivers = drivers

    def routes(self) -> Mapping[str, Mapping[str, Callable[..., Answer]]]:
        """One resource."""
        return {"/drivers/*/photo": {"GET": self._photo}}

    def photo(self, driver_id: int) -> tuple[str, bytes]:
        """The media type of a driver's picture, and its bytes."""
        return ("image/jpeg", jpeg(driver_id)) if driver_id % 2 else ("image/png", png(driver_id))

    def _photo(self, _call: Call, driver: str) -> Answer:
        number = int(driver) if driver.isascii() and driver.isdigit() and len(driver) < 10 else 0
        if not 1 <= number <= self._drivers or str(number) != driver:
            raise Refusal(404, "unknown_driver", "There is no photo of this driver.")
        media_type, content = self.photo(number)
        return Answer(200, content, {}, media_type)


def jpeg(number: int) -> bytes:
    """A JPEG image of one dot; its comment tells one number from another."""
    comment = f"driver {number}".encode()
    return _JPEG[:2] + b"\xff\xfe" + struct.pack(">H", len(comment) + 2) + comment + _JPEG[2:] + b"\xff\xd9"


def png(number: int) -> bytes:
    """A PNG image of one colour, which depends on the number."""
    colour = bytes((number * 37 % 256, number * 91 % 256, number * 153 % 256))
    pixels = zlib.compress((b"\x00" + colour * _SIDE) * _SIDE)
    head = struct.pack(">IIBBBBB", _SIDE, _SIDE, 8, 2, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + _chunk(b"IHDR", head) + _chunk(b"IDAT", pixels) + _chunk(b"IEND", b"")


def _chunk(kind: bytes, content: bytes) -> bytes:
    return struct.pack(">I", len(content)) + kind + content + struct.pack(">I", zlib.crc32(kind + content))
