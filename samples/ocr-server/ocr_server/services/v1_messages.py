"""Between the messages of tenancy.ocr.v1 and what the server has."""
from __future__ import annotations

from typing import Any

from ..engines import Box, Line, Model, Wish
from ..messages import Messages
from ..orders import Order, PageOutcome, Timing
from ..reader import Document
from ..refusal import invalid, unsupported


class V1Messages:
    """Reads requests and writes answers."""

    def __init__(self, pb: Messages) -> None:
        self._pb = pb

    def order(self, request: Any, content: bytes, most_selected: int = 0) -> Order:
        """What a request or an upload's header asks for. Raises a Refusal for what this server cannot do."""
        options, pages = request.options, request.pages
        if options.profile:
            raise unsupported("PROFILE_UNSUPPORTED", "This server has no profiles. Leave it out.")
        if options.script == self._pb.ScriptKind["SCRIPT_KIND_HANDWRITTEN"]:
            raise unsupported("HANDWRITING_UNSUPPORTED", "This server's model was not trained for handwriting. Ask another pool.")
        if options.prefer_text_layer:
            raise unsupported("OPTION_UNSUPPORTED", "This server reads the picture of a page, never its text layer. Leave prefer_text_layer out.")
        if options.HasField("dpi") and not 36 <= options.dpi <= 1200:
            raise invalid("BAD_OPTION", "dpi is not from 36 to 1200.")
        if options.HasField("min_confidence") and not 0 <= options.min_confidence <= 1:
            raise invalid("BAD_OPTION", "min_confidence is not from 0 to 1.")
        on = self._pb.Toggle["TOGGLE_ON"]
        wish = Wish(
            languages=tuple(options.languages),
            words=options.geometry == self._pb.Geometry["GEOMETRY_WORDS"],
            orientation=options.orientation == on,
            unwarp=options.unwarp == on,
            textline_orientation=options.textline_orientation == on,
            detector=self._detector(options.detector))
        return Order(
            content, request.media_type, wish, first=pages.first, last=pages.last, explicit=tuple(pages.explicit),
            dpi=options.dpi, most_pages=options.max_pages, most_selected=most_selected)

    def _detector(self, detector: Any) -> tuple[tuple[str, float | str], ...]:
        values: list[tuple[str, float | str]] = [
            (name, getattr(detector, name)) for name in ("limit_side_len", "thresh", "box_thresh", "unclip_ratio") if detector.HasField(name)]
        if detector.limit_type:
            values.append(("limit_type", "min" if detector.limit_type == self._pb.LimitType["LIMIT_TYPE_MIN"] else "max"))
        return tuple(values)

    def started(self, document: Document, request_id: str, log_id: str, model: Model) -> Any:
        return self._pb.DocumentInfo(
            media_type=document.media_type, pages_total=len(document.selected), document_pages=document.document_pages,
            server_request_id=log_id, model=self.model(model), request_id=request_id)

    def page(self, outcome: PageOutcome, options: Any) -> Any:
        reading = outcome.reading
        assert reading is not None
        lowest = options.min_confidence if options.HasField("min_confidence") else 0
        lines = [line for line in reading.lines if line.confidence >= lowest]
        spaces = self._pb.CoordinateSpace
        space = "UNWARPED" if reading.unwarped else "UPRIGHT" if reading.rotation else "SOURCE"
        page = self._pb.Page(
            number=outcome.number, width=reading.width, height=reading.height, space=spaces[f"COORDINATE_SPACE_{space}"],
            rotation_degrees=reading.rotation, dpi=outcome.dpi, text="\n".join(line.text for line in lines),
            mean_confidence=sum(line.confidence for line in lines) / len(lines) if lines else 0)
        placed = options.geometry != self._pb.Geometry["GEOMETRY_NONE"]
        page.lines.extend(self._line(line, placed) for line in lines)
        return page

    def _line(self, line: Line, placed: bool) -> Any:
        message = self._pb.Line(text=line.text, confidence=line.confidence, upside_down=line.upside_down)
        if placed:
            xs, ys = line.polygon[0::2], line.polygon[1::2]
            message.polygon.xy.extend(line.polygon)
            message.box.CopyFrom(self._box(Box(min(xs), min(ys), max(xs) - min(xs), max(ys) - min(ys))))
            for word in line.words:
                message.words.add(text=word.text, box=self._box(word.box), confidence=word.confidence, approximate=word.approximate)
        return message

    def _box(self, box: Box) -> Any:
        return self._pb.Box(x=box.x, y=box.y, width=box.width, height=box.height)

    def page_failed(self, outcome: PageOutcome) -> Any:
        problem = outcome.problem
        assert problem is not None
        return self._pb.PageFailure(page=outcome.number, code=problem.code.value[0], message=problem.message, retryable=problem.retryable)

    def page_warnings(self, outcome: PageOutcome) -> list[Any]:
        if not outcome.downscaled:
            return []
        return [self._warning("DOWNSCALED", outcome.number, f"Rasterised at {outcome.dpi} dpi, because it is so large.")]

    def document_warnings(self, document: Document) -> list[Any]:
        if not document.missing_languages:
            return []
        return [self._warning("LANGUAGE_FALLBACK", 0, f"Not read here: {', '.join(document.missing_languages)}.")]

    def _warning(self, code: str, page: int, message: str) -> Any:
        return self._pb.Warning(code=self._pb.WarningCode[f"WARNING_CODE_{code}"], page=page, message=message)

    def timing(self, timing: Timing) -> Any:
        return self._pb.Timing(
            queued_ms=round(timing.queued * 1000), rasterize_ms=round(timing.rasterized * 1000),
            recognize_ms=round(timing.recognized * 1000), total_ms=round(timing.total * 1000))

    def model(self, model: Model) -> Any:
        return self._pb.ModelInfo(
            engine=model.engine, engine_version=model.version, detector=model.detector, recognizer=model.recognizer,
            languages=model.languages, handwriting=model.handwriting, device=model.device)
