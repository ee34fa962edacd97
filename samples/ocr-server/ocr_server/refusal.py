"""The one exception for what cannot be read, with what a client needs to know."""
from __future__ import annotations

import grpc


class Refusal(Exception):
    """A document or a page cannot be read. Its message is for the caller, and has nothing of the document in it."""

    def __init__(self, code: grpc.StatusCode, reason: str, message: str, pushback_ms: int | None = None) -> None:
        super().__init__(message)
        self.code = code
        self.reason = reason
        self.message = message
        self.pushback_ms = pushback_ms

    @property
    def retryable(self) -> bool:
        """Whether another server, or the same one later, may succeed."""
        return self.code in (grpc.StatusCode.UNAVAILABLE, grpc.StatusCode.INTERNAL)


def unreadable(message: str) -> Refusal:
    """It is damaged, or not what it claims to be."""
    return Refusal(grpc.StatusCode.INVALID_ARGUMENT, "UNREADABLE_FILE", message)


def invalid(reason: str, message: str) -> Refusal:
    """The request is wrong."""
    return Refusal(grpc.StatusCode.INVALID_ARGUMENT, reason, message)


def unsupported(reason: str, message: str) -> Refusal:
    """This server cannot; another may."""
    return Refusal(grpc.StatusCode.FAILED_PRECONDITION, reason, message)


def too_large(reason: str, message: str) -> Refusal:
    """It is beyond a limit that GetServerInfo tells."""
    return Refusal(grpc.StatusCode.OUT_OF_RANGE, reason, message)


def failed(message: str) -> Refusal:
    """The server's own failure, as far as it knows."""
    return Refusal(grpc.StatusCode.INTERNAL, "ENGINE_FAILED", message)


def unavailable(message: str) -> Refusal:
    """It may go well a moment later."""
    return Refusal(grpc.StatusCode.UNAVAILABLE, "ENGINE_UNAVAILABLE", message)


def stalled(message: str) -> Refusal:
    """The way between has stopped; nothing is said of the document."""
    return Refusal(grpc.StatusCode.UNAVAILABLE, "UPLOAD_STALLED", message)


def busy(message: str) -> Refusal:
    """The queue is full; comes with when to try again."""
    return Refusal(grpc.StatusCode.RESOURCE_EXHAUSTED, "QUEUE_FULL", message, pushback_ms=1000)
