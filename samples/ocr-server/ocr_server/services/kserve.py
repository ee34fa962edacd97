"""What PaddleX high-stability serving answers, built to its published protocol: KServe v2 with JSON inside.

Like the original it says failures inside an OK and drops the pages of a PDF after the tenth in silence. Unlike it, it takes
no address for a file, draws no pictures of results, and names its engine in the response's parameters.
"""
from __future__ import annotations

import base64
import binascii
import json
import struct
from contextlib import aclosing
from typing import Any

import grpc

from ..call_log import CallLog
from ..messages import Contracts
from ..orders import Order, PageOutcome
from ..reader import Reader
from ..refusal import Refusal, invalid, unreadable
from ..settings import Settings
from .. import media
from . import Calls
from .paddlex_json import data_info, pruned_result, wish_of

SERVICE = "inference.GRPCInferenceService"
# PaddleX rasterises PDFs at twice their 72 points per inch.
PDF_DPI = 144


class InferenceService:
    """The service."""

    def __init__(self, reader: Reader, contracts: Contracts, settings: Settings) -> None:
        self._reader = reader
        self._pb = contracts.inference
        self._settings = settings

    def handler(self, calls: Calls) -> grpc.GenericRpcHandler:
        pb = self._pb
        return grpc.method_handlers_generic_handler(SERVICE, {
            "ServerLive": calls.unary("ServerLive", pb.ServerLiveRequest, pb.ServerLiveResponse, self.server_live, quiet=True),
            "ServerReady": calls.unary("ServerReady", pb.ServerReadyRequest, pb.ServerReadyResponse, self.server_ready, quiet=True),
            "ModelReady": calls.unary("ModelReady", pb.ModelReadyRequest, pb.ModelReadyResponse, self.model_ready, quiet=True),
            "ModelInfer": calls.unary("ModelInfer", pb.ModelInferRequest, pb.ModelInferResponse, self.model_infer),
        })

    async def server_live(self, request: Any, log: CallLog, context: Any) -> Any:
        return self._pb.ServerLiveResponse(live=True)

    async def server_ready(self, request: Any, log: CallLog, context: Any) -> Any:
        return self._pb.ServerReadyResponse(ready=True)

    async def model_ready(self, request: Any, log: CallLog, context: Any) -> Any:
        return self._pb.ModelReadyResponse(ready=request.name == self._settings.paddlex_model)

    async def model_infer(self, request: Any, log: CallLog, context: Any) -> Any:
        name = request.model_name
        if name != self._settings.paddlex_model:
            raise Refusal(grpc.StatusCode.NOT_FOUND, "UNKNOWN_MODEL", f"Request for unknown model: '{name[:100]}' is not found")
        log.request(request.id)
        asked = _decode(request)
        try:
            async with self._reader.admit():
                answer = await self._infer(asked, log)
        except Refusal as problem:
            if problem.pushback_ms is not None:
                raise
            log.event("refused", reason=problem.reason)
            code = 500 if problem.retryable else 422
            answer = {"errorCode": code, "errorMsg": problem.message}
        element = json.dumps({"logId": log.id, **answer}, separators=(",", ":")).encode()
        response = self._pb.ModelInferResponse(model_name=name, model_version="1", id=request.id)
        response.outputs.add(name="output", datatype="BYTES", shape=[1, 1])
        response.raw_output_contents.append(struct.pack("<I", len(element)) + element)
        model = self._reader.engine.model
        response.parameters["engine"].string_param = model.engine
        response.parameters["engine_version"].string_param = model.version
        return response

    async def _infer(self, asked: dict[str, Any], log: CallLog) -> dict[str, Any]:
        file, kind = asked.get("file"), asked.get("fileType")
        if not isinstance(file, str) or kind not in (0, 1):
            raise invalid("BAD_REQUEST", "File type cannot be determined: send file as Base64, and fileType 0 (PDF) or 1 (image).")
        if not isinstance(asked.get("textRecScoreThresh") or 0, (int, float)):
            raise invalid("BAD_REQUEST", "textRecScoreThresh is no number.")
        try:
            content = base64.b64decode(file, validate=True)
        except (binascii.Error, ValueError) as error:
            raise invalid("BAD_REQUEST", "file is no Base64. Addresses are not fetched here.") from error
        if content and (media.sniff(content) == media.PDF) != (kind == 0):
            raise unreadable("Input file is invalid")
        order = Order(content, wish=wish_of(asked), dpi=PDF_DPI, cut_after=self._settings.paddlex_max_pages)
        outcomes: list[PageOutcome] = []
        async with self._reader.open(order, log) as document, aclosing(document.pages()) as pages:
            async for outcome in pages:
                if outcome.problem:
                    raise outcome.problem
                outcomes.append(outcome)
        return {"errorCode": 0, "errorMsg": "Success", "result": {
            "ocrResults": [{"prunedResult": pruned_result(outcome, asked)} for outcome in outcomes],
            "dataInfo": data_info(outcomes, is_pdf=kind == 0)}}


def _decode(request: Any) -> dict[str, Any]:
    """The JSON in the one element of the one tensor. Raises a Refusal as Triton does."""
    if len(request.inputs) != 1 or request.inputs[0].name != "input" or request.inputs[0].datatype != "BYTES" or list(request.inputs[0].shape) != [1, 1]:
        raise invalid("BAD_TENSOR", "expected one input 'input' of BYTES with shape [1,1]")
    raw, typed = list(request.raw_input_contents), list(request.inputs[0].contents.bytes_contents)
    if len(raw) + len(typed) != 1:
        raise invalid("BAD_TENSOR", "expected one element, either raw or in contents")
    element = typed[0] if typed else raw[0][4:]
    if raw and (len(raw[0]) < 4 or struct.unpack_from("<I", raw[0])[0] != len(element)):
        raise invalid("BAD_TENSOR", "the element's length differs from what it says")
    try:
        asked = json.loads(element)
    except ValueError as error:
        raise invalid("BAD_TENSOR", "the element is no JSON") from error
    return asked if isinstance(asked, dict) else {}
