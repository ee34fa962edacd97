"""The JSON of PaddleX: options in, results out."""
from __future__ import annotations

from typing import Any

from ..engines import Wish
from ..orders import PageOutcome

DETECTOR = {
    "textDetLimitSideLen": "limit_side_len", "textDetLimitType": "limit_type", "textDetThresh": "thresh",
    "textDetBoxThresh": "box_thresh", "textDetUnclipRatio": "unclip_ratio"}


def wish_of(asked: dict[str, Any]) -> Wish:
    """What is asked of the engine. Absent and null mean the server's default, which is off here."""
    return Wish(
        words=asked.get("returnWordBox") is True,
        orientation=asked.get("useDocOrientationClassify") is True,
        unwarp=asked.get("useDocUnwarping") is True,
        textline_orientation=asked.get("useTextlineOrientation") is True,
        detector=tuple((name, asked[key]) for key, name in DETECTOR.items() if asked.get(key) is not None))


def data_info(outcomes: list[PageOutcome], is_pdf: bool) -> dict[str, Any]:
    sizes = [_source_size(outcome) for outcome in outcomes]
    if is_pdf:
        return {"type": "pdf", "numPages": len(sizes), "pages": sizes}
    return {"type": "image", **sizes[0]}


def _source_size(outcome: PageOutcome) -> dict[str, int]:
    """The size of the page as it came, before it was turned."""
    reading = outcome.reading
    assert reading is not None
    width, height = reading.width, reading.height
    if reading.rotation in (90, 270):
        width, height = height, width
    return {"width": width, "height": height}


def pruned_result(outcome: PageOutcome, asked: dict[str, Any]) -> dict[str, Any]:
    reading = outcome.reading
    assert reading is not None
    lowest = asked.get("textRecScoreThresh") or 0.0
    lines = [line for line in reading.lines if line.confidence >= lowest]
    words = asked.get("returnWordBox") is True
    wish = wish_of(asked)
    result: dict[str, Any] = {
        "model_settings": {"use_doc_preprocessor": wish.orientation or wish.unwarp, "use_textline_orientation": wish.textline_orientation},
        "dt_polys": [_points(line.polygon) for line in reading.lines],
        "text_det_params": {}, "text_type": "general", "text_rec_score_thresh": lowest, "return_word_box": words,
        "rec_texts": [line.text for line in lines],
        "rec_scores": [line.confidence for line in lines],
        "rec_polys": [_points(line.polygon) for line in lines],
        "rec_boxes": [[min(line.polygon[0::2]), min(line.polygon[1::2]), max(line.polygon[0::2]), max(line.polygon[1::2])] for line in lines],
    }
    if wish.orientation or wish.unwarp:
        result["doc_preprocessor_res"] = {
            "model_settings": {"use_doc_orientation_classify": wish.orientation, "use_doc_unwarping": reading.unwarped},
            "angle": reading.rotation if wish.orientation else -1}
    if reading.lines:
        result["textline_orientation_angles"] = [int(line.upside_down) if wish.textline_orientation else -1 for line in reading.lines]
    if words:
        result["text_word"] = [[word.text for word in line.words] for line in lines]
        result["text_word_boxes"] = [
            [[word.box.x, word.box.y, word.box.x + word.box.width, word.box.y + word.box.height] for word in line.words] for line in lines]
    return result


def _points(polygon: list[int]) -> list[list[int]]:
    return [[x, y] for x, y in zip(polygon[0::2], polygon[1::2])]
