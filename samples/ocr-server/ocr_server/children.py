"""Child processes that look at strangers' files: bounded in time and memory, without rights, and gone with the server."""
from __future__ import annotations

import asyncio
import os
import pwd
import signal
from contextlib import suppress
from dataclasses import dataclass
from typing import Sequence


# What is kept of what a child says: a small file can make it say gigabytes. A page's picture and its text have less.
MOST_OUTPUT = 256 * 1024 * 1024
MOST_ERRORS = 64 * 1024


class ChildTimeout(Exception):
    """The child took longer than it may, and was killed."""


@dataclass(frozen=True)
class Result:
    """How a child ended."""

    code: int
    output: bytes
    errors: str

    @property
    def was_killed(self) -> bool:
        """Whether a signal ended it: a limit that it ran into, or a crash."""
        return self.code < 0 or self.code > 128


class Children:
    """Starts programs within limits."""

    def __init__(self, memory_mb: int, timeout: float, user: str) -> None:
        self._timeout = timeout
        # prlimit and setpriv, because code between fork and exec is not safe beside gRPC's threads.
        self._within = [
            "prlimit", f"--as={memory_mb * 1024 * 1024}", f"--cpu={max(1, int(timeout))}", "--core=0",
            "setpriv", "--no-new-privs", "--pdeathsig", "KILL"]
        if os.geteuid() == 0:
            account = pwd.getpwnam(user)
            self._within += [f"--reuid={account.pw_uid}", f"--regid={account.pw_gid}", "--clear-groups"]
        self._environment = {"PATH": os.environ.get("PATH", "/usr/bin:/bin"), "LANG": "C.UTF-8", "HOME": "/nonexistent", "OMP_THREAD_LIMIT": "1"}
        if "TESSDATA_PREFIX" in os.environ:
            self._environment["TESSDATA_PREFIX"] = os.environ["TESSDATA_PREFIX"]

    async def run(self, command: Sequence[str], data: bytes | None = None, file: int | None = None) -> Result:
        """Runs a program to its end. Whoever is cancelled while waiting has killed it.

        data goes to its standard input; file is a descriptor that it may open as /dev/fd/N.
        """
        child = await asyncio.create_subprocess_exec(
            *self._within, *command, cwd="/", env=self._environment, start_new_session=True,
            pass_fds=() if file is None else (file,),
            stdin=asyncio.subprocess.DEVNULL if data is None else asyncio.subprocess.PIPE,
            stdout=asyncio.subprocess.PIPE, stderr=asyncio.subprocess.PIPE)
        try:
            output, errors = await asyncio.wait_for(_communicate(child, data), self._timeout)
        except asyncio.TimeoutError:
            raise ChildTimeout(f"{command[0]} took longer than {self._timeout:g} s") from None
        finally:
            if child.returncode is None:
                with suppress(ProcessLookupError):
                    os.killpg(child.pid, signal.SIGKILL)
                await child.wait()
        return Result(child.returncode or 0, output, errors.decode("utf-8", "replace"))


async def _communicate(child: asyncio.subprocess.Process, data: bytes | None) -> tuple[bytes, bytes]:
    assert child.stdout and child.stderr
    output, errors, _ = await asyncio.gather(
        _head(child.stdout, MOST_OUTPUT), _head(child.stderr, MOST_ERRORS), _feed(child.stdin, data or b""))
    await child.wait()
    return output, errors


async def _head(stream: asyncio.StreamReader, most: int) -> bytes:
    """Reads to the end, and keeps the beginning: whoever is not read from waits for it for ever."""
    kept = bytearray()
    while part := await stream.read(64 * 1024):
        kept += part[:most - len(kept)]
    return bytes(kept)


async def _feed(stream: asyncio.StreamWriter | None, data: bytes) -> None:
    if stream is None:
        return
    # A child that has seen enough closes its input.
    with suppress(BrokenPipeError, ConnectionResetError):
        stream.write(data)
        await stream.drain()
    stream.close()
