"""Log lines of one call, under the id that the caller gets as well. No text and no name of a document is ever in them."""
from __future__ import annotations

import logging
import re
import uuid

_UUID = re.compile(r"[0-9a-fA-F-]{32,36}")
_TRACE = re.compile(r"[0-9a-f]{2}-([0-9a-f]{32})-[0-9a-f]{16}-[0-9a-f]{2}")


class CallLog:
    """What happens in one call."""

    def __init__(self, method: str, traceparent: str = "") -> None:
        self.id = str(uuid.uuid4())
        self._logger = logging.getLogger("ocr")
        trace = _TRACE.fullmatch(traceparent)
        self.event("call", method=method, **({"trace": trace[1]} if trace else {}))

    def request(self, request_id: str) -> None:
        """Notes the caller's own id, if it is one: it could be anything."""
        if _UUID.fullmatch(request_id):
            self.event("request", request=request_id)

    def event(self, what: str, **values: object) -> None:
        self._logger.info("id=%s %s%s", self.id, what, "".join(f" {name}={value}" for name, value in values.items()))

    def error(self, error: BaseException) -> None:
        """A mistake of the server's. The place where it happened, but not its message: that may quote the document."""
        self._logger.error("id=%s error type=%s", self.id, type(error).__name__, exc_info=(type(error), type(error)(), error.__traceback__)
                           if isinstance(error, (ValueError, KeyError, TypeError, AttributeError, AssertionError)) else None)
