"""Reads documents: page by page, and never more than one page rendered ahead of the one that is being read."""
from __future__ import annotations

import asyncio
import time
from contextlib import asynccontextmanager
from typing import AsyncIterator

from .call_log import CallLog
from .children import Children
from .engines import Engine, Reading, Wish
from .orders import Order, PageOutcome, Timing
from .refusal import Refusal, busy, failed, invalid, too_large
from .settings import Settings
from .sources import Picture, Source, open_source


class Reader:
    """The server's one engine, and the places before it."""

    def __init__(self, engine: Engine, children: Children, settings: Settings) -> None:
        self.engine = engine
        self._children = children
        self._settings = settings
        self._places = asyncio.Semaphore(settings.workers)
        self._rendering = asyncio.Semaphore(settings.workers)
        self.documents = 0
        self.in_flight = 0
        self.waiting = 0

    @asynccontextmanager
    async def admit(self) -> AsyncIterator[None]:
        """Lets a document in, or refuses it at once: what waits here takes memory."""
        if self.documents >= self._settings.max_documents:
            raise busy(f"{self.documents} documents are here already.")
        self.documents += 1
        try:
            yield
        finally:
            self.documents -= 1

    @asynccontextmanager
    async def open(self, order: Order, log: CallLog) -> AsyncIterator["Document"]:
        """Opens a document. Raises a Refusal."""
        missing = self.engine.check(order.wish)
        source = await open_source(order.content, order.media_type, self._settings, self._children)
        try:
            pages = self._select(order, source.pages)
            log.event("opened", media=source.media_type, bytes=len(order.content), pages=source.pages, selected=len(pages))
            yield Document(self, source, pages, order, missing, log)
        finally:
            source.close()

    def _select(self, order: Order, pages: int) -> list[int]:
        most = min(self._settings.max_pages, order.most_pages or self._settings.max_pages)
        if order.cut_after:
            return list(range(1, min(pages, order.cut_after) + 1))
        if pages > most:
            raise too_large("TOO_MANY_PAGES", f"The document has {pages:,} pages; {most:,} are allowed. Split it.")
        if order.explicit:
            selected = sorted(set(order.explicit))
        else:
            selected = list(range(max(1, order.first), min(pages, order.last or pages) + 1))
        if not selected or selected[0] < 1 or selected[-1] > pages:
            raise invalid("NO_SUCH_PAGE", f"The document has the pages 1 to {pages}; others were asked for.")
        if order.most_selected and len(selected) > order.most_selected:
            raise too_large("TOO_MANY_PAGES", f"{len(selected)} pages were asked for; {order.most_selected} go into one message. Use RecognizeDocument.")
        return selected

    async def render(self, source: Source, page: int, dpi: int, log: CallLog, timing: Timing) -> Picture:
        async with self._rendering:
            began = time.monotonic()
            picture = await source.picture(page, dpi or self._settings.dpi)
            if picture.dpi:
                timing.rasterized += time.monotonic() - began
                log.event("rendered", page=page, dpi=picture.dpi, bytes=len(picture.image))
            return picture

    async def recognize(self, picture: Picture, wish: Wish, timing: Timing) -> Reading:
        asked = time.monotonic()
        self.waiting += 1
        try:
            await self._places.acquire()
        finally:
            self.waiting -= 1
        self.in_flight += 1
        try:
            began = time.monotonic()
            timing.queued += began - asked
            return await self.engine.read(picture.image, picture.frame, wish)
        finally:
            timing.recognized += time.monotonic() - began
            self.in_flight -= 1
            self._places.release()


class Document:
    """An open document."""

    def __init__(self, reader: Reader, source: Source, selected: list[int], order: Order, missing: list[str], log: CallLog) -> None:
        self.media_type = source.media_type
        self.document_pages = source.pages
        self.selected = selected
        self.missing_languages = missing
        self.timing = Timing()
        self._reader = reader
        self._source = source
        self._order = order
        self._log = log

    async def pages(self) -> AsyncIterator[PageOutcome]:
        """Reads the pages, in order. Close it early, and nothing more is rendered or read."""
        ahead = self._render(0)
        try:
            for index, number in enumerate(self.selected):
                rendered = await ahead
                ahead = self._render(index + 1)
                yield await self._read(number, rendered)
        finally:
            ahead.cancel()
            await asyncio.gather(ahead, return_exceptions=True)

    async def _read(self, number: int, rendered: Picture | Refusal) -> PageOutcome:
        try:
            if isinstance(rendered, Refusal):
                raise rendered
            reading = await self._reader.recognize(rendered, self._order.wish, self.timing)
            self._log.event("read", page=number, lines=len(reading.lines))
            return PageOutcome(number, rendered.dpi, rendered.downscaled, reading)
        except Refusal as problem:
            self._log.event("page failed", page=number, reason=problem.reason)
            return PageOutcome(number, problem=problem)

    def _render(self, index: int) -> asyncio.Task[Picture | Refusal]:
        async def render() -> Picture | Refusal:
            if index == len(self.selected):
                return failed("There is no such page.")
            try:
                return await self._reader.render(self._source, self.selected[index], self._order.dpi, self._log, self.timing)
            except Refusal as problem:
                return problem

        return asyncio.create_task(render())
