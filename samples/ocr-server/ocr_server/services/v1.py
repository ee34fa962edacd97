"""tenancy.ocr.v1: images in one call, documents page by page."""
from __future__ import annotations

import asyncio
import hashlib
import uuid
from contextlib import aclosing
from typing import Any, AsyncIterator

import grpc

from ..call_log import CallLog
from ..messages import Contracts
from ..orders import Order
from ..reader import Reader
from ..refusal import invalid, stalled, too_large
from ..settings import Settings
from .. import media
from . import Calls
from .v1_messages import V1Messages

SERVICE = "tenancy.ocr.v1.OcrService"
MOST_IN_A_CHUNK = 256 * 1024


class OcrService:
    """The service."""

    def __init__(self, reader: Reader, contracts: Contracts, settings: Settings) -> None:
        self._reader = reader
        self._pb = contracts.ocr
        self._write = V1Messages(contracts.ocr)
        self._settings = settings
        self._instance = str(uuid.uuid4())

    def handler(self, calls: Calls) -> grpc.GenericRpcHandler:
        pb = self._pb
        return grpc.method_handlers_generic_handler(SERVICE, {
            "Recognize": calls.unary("Recognize", pb.RecognizeRequest, pb.RecognizeResponse, self.recognize),
            "RecognizeDocument": calls.stream("RecognizeDocument", pb.RecognizeDocumentRequest, pb.DocumentEvent, self.recognize_document),
            "UploadAndRecognize": calls.stream("UploadAndRecognize", pb.UploadPart, pb.DocumentEvent, self.upload_and_recognize, streams_in=True),
            "GetServerInfo": calls.unary("GetServerInfo", pb.GetServerInfoRequest, pb.ServerInfo, self.get_server_info, quiet=True),
        })

    async def recognize(self, request: Any, log: CallLog, context: Any) -> Any:
        log.request(request.request_id)
        order = self._write.order(request, request.content, self._settings.max_pages_unary)
        async with self._reader.admit(), self._reader.open(order, log) as document:
            response = self._pb.RecognizeResponse(request_id=request.request_id, server_request_id=log.id)
            response.document.CopyFrom(self._write.started(document, request.request_id, log.id, self._reader.engine.model))
            async with aclosing(document.pages()) as pages:
                async for outcome in pages:
                    if outcome.problem:
                        raise outcome.problem
                    response.pages.append(self._write.page(outcome, request.options))
                    response.warnings.extend(self._write.page_warnings(outcome))
            response.warnings.extend(self._write.document_warnings(document))
            response.timing.CopyFrom(self._write.timing(document.timing))
            response.model.CopyFrom(self._write.model(self._reader.engine.model))
            return response

    async def recognize_document(self, request: Any, log: CallLog, context: Any) -> AsyncIterator[Any]:
        log.request(request.request.request_id)
        async with self._reader.admit():
            order = self._write.order(request.request, request.request.content)
            async with aclosing(self._events(order, request.request, log)) as events:
                async for event in events:
                    yield event

    async def upload_and_recognize(self, parts: AsyncIterator[Any], log: CallLog, context: Any) -> AsyncIterator[Any]:
        async with self._reader.admit():
            header, content = await self._receive(parts, log)
            async with aclosing(self._events(self._write.order(header, content), header, log)) as events:
                async for event in events:
                    yield event

    async def get_server_info(self, request: Any, log: CallLog, context: Any) -> Any:
        settings = self._settings
        info = self._pb.ServerInfo(
            in_flight=self._reader.in_flight, queue_depth=self._reader.waiting, instance_id=self._instance, api_version="1",
            limits=self._pb.Limits(
                max_request_bytes=settings.max_bytes, max_pages_unary=settings.max_pages_unary, max_pages_stream=settings.max_pages,
                max_pixels_per_page=settings.max_pixels, max_concurrency=settings.workers, media_types=media.TYPES))
        info.models.append(self._write.model(self._reader.engine.model))
        return info

    async def _events(self, order: Order, request: Any, log: CallLog) -> AsyncIterator[Any]:
        pb, write, model = self._pb, self._write, self._reader.engine.model
        async with self._reader.open(order, log) as document:
            yield pb.DocumentEvent(started=write.started(document, request.request_id, log.id, model))
            warnings = write.document_warnings(document)
            done = failed = 0
            async with aclosing(document.pages()) as pages:
                async for outcome in pages:
                    if outcome.problem:
                        failed += 1
                        yield pb.DocumentEvent(page_failed=write.page_failed(outcome))
                    else:
                        done += 1
                        warnings += write.page_warnings(outcome)
                        yield pb.DocumentEvent(page=write.page(outcome, request.options))
                    yield pb.DocumentEvent(progress=pb.Progress(done=done + failed, total=len(document.selected)))
            yield pb.DocumentEvent(completed=pb.Completed(
                timing=write.timing(document.timing), model=write.model(model), pages_ok=done, pages_failed=failed, warnings=warnings))

    async def _in_time(self, parts: AsyncIterator[Any]) -> AsyncIterator[Any]:
        """Parts as they come. Who has gone without a word, or sends nothing, is not to keep a document's place."""
        iterator, most = aiter(parts), self._settings.page_timeout
        while True:
            try:
                part = await asyncio.wait_for(anext(iterator), most)
            except StopAsyncIteration:
                return
            except asyncio.TimeoutError:
                raise stalled(f"Nothing of the upload came within {most:g} s. Send it again.") from None
            yield part

    async def _receive(self, parts: AsyncIterator[Any], log: CallLog) -> tuple[Any, bytes]:
        header, content, digest, ended = None, bytearray(), hashlib.sha256(), False
        async for part in self._in_time(parts):
            kind = part.WhichOneof("part")
            if ended or (header is None) != (kind == "header"):
                raise invalid("BAD_UPLOAD", "An upload is a header, chunks and a trailer, in this order.")
            if kind == "header":
                header = part.header
                log.request(header.request_id)
                if header.total_bytes > self._settings.max_bytes:
                    raise too_large("TOO_MANY_BYTES", f"The document has {header.total_bytes:,} bytes; {self._settings.max_bytes:,} are allowed.")
            elif kind == "chunk":
                if len(part.chunk) > MOST_IN_A_CHUNK or len(content) + len(part.chunk) > header.total_bytes:
                    raise invalid("BAD_UPLOAD", "A chunk has more than 256 KiB, or the chunks have more than was announced.")
                content += part.chunk
                digest.update(part.chunk)
            else:
                ended = True
                if len(content) != header.total_bytes or part.trailer.sha256 != digest.digest():
                    raise invalid("BAD_UPLOAD", "What arrived is not what was sent: its length or its SHA-256 differs. Send it again.")
        if not ended:
            raise invalid("BAD_UPLOAD", "The upload ended without its trailer.")
        return header, bytes(content)
