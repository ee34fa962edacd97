"""Starts the server; SIGTERM lets calls end first."""
from __future__ import annotations

import asyncio
import logging
import os
import signal
import sys

import grpc
import grpc.aio

from .children import Children
from .engines import Engine, EngineMissing
from .engines.choice import choose
from .messages import Contracts
from .reader import Reader
from .services import Calls
from .services.health import HealthService
from .services.kserve import SERVICE as KSERVE, InferenceService
from .services.v1 import SERVICE as OCR, OcrService
from .settings import Settings, read

logger = logging.getLogger("ocr")


def options(settings: Settings) -> list[tuple[str, int]]:
    # The PaddleX protocol has its files in Base64.
    most = settings.max_bytes * 4 // 3 + 1024 * 1024
    return [
        ("grpc.max_receive_message_length", most), ("grpc.max_send_message_length", most), ("grpc.so_reuseport", 0),
        # Messages as they are, only: a compressed one is unpacked whole, a thousand times as long, before its length is looked at.
        ("grpc.compression_enabled_algorithms_bitset", 1)]


def listen(server: grpc.aio.Server, settings: Settings) -> int:
    if settings.tls_cert is None or settings.tls_key is None:
        return server.add_insecure_port(settings.listen)
    roots = settings.tls_client_roots.read_bytes() if settings.tls_client_roots else None
    credentials = grpc.ssl_server_credentials(
        [(settings.tls_key.read_bytes(), settings.tls_cert.read_bytes())], root_certificates=roots, require_client_auth=roots is not None)
    return server.add_secure_port(settings.listen, credentials)


async def follow(owner: int, stop: asyncio.Event) -> None:
    """Ends the server with the process that wanted it."""
    while os.path.exists(f"/proc/{owner}"):
        await asyncio.sleep(1)
    stop.set()


async def serve(settings: Settings, engine: Engine, children: Children) -> None:
    contracts = Contracts(settings.protos)
    reader = Reader(engine, children, settings)
    health = HealthService(contracts, [OCR, KSERVE])
    calls = Calls(contracts)
    server = grpc.aio.server(options=options(settings))
    server.add_generic_rpc_handlers((
        OcrService(reader, contracts, settings).handler(calls),
        InferenceService(reader, contracts, settings).handler(calls),
        health.handler(),
    ))
    try:
        port = listen(server, settings)
    except RuntimeError:
        port = 0
    if port == 0:
        raise EngineMissing(f"Nothing can listen on {settings.listen}: give another address, or port 0.")
    stop = asyncio.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        asyncio.get_running_loop().add_signal_handler(number, stop.set)
    await server.start()
    logger.info("listening port=%d engine=%s version=%s", port, engine.model.engine, engine.model.version)
    if settings.port_file:
        part = settings.port_file.with_suffix(".part")
        part.write_text(f"{port}\n")
        part.replace(settings.port_file)
    owner = asyncio.create_task(follow(settings.owner, stop)) if settings.owner else None
    await stop.wait()
    logger.info("draining")
    if owner:
        owner.cancel()
    health.drain()
    # What watches health needs a moment to hear of it.
    await asyncio.sleep(0.1)
    await server.stop(settings.grace)


async def run(settings: Settings) -> None:
    children = Children(settings.child_memory_mb, settings.page_timeout, settings.child_user)
    engine = await choose(settings, children)
    try:
        await serve(settings, engine, children)
    finally:
        await engine.close()


def main() -> int:
    settings = read(sys.argv[1:])
    logging.basicConfig(level=logging.INFO, format="%(asctime)s %(levelname)s %(message)s")
    try:
        asyncio.run(run(settings))
    except EngineMissing as error:
        print(f"ocr_server: {error}", file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
