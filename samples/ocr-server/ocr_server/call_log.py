"""Log lines of one call, under the id that the caller gets as well. No text and no name of a document is ever in them."""
from __future__ import annotations

import logging
import re
import traceback
import uuid

_UUID = re.compile(r"[0-9a-fA-F-]{32,36}")
_TRACE = re.compile(r"[0-9a-f]{2}-([0-9a-f]{32})-[0-9a-f]{16}-[0-9a-f]{2}")


class CallLog:
    """What happens in one call."""

    def __init__(self, method: str, traceparent: str = "", quiet: bool = False) -> None:
        self.id = str(uuid.uuid4())
        self._logger = logging.getLogger("ocr")
        trace = _TRACE.fullmatch(traceparent)
        self._quiet = quiet
        self.event("call", method=method, **({"trace": trace[1]} if trace else {}))

    def request(self, request_id: str) -> None:
        """Notes the caller's own id, if it is one: it could be anything."""
        if _UUID.fullmatch(request_id):
            self.event("request", request=request_id)

    def event(self, what: str, **values: object) -> None:
        if not self._quiet:
            self._logger.info("id=%s %s%s", self.id, what, "".join(f" {name}={value}" for name, value in values.items()))

    def error(self, error: BaseException) -> None:
        """A mistake of the server's: where it happened, but not its message, which may quote the document."""
        self._logger.error("id=%s error type=%s\n%s", self.id, type(error).__name__, "".join(traceback.format_tb(error.__traceback__)).rstrip())
