"""Where a document's pages come from: the frames of an image, or the pages of a PDF."""
from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol

from . import media
from .children import Children
from .pdf import Pdf
from .refusal import invalid, too_large, unreadable, unsupported
from .settings import Settings


@dataclass(frozen=True)
class Picture:
    """A page as an engine takes it. Dpi is 0 where nobody rasterised it."""

    image: bytes
    frame: int = 0
    dpi: int = 0
    downscaled: bool = False


class Source(Protocol):
    media_type: str
    pages: int

    async def picture(self, page: int, dpi: int) -> Picture: ...

    def close(self) -> None: ...


class ImageSource:
    """PNG, JPEG, BMP, WebP, and TIFF with its frames. The engine decodes it."""

    def __init__(self, media_type: str, content: bytes, settings: Settings) -> None:
        self.media_type = media_type
        self._content = content
        try:
            sizes = media.sizes(media_type, content, settings.max_pages)
        except media.Damaged as error:
            raise unreadable(f"The {media_type} cannot be read: {error}.") from error
        for width, height in sizes:
            if width * height > settings.max_pixels:
                raise too_large("TOO_MANY_PIXELS", f"The image has {width:,} x {height:,} pixels; {settings.max_pixels:,} are allowed. Make it smaller.")
        self.pages = len(sizes)

    async def picture(self, page: int, dpi: int) -> Picture:
        return Picture(self._content, page - 1)

    def close(self) -> None:
        pass


class PdfSource:
    """A PDF, rasterised page by page."""

    media_type = media.PDF

    def __init__(self, pdf: Pdf, pages: int, settings: Settings) -> None:
        self._pdf = pdf
        self._most_pixels = settings.max_pixels
        self.pages = pages

    async def picture(self, page: int, dpi: int) -> Picture:
        allowed = self._pdf.dpi_of(page, dpi, self._most_pixels)
        raster = await self._pdf.render(page, allowed)
        return Picture(raster.image, 0, raster.dpi, downscaled=allowed < dpi)

    def close(self) -> None:
        self._pdf.close()


async def open_source(content: bytes, said: str, settings: Settings, children: Children) -> Source:
    """Looks at a document and opens it. Raises a Refusal."""
    if not content:
        raise invalid("EMPTY_FILE", "The document has 0 bytes.")
    if len(content) > settings.max_bytes:
        raise too_large("TOO_MANY_BYTES", f"The document has {len(content):,} bytes; {settings.max_bytes:,} are allowed.")
    found = media.sniff(content)
    if found is None:
        raise unsupported("MEDIA_TYPE_UNSUPPORTED", f"The document is none of {', '.join(media.TYPES)}. Convert it to one of them.")
    if not media.same(said, found):
        raise invalid("MEDIA_TYPE_MISMATCH", f"The document is {found}, and not what its media type says. Send it with the right one.")
    if found != media.PDF:
        return ImageSource(found, content, settings)
    pdf = Pdf(children, content)
    try:
        return PdfSource(pdf, await pdf.count(settings.max_pages), settings)
    except BaseException:
        pdf.close()
        raise
