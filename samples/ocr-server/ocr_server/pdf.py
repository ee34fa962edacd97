"""PDFs by the programs of poppler, one page at a time. The file is in memory only; each program is a bounded child."""
from __future__ import annotations

import math
import os
import re
from dataclasses import dataclass

from .children import Children, ChildTimeout, Result
from .refusal import Refusal, too_large, unreadable, unsupported

POINTS_PER_INCH = 72
LOWEST_DPI = 36


@dataclass(frozen=True)
class Raster:
    """A page as a picture."""

    image: bytes
    dpi: int


class Pdf:
    """One PDF. Close it to give its memory back."""

    def __init__(self, children: Children, content: bytes) -> None:
        self._children = children
        self._file = os.memfd_create("document", os.MFD_CLOEXEC)
        with os.fdopen(os.dup(self._file), "wb") as file:
            file.write(content)
        self._path = f"/dev/fd/{self._file}"
        self._sizes: dict[int, tuple[float, float]] = {}

    def close(self) -> None:
        os.close(self._file)

    async def count(self, most: int) -> int:
        """How many pages it has; looks at the sizes of as many as are allowed."""
        result = await self._run("pdfinfo", "-f", "1", "-l", str(most), self._path)
        if "Incorrect password" in result.errors or re.search(r"^Encrypted:\s+yes", _text(result), re.MULTILINE):
            raise unsupported("ENCRYPTED_PDF", "The PDF is encrypted. Remove its password.")
        pages = re.search(r"^Pages:\s+(\d+)", _text(result), re.MULTILINE)
        if result.code != 0 or not pages or int(pages[1]) == 0:
            raise unreadable("The PDF is damaged: its pages cannot be counted.")
        for page, width, height in re.findall(r"^Page\s+(\d+) size:\s+([\d.e+]+) x ([\d.e+]+) pts", _text(result), re.MULTILINE):
            self._sizes[int(page)] = float(width), float(height)
        return int(pages[1])

    def dpi_of(self, page: int, wanted: int, most_pixels: int) -> int:
        """The resolution for a page: the wanted one, or what its pixels allow."""
        width, height = self._sizes.get(page, (0.0, 0.0))
        if width <= 0 or height <= 0:
            raise unreadable(f"Page {page} of the PDF has no size.")
        dpi = min(wanted, math.floor(POINTS_PER_INCH * math.sqrt(most_pixels / (width * height))))
        if dpi < LOWEST_DPI:
            raise too_large("TOO_MANY_PIXELS", f"Page {page} is {width:g} x {height:g} points, too large for {most_pixels:,} pixels. Make it smaller.")
        return dpi

    async def render(self, page: int, dpi: int) -> Raster:
        """Rasterises a page. As JPEG: PNG takes many times as long."""
        # The crop box is the one whose size pdfinfo told.
        result = await self._run("pdftoppm", "-jpeg", "-r", str(dpi), "-cropbox", "-f", str(page), "-l", str(page), self._path)
        if result.code != 0 or not result.output.startswith(b"\xff\xd8"):
            raise unreadable(f"Page {page} of the PDF cannot be rasterised: it is damaged, or takes more memory or time than it may.")
        return Raster(result.output, dpi)

    async def _run(self, *command: str) -> Result:
        try:
            return await self._children.run(command, file=self._file)
        except ChildTimeout as error:
            raise _slow(error) from error


def _slow(error: ChildTimeout) -> Refusal:
    return unreadable(f"The PDF takes more time than it may: {error}.")


def _text(result: Result) -> str:
    return result.output.decode("utf-8", "replace")
