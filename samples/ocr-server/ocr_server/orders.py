"""What is asked of the reader, and what it answers."""
from __future__ import annotations

import time
from dataclasses import dataclass, field

from .engines import Reading, Wish
from .refusal import Refusal


@dataclass(frozen=True)
class Order:
    """A document, and what is wanted of it. Zero means nothing in particular.

    most_pages is the caller's own limit for the document, most_selected that of one message; cut_after drops pages in silence.
    """

    content: bytes
    media_type: str = ""
    wish: Wish = Wish()
    first: int = 1
    last: int = 0
    explicit: tuple[int, ...] = ()
    dpi: int = 0
    most_pages: int = 0
    most_selected: int = 0
    cut_after: int = 0


@dataclass(frozen=True)
class PageOutcome:
    """A page that was read, or why not."""

    number: int
    dpi: int = 0
    downscaled: bool = False
    reading: Reading | None = None
    problem: Refusal | None = None


@dataclass
class Timing:
    """Where the time of a document went, in seconds."""

    began: float = field(default_factory=time.monotonic)
    queued: float = 0.0
    rasterized: float = 0.0
    recognized: float = 0.0

    @property
    def total(self) -> float:
        return time.monotonic() - self.began
