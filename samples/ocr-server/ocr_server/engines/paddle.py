"""PaddleOCR 3, in a pool of processes with one predictor each."""
from __future__ import annotations

import importlib.util
from typing import Any

import grpc

from ..refusal import Refusal, unreadable, unsupported
from ..settings import Settings
from . import Box, EngineMissing, Line, Model, Reading, Wish, Word, primary
from .worker_pool import WorkerPool

REMEDY = "Install it (pip install paddlepaddle 'paddleocr>=3') into the Python that TENANCY_OCR_PYTHON names, or use --engine tesseract."

# Where PaddleOCR's name for a language differs from BCP 47.
LANGUAGES = {"zh": "ch", "zh-hant": "chinese_cht", "zh-tw": "chinese_cht", "ja": "japan", "ko": "korean"}


class Paddle:
    """PaddleOCR fixes its language when a predictor is made: a server reads the first language it was started with."""

    def __init__(self, settings: Settings) -> None:
        self._settings = settings
        first = settings.language_list[0].lower()
        self._language = LANGUAGES.get(first, LANGUAGES.get(primary(first), primary(first)))
        self._pool = WorkerPool("ocr_server.engines.paddle_worker", self._predictor(), settings)

    def _predictor(self) -> dict[str, Any]:
        settings = self._settings
        keywords: dict[str, Any] = {
            "ocr_version": settings.paddle_version, "device": settings.paddle_device,
            "use_doc_orientation_classify": settings.paddle_preprocess, "use_doc_unwarping": settings.paddle_preprocess,
            "use_textline_orientation": settings.paddle_preprocess}
        if settings.paddle_detector:
            keywords["text_detection_model_name"] = settings.paddle_detector
        if settings.paddle_recognizer:
            keywords["text_recognition_model_name"] = settings.paddle_recognizer
        else:
            keywords["lang"] = self._language
        return keywords

    @property
    def model(self) -> Model:
        settings = self._settings
        return Model(
            "paddleocr", self._pool.version, settings.paddle_detector or f"{settings.paddle_version} det",
            settings.paddle_recognizer or f"{settings.paddle_version} rec ({self._language})",
            settings.language_list, handwriting=False, device=settings.paddle_device)

    async def start(self) -> None:
        if importlib.util.find_spec("paddleocr") is None:
            raise EngineMissing(f"PaddleOCR is not installed. {REMEDY}")
        problem = await self._pool.start()
        if problem:
            raise EngineMissing(f"PaddleOCR does not start: {problem}. {REMEDY}")

    def check(self, wish: Wish) -> list[str]:
        if (wish.orientation or wish.unwarp or wish.textline_orientation) and not self._settings.paddle_preprocess:
            raise unsupported("OPTION_UNSUPPORTED", "The models that turn and flatten are not loaded here: --paddle-preprocess.")
        mine = {primary(language) for language in self._settings.language_list}
        missing = [language for language in wish.languages if primary(language) not in mine]
        if missing and len(missing) == len(wish.languages):
            raise unsupported("LANGUAGE_UNSUPPORTED", f"This server reads {', '.join(self._settings.language_list)}.")
        return missing

    async def read(self, image: bytes, frame: int, wish: Wish) -> Reading:
        if frame > 0:
            raise unsupported("OPTION_UNSUPPORTED", "Of a TIFF, the first frame is read here only. Send its pages one by one, or as PDF.")
        keywords: dict[str, Any] = {
            "use_doc_orientation_classify": wish.orientation, "use_doc_unwarping": wish.unwarp,
            "use_textline_orientation": wish.textline_orientation, "return_word_box": wish.words}
        keywords.update({f"text_det_{name}": value for name, value in wish.detector})
        try:
            answer = await self._pool.run(image, keywords)
        except Refusal as problem:
            if not wish.words or problem.code != grpc.StatusCode.INTERNAL:
                raise
            # Asked for word boxes, versions before 2026 fail on a page without text.
            answer = await self._pool.run(image, {**keywords, "return_word_box": False})
        if answer.get("unreadable"):
            raise unreadable("The picture is damaged or cut off.")
        return _reading(answer, wish)

    async def close(self) -> None:
        await self._pool.close()


def _reading(answer: dict[str, Any], wish: Wish) -> Reading:
    result, width, height = answer["result"], answer["width"], answer["height"]
    rotation = max(0, result.get("doc_preprocessor_res", {}).get("angle", 0))
    if rotation in (90, 270):
        width, height = height, width
    texts, angles = result.get("rec_texts", []), result.get("textline_orientation_angles", [])
    # The angles belong to what was detected: only where all of it was read are they the lines'.
    if len(angles) != len(texts):
        angles = [-1] * len(texts)
    lines = [
        Line(text, score, [round(number) for point in polygon for number in point], _words(result, index), upside_down=angles[index] == 1)
        for index, (text, score, polygon) in enumerate(zip(texts, result.get("rec_scores", []), result.get("rec_polys", [])))]
    return Reading(width, height, lines, rotation, wish.unwarp)


def _words(result: dict[str, Any], index: int) -> list[Word]:
    if "text_word" not in result or "text_word_boxes" not in result:
        return []
    return [
        Word(text, Box(round(x0), round(y0), round(x1 - x0), round(y1 - y0)), approximate=True)
        for text, (x0, y0, x1, y1) in zip(result["text_word"][index], result["text_word_boxes"][index])]
