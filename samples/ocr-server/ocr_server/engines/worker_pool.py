"""Processes that each work on one picture at a time, and are replaced before they have grown too large."""
from __future__ import annotations

import asyncio
import json
import logging
import os
import signal
import sys
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from ..refusal import Refusal, failed, unavailable
from ..settings import Settings

logger = logging.getLogger("ocr")
START_TIMEOUT = 300.0


@dataclass
class Worker:
    """A process, and what it has done so far."""

    process: asyncio.subprocess.Process
    done: int = 0
    resident_mb: int = 0


class WorkerPool:
    """As many workers as pages may be read at once. Free ones stand in a queue, so none is ever asked by two at a time."""

    def __init__(self, module: str, argument: dict[str, Any], settings: Settings) -> None:
        self._command = [sys.executable, "-m", module, json.dumps(argument)]
        self._settings = settings
        self._free: asyncio.Queue[Worker | None] = asyncio.Queue()
        self._workers: list[Worker] = []
        self._running: set[asyncio.Task[dict[str, Any]]] = set()
        self.version = ""

    async def start(self) -> str:
        """Starts the first worker, the others with their first page. Returns what went wrong."""
        try:
            await self._free.put(await self._begin())
        except Refusal as problem:
            return problem.message
        for _ in range(self._settings.workers - 1):
            await self._free.put(None)
        return ""

    async def run(self, image: bytes, keywords: dict[str, Any]) -> dict[str, Any]:
        """Has one picture read by a worker. Raises a Refusal."""
        # A predictor cannot be told to stop: where its caller goes away, it ends its page first, unless that takes too long.
        task = asyncio.create_task(self._run(image, keywords))
        self._running.add(task)
        task.add_done_callback(self._ended)
        return await asyncio.shield(task)

    async def close(self) -> None:
        for worker in list(self._workers):
            await self._end(worker)

    async def _run(self, image: bytes, keywords: dict[str, Any]) -> dict[str, Any]:
        worker = await self._free.get()
        try:
            if worker is None:
                worker = await self._begin()
            answer = await asyncio.wait_for(self._ask(worker, image, keywords), self._settings.page_timeout)
        except (asyncio.TimeoutError, ConnectionError, ValueError) as error:
            logger.warning("worker pid=%d lost type=%s", worker.process.pid if worker else 0, type(error).__name__)
            if worker:
                await self._end(worker)
            worker = None
            if isinstance(error, asyncio.TimeoutError):
                raise failed("The page was not read in the time that it may take.") from error
            raise unavailable("The predictor ended while it read the page. Try again.") from error
        finally:
            self._free.put_nowait(await self._after(worker))
        if "failed" in answer:
            raise failed("PaddleOCR failed on this page.")
        return answer

    async def _after(self, worker: Worker | None) -> Worker | None:
        settings = self._settings
        if worker and (worker.done >= settings.paddle_recycle_pages or worker.resident_mb >= settings.paddle_recycle_mb):
            logger.info("worker pid=%d recycled pages=%d mb=%d", worker.process.pid, worker.done, worker.resident_mb)
            await self._end(worker)
            return None
        return worker

    async def _ask(self, worker: Worker, image: bytes, keywords: dict[str, Any]) -> dict[str, Any]:
        streams = worker.process
        assert streams.stdin and streams.stdout
        streams.stdin.write(json.dumps({"size": len(image), "keywords": keywords}).encode() + b"\n" + image)
        await streams.stdin.drain()
        line = await streams.stdout.readline()
        if not line:
            raise ConnectionError("the worker ended")
        answer: dict[str, Any] = json.loads(line)
        worker.done += 1
        worker.resident_mb = answer.get("resident_mb", 0)
        return answer

    async def _begin(self) -> Worker:
        environment = {**os.environ, "PYTHONPATH": os.pathsep.join(filter(None, [str(Path(__file__).parents[2]), os.environ.get("PYTHONPATH", "")]))}
        process = await asyncio.create_subprocess_exec(
            "setpriv", "--pdeathsig", "KILL", *self._command, env=environment, start_new_session=True, limit=64 * 1024 * 1024,
            stdin=asyncio.subprocess.PIPE, stdout=asyncio.subprocess.PIPE)
        worker = Worker(process)
        self._workers.append(worker)
        assert process.stdout
        try:
            answer = json.loads(await asyncio.wait_for(process.stdout.readline(), START_TIMEOUT))
        except (asyncio.TimeoutError, ValueError) as error:
            answer = {"failed": type(error).__name__}
        if "ready" not in answer:
            await self._end(worker)
            raise unavailable(str(answer["failed"]))
        self.version = answer["version"]
        logger.info("worker pid=%d ready", process.pid)
        return worker

    async def _end(self, worker: Worker) -> None:
        self._workers.remove(worker)
        if worker.process.returncode is None:
            with suppress(ProcessLookupError):
                os.killpg(worker.process.pid, signal.SIGKILL)
            await worker.process.wait()

    def _ended(self, task: asyncio.Task[dict[str, Any]]) -> None:
        self._running.discard(task)
        # Its caller may have gone: then nobody else looks at how it failed.
        if not task.cancelled():
            task.exception()
