"""The gRPC services, on grpcio's asyncio server with generic handlers."""
from __future__ import annotations

import asyncio
from typing import Any, AsyncIterator, Awaitable, Callable

import grpc

from ..call_log import CallLog
from ..messages import Contracts
from ..refusal import Refusal

Trailers = tuple[tuple[str, str | bytes], ...]


class Calls:
    """Runs the methods of a service: log lines, errors with details, and cancellation."""

    def __init__(self, contracts: Contracts) -> None:
        self._rpc = contracts.rpc

    # What is asked every few seconds is quiet: it leaves no lines in the log.
    def unary(self, name: str, request: Any, response: Any, method: Callable[[Any, CallLog, Any], Awaitable[Any]],
              quiet: bool = False) -> grpc.RpcMethodHandler:
        async def run(message: Any, context: Any) -> Any:
            log = _log(name, context, quiet)
            try:
                answer = await method(message, log, context)
                log.event("done")
                return answer
            except BaseException as error:
                await self._end(error, log, context)

        return grpc.unary_unary_rpc_method_handler(run, request.FromString, response.SerializeToString)

    def stream(self, name: str, request: Any, response: Any, method: Callable[[Any, CallLog, Any], AsyncIterator[Any]],
               streams_in: bool = False) -> grpc.RpcMethodHandler:
        async def run(message: Any, context: Any) -> AsyncIterator[Any]:
            log = _log(name, context)
            events = method(message, log, context)
            try:
                async for event in events:
                    yield event
                log.event("done")
            except BaseException as error:
                await self._end(error, log, context)
            finally:
                await events.aclose()  # type: ignore[attr-defined]

        make = grpc.stream_stream_rpc_method_handler if streams_in else grpc.unary_stream_rpc_method_handler
        return make(run, request.FromString, response.SerializeToString)

    async def _end(self, error: BaseException, log: CallLog, context: Any) -> None:
        if isinstance(error, Refusal):
            log.event("refused", code=error.code.name, reason=error.reason)
            await context.abort(error.code, error.message, self._trailers(error, log))
        elif isinstance(error, (asyncio.CancelledError, GeneratorExit)):
            # The client went, or its time is over: whatever ran for it has been ended on the way here.
            log.event("cancelled")
            raise error
        elif isinstance(error, Exception):
            log.error(error)
            await context.abort(grpc.StatusCode.INTERNAL, f"The server failed; its log has more under {log.id}.", (("x-request-id", log.id),))
        raise error

    def _trailers(self, error: Refusal, log: CallLog) -> Trailers:
        status = self._rpc.Status(code=error.code.value[0], message=error.message)
        status.details.add().Pack(self._rpc.ErrorInfo(reason=error.reason, domain="ocr.tenancy"))
        trailers: Trailers = (("x-request-id", log.id), ("grpc-status-details-bin", status.SerializeToString()))
        return trailers if error.pushback_ms is None else (*trailers, ("grpc-retry-pushback-ms", str(error.pushback_ms)))


def _log(name: str, context: Any, quiet: bool = False) -> CallLog:
    metadata = dict(context.invocation_metadata() or ())
    return CallLog(name, str(metadata.get("traceparent", "")), quiet)
