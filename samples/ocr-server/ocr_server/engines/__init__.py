"""Engines that read a picture of a page."""
from __future__ import annotations

from dataclasses import dataclass, field
from typing import Protocol


@dataclass(frozen=True)
class Box:
    """In pixels of the picture."""

    x: int
    y: int
    width: int
    height: int


@dataclass(frozen=True)
class Word:
    text: str
    box: Box
    confidence: float | None = None
    approximate: bool = False


@dataclass(frozen=True)
class Line:
    """Text, its confidence from 0 to 1, and where it stands: x0, y0, x1, y1 ..."""

    text: str
    confidence: float
    polygon: list[int]
    words: list[Word] = field(default_factory=list)
    upside_down: bool = False


@dataclass(frozen=True)
class Reading:
    """What an engine read on one page. Coordinates are those of the page after it was turned and flattened."""

    width: int
    height: int
    lines: list[Line]
    rotation: int = 0
    unwarped: bool = False


@dataclass(frozen=True)
class Model:
    """What reads: every result names it."""

    engine: str
    version: str
    detector: str
    recognizer: str
    languages: list[str]
    handwriting: bool
    device: str


@dataclass(frozen=True)
class Wish:
    """What a caller wants of an engine."""

    languages: tuple[str, ...] = ()
    words: bool = False
    orientation: bool = False
    unwarp: bool = False
    textline_orientation: bool = False
    detector: tuple[tuple[str, float | str], ...] = ()


class Engine(Protocol):
    """Reads pictures. Its `read` may be called again before it has returned; it keeps pages apart."""

    @property
    def model(self) -> Model: ...

    async def start(self) -> None:
        """Makes ready; raises EngineMissing where it cannot."""
        ...

    def check(self, wish: Wish) -> list[str]:
        """Raises a Refusal for what it cannot do; returns the wanted languages that it will not read."""
        ...

    async def read(self, image: bytes, frame: int, wish: Wish) -> Reading:
        """Reads a frame (from 0) of a picture. Raises a Refusal."""
        ...

    async def close(self) -> None: ...


class EngineMissing(Exception):
    """The engine is not installed, or not complete. The message says what to do."""


def primary(language: str) -> str:
    """The primary subtag: `de` of `de-AT`."""
    return language.split("-")[0].lower()
