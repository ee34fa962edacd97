"""grpc.health.v1: serving until the server drains."""
from __future__ import annotations

import asyncio
from typing import Any, AsyncIterator

import grpc

from ..messages import Contracts

SERVICE = "grpc.health.v1.Health"


class HealthService:
    """Check and Watch for the services named here, and for the server as a whole."""

    def __init__(self, contracts: Contracts, services: list[str]) -> None:
        self._pb = contracts.health
        self._services = {"", *services}
        self._draining = asyncio.Event()

    def handler(self) -> grpc.GenericRpcHandler:
        request, write = self._pb.HealthCheckRequest.FromString, self._pb.HealthCheckResponse.SerializeToString
        return grpc.method_handlers_generic_handler(SERVICE, {
            "Check": grpc.unary_unary_rpc_method_handler(self.check, request, write),
            "Watch": grpc.unary_stream_rpc_method_handler(self.watch, request, write),
        })

    def drain(self) -> None:
        """Says that no more calls should come."""
        self._draining.set()

    async def check(self, request: Any, context: Any) -> Any:
        if request.service not in self._services:
            await context.abort(grpc.StatusCode.NOT_FOUND, "unknown service")
        return self._now()

    async def watch(self, request: Any, context: Any) -> AsyncIterator[Any]:
        if request.service not in self._services:
            yield self._pb.HealthCheckResponse(status=3)
            await self._draining.wait()
            return
        yield self._now()
        if not self._draining.is_set():
            # A watch ends with its client or its server only.
            await self._draining.wait()
            yield self._now()

    def _now(self) -> Any:
        return self._pb.HealthCheckResponse(status=2 if self._draining.is_set() else 1)
