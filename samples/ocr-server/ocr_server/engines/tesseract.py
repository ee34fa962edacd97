"""Tesseract, from the distribution's packages. A stand-in for PaddleOCR: it reads print only, and every result says so."""
from __future__ import annotations

import csv
import io
import re
from itertools import groupby

from ..children import Children, ChildTimeout
from ..refusal import failed, unreadable, unsupported
from . import Box, EngineMissing, Line, Model, Reading, Wish, Word, primary

REMEDY = "Install it (Debian, Ubuntu: apt-get install tesseract-ocr tesseract-ocr-eng), or use --engine paddleocr."

# ISO 639-1, which BCP 47 prefers, to what Tesseract calls its data.
CODES = {
    "ar": "ara", "bg": "bul", "cs": "ces", "da": "dan", "de": "deu", "el": "ell", "en": "eng", "es": "spa", "et": "est",
    "fi": "fin", "fr": "fra", "he": "heb", "hi": "hin", "hr": "hrv", "hu": "hun", "it": "ita", "ja": "jpn", "ko": "kor",
    "lt": "lit", "lv": "lav", "nb": "nor", "nl": "nld", "no": "nor", "pl": "pol", "pt": "por", "ro": "ron", "ru": "rus",
    "sk": "slk", "sl": "slv", "sr": "srp", "sv": "swe", "th": "tha", "tr": "tur", "uk": "ukr", "vi": "vie", "zh": "chi_sim",
}


class Tesseract:
    """A process for each page, so that nothing of one page is left for the next."""

    def __init__(self, children: Children, languages: list[str]) -> None:
        self._children = children
        self._wanted = languages
        self._installed: set[str] = set()
        self._version = ""

    @property
    def model(self) -> Model:
        return Model("tesseract", self._version, "", "lstm", self._languages(), handwriting=False, device="cpu")

    async def start(self) -> None:
        try:
            version = await self._children.run(["tesseract", "--version"])
            listed = await self._children.run(["tesseract", "--list-langs"])
        except (OSError, ChildTimeout) as error:
            raise EngineMissing(f"Tesseract cannot be run ({error}). {REMEDY}") from error
        found = re.search(r"tesseract v?(\S+)", (version.output + version.errors.encode()).decode())
        if version.code != 0 or listed.code != 0 or not found:
            raise EngineMissing(f"Tesseract is not installed. {REMEDY}")
        self._version = found[1]
        self._installed = set(listed.output.decode().split("\n")[1:]) - {""}
        for language in self._wanted:
            if self._code(language) is None:
                raise EngineMissing(f"Tesseract has no data for '{language}'. Install it (Debian: apt-cache search tesseract-ocr-), or change --languages.")

    def check(self, wish: Wish) -> list[str]:
        if wish.unwarp or wish.textline_orientation or wish.detector:
            raise unsupported("OPTION_UNSUPPORTED", "Tesseract neither flattens pages nor turns lines, and has no detector to tune. Leave these options out.")
        if wish.orientation and "osd" not in self._installed:
            raise unsupported("OPTION_UNSUPPORTED", "Tesseract's data for orientation is not installed (Debian: tesseract-ocr-osd).")
        missing = [language for language in wish.languages if self._code(language) is None]
        if missing and len(missing) == len(wish.languages):
            raise unsupported("LANGUAGE_UNSUPPORTED", f"This server reads {', '.join(self._languages())}.")
        return missing

    async def read(self, image: bytes, frame: int, wish: Wish) -> Reading:
        codes = [code for code in map(self._code, wish.languages or self._wanted) if code]
        # 1 looks for the orientation first, 3 does not.
        command = ["tesseract", "stdin", "stdout", "-l", "+".join(dict.fromkeys(codes)), "--psm", "1" if wish.orientation else "3",
                   "-c", f"tessedit_page_number={frame}", "tsv"]
        try:
            result = await self._children.run(command, data=image)
        except ChildTimeout as error:
            raise failed(f"The page could not be read: {error}.") from error
        if result.was_killed:
            raise failed("The page could not be read within the memory and time that it may take.")
        if result.code != 0:
            raise unreadable("The picture is damaged or cut off.")
        return _parse(result.output.decode("utf-8", "replace"), wish.words)

    async def close(self) -> None:
        pass

    def _code(self, language: str) -> str | None:
        code = CODES.get(primary(language), primary(language))
        if language.lower().startswith(("zh-hant", "zh-tw", "zh-hk")):
            code = "chi_tra"
        return code if code in self._installed else None

    def _languages(self) -> list[str]:
        names = {code: tag for tag, code in CODES.items()}
        others = sorted(names[code] for code in self._installed if code in names)
        return list(dict.fromkeys([primary(language) for language in self._wanted] + others))


def _parse(tsv: str, words_wanted: bool) -> Reading:
    rows = list(csv.DictReader(io.StringIO(tsv), delimiter="\t", quoting=csv.QUOTE_NONE))
    page = next((row for row in rows if row["level"] == "1"), None)
    if page is None:
        raise unreadable("The picture is damaged or cut off.")
    found = [row for row in rows if row["level"] == "5" and row["text"].strip()]
    lines = []
    for _, members in groupby(found, key=lambda row: (row["block_num"], row["par_num"], row["line_num"])):
        words = [Word(row["text"], _box(row), max(0.0, float(row["conf"])) / 100) for row in members]
        lines.append(_line(words, words_wanted))
    return Reading(int(page["width"]), int(page["height"]), lines)


def _line(words: list[Word], words_wanted: bool) -> Line:
    left, top = min(word.box.x for word in words), min(word.box.y for word in words)
    right = max(word.box.x + word.box.width for word in words)
    bottom = max(word.box.y + word.box.height for word in words)
    return Line(
        text=" ".join(word.text for word in words),
        confidence=sum(word.confidence or 0 for word in words) / len(words),
        polygon=[left, top, right, top, right, bottom, left, bottom],
        words=words if words_wanted else [])


def _box(row: dict[str, str]) -> Box:
    return Box(int(row["left"]), int(row["top"]), int(row["width"]), int(row["height"]))
