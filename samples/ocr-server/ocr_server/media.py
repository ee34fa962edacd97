"""What a file is and how large its pages are, from its first bytes and headers: nothing is decoded here."""
from __future__ import annotations

import struct
from typing import Iterator

PDF = "application/pdf"
TYPES = ("image/png", "image/jpeg", "image/tiff", "image/bmp", "image/webp", PDF)
ALIASES = {"image/jpg": "image/jpeg", "image/x-ms-bmp": "image/bmp", "image/tif": "image/tiff", "application/x-pdf": PDF}


# Chunks, markers, strips and tiles that are looked at, and entries of a directory: nobody else is served meanwhile.
_MOST_PARTS = 1_000_000
_MOST_ENTRIES = 1_000


class Damaged(Exception):
    """The headers are cut off or contradict themselves."""


def sniff(file: bytes) -> str | None:
    """The media type, or none. As strict as the decoders: Tesseract takes what it does not know for a list of files to read."""
    if file.startswith(b"\x89PNG\r\n\x1a\n"):
        return "image/png"
    if file.startswith(b"\xff\xd8\xff"):
        return "image/jpeg"
    if file.startswith((b"II*\0", b"MM\0*")):
        return "image/tiff"
    if file.startswith(b"BM") and file[6:10] == b"\0\0\0\0":
        return "image/bmp"
    if file.startswith(b"RIFF") and file[8:12] == b"WEBP":
        return "image/webp"
    # Readers allow rubbish before the header.
    return PDF if b"%PDF-" in file[:1024] else None


def same(said: str, found: str) -> bool:
    """Whether a media type that a caller gave means the one that was found."""
    said = said.split(";")[0].strip().lower()
    return said in ("", "application/octet-stream") or ALIASES.get(said, said) == found


def sizes(media_type: str, file: bytes, most_pages: int) -> list[tuple[int, int]]:
    """Width and height of each page of an image. Raises Damaged."""
    try:
        found = list(_READERS[media_type](file, most_pages))
    except (struct.error, IndexError) as error:
        raise Damaged("the file ends within its headers") from error
    if not found or any(width <= 0 or height <= 0 for width, height in found):
        raise Damaged("no size was found")
    return found


def _png(file: bytes, _: int) -> Iterator[tuple[int, int]]:
    if file[12:16] != b"IHDR":
        raise Damaged("there is no IHDR")
    at = 8
    for _ in range(_MOST_PARTS):
        if file[at + 4:at + 8] == b"IEND":
            break
        at += 12 + struct.unpack_from(">I", file, at)[0]
        if at + 12 > len(file):
            raise Damaged("the file is cut off")
    else:
        raise Damaged("it has too many chunks")
    yield struct.unpack_from(">II", file, 16)


def _jpeg(file: bytes, _: int) -> Iterator[tuple[int, int]]:
    if b"\xff\xd9" not in file:
        raise Damaged("the file is cut off")
    at = 2
    for _ in range(_MOST_PARTS):
        if file[at] != 0xFF:
            raise Damaged("a marker is missing")
        marker = file[at + 1]
        if marker == 0xFF:
            at += 1
        elif marker == 0x01 or 0xD0 <= marker <= 0xD8:
            at += 2
        elif 0xC0 <= marker <= 0xCF and marker not in (0xC4, 0xC8, 0xCC):
            height, width = struct.unpack_from(">HH", file, at + 5)
            yield width, height
            return
        else:
            at += 2 + struct.unpack_from(">H", file, at + 2)[0]
    raise Damaged("it has too many markers")


def _bmp(file: bytes, _: int) -> Iterator[tuple[int, int]]:
    width, height = struct.unpack_from("<ii", file, 18)
    yield abs(width), abs(height)


def _webp(file: bytes, _: int) -> Iterator[tuple[int, int]]:
    if struct.unpack_from("<I", file, 4)[0] + 8 > len(file):
        raise Damaged("the file is cut off")
    chunk = file[12:16]
    if chunk == b"VP8X":
        yield 1 + int.from_bytes(file[24:27], "little"), 1 + int.from_bytes(file[27:30], "little")
    elif chunk == b"VP8L":
        bits = struct.unpack_from("<I", file, 21)[0]
        yield 1 + (bits & 0x3FFF), 1 + (bits >> 14 & 0x3FFF)
    elif chunk == b"VP8 ":
        width, height = struct.unpack_from("<HH", file, 26)
        yield width & 0x3FFF, height & 0x3FFF


def _tiff(file: bytes, most_pages: int) -> Iterator[tuple[int, int]]:
    order = "<" if file[:2] == b"II" else ">"
    at = struct.unpack_from(order + "I", file, 4)[0]
    pages, left = 0, _MOST_PARTS
    # One more than is allowed is enough to know; directories may form a ring.
    while at and pages <= most_pages:
        entries = struct.unpack_from(order + "H", file, at)[0]
        if entries > _MOST_ENTRIES:
            raise Damaged("a directory has too many entries")
        tags: dict[int, tuple[int, ...]] = {}
        for entry in range(at + 2, at + 2 + entries * 12, 12):
            tag = struct.unpack_from(order + "H", file, entry)[0]
            if tag in _TIFF_TAGS and tag not in tags:
                tags[tag] = _tiff_values(order, file, entry, left)
                left -= len(tags[tag])
        # Decoders leave white what is not there, and say nothing.
        for offsets, counts in ((273, 279), (324, 325)):
            if any(offset + count > len(file) for offset, count in zip(tags.get(offsets, ()), tags.get(counts, ()))):
                raise Damaged("the file is cut off")
        yield tags.get(256, (0,))[0], tags.get(257, (0,))[0]
        pages += 1
        at = struct.unpack_from(order + "I", file, at + 2 + entries * 12)[0]


# Width, height; where strips and tiles are, and how long.
_TIFF_TAGS = (256, 257, 273, 279, 324, 325)


def _tiff_values(order: str, file: bytes, entry: int, most: int) -> tuple[int, ...]:
    kind, count = struct.unpack_from(order + "HI", file, entry + 2)
    code, width = ("H", 2) if kind == 3 else ("I", 4)
    if count * width > len(file):
        raise Damaged("the file is cut off")
    if count > most:
        raise Damaged("its picture is in too many parts")
    at = entry + 8 if count * width <= 4 else struct.unpack_from(order + "I", file, entry + 8)[0]
    return struct.unpack_from(f"{order}{count}{code}", file, at) or (0,)


_READERS = {"image/png": _png, "image/jpeg": _jpeg, "image/bmp": _bmp, "image/webp": _webp, "image/tiff": _tiff}
