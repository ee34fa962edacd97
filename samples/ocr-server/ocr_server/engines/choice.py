"""Which engine runs."""
from __future__ import annotations

import importlib.util
import logging

from ..children import Children
from ..settings import Settings
from . import Engine
from .paddle import Paddle
from .tesseract import Tesseract


async def choose(settings: Settings, children: Children) -> Engine:
    """The engine that was named; by default PaddleOCR where it is installed, else Tesseract. Raises EngineMissing."""
    name = settings.engine
    if name == "auto":
        name = "paddleocr" if importlib.util.find_spec("paddleocr") else "tesseract"
        logging.getLogger("ocr").info("engine=%s", name)
    engine: Engine = Paddle(settings) if name == "paddleocr" else Tesseract(children, settings.language_list)
    await engine.start()
    return engine
