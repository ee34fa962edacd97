"""A process with one predictor of PaddleOCR 3, which is not thread-safe: one picture at a time, in and out by pipes.

Its input has frames of a JSON line (size, and the keywords of predict) and that many bytes of a picture. Each is answered
with one JSON line. The first line that it writes says whether the predictor could be made.
"""
from __future__ import annotations

import json
import os
import sys
from typing import Any, BinaryIO


def resident_mb() -> int:
    with open("/proc/self/statm", encoding="ascii") as file:
        return int(file.read().split()[1]) * os.sysconf("SC_PAGE_SIZE") // (1024 * 1024)


def answer(output: BinaryIO, **values: Any) -> None:
    output.write(json.dumps(values).encode() + b"\n")
    output.flush()


def read(predictor: Any, image: bytes, keywords: dict[str, Any]) -> dict[str, Any]:
    import cv2
    import numpy

    # As stored: coordinates refer to the picture as it was sent.
    decoded = cv2.imdecode(numpy.frombuffer(image, dtype=numpy.uint8), cv2.IMREAD_COLOR | cv2.IMREAD_IGNORE_ORIENTATION)
    if decoded is None:
        return {"unreadable": True}
    height, width = decoded.shape[:2]
    results = predictor.predict(decoded, **keywords)
    result = results[0].json["res"]
    wanted = ("rec_texts", "rec_scores", "rec_polys", "dt_polys", "textline_orientation_angles", "text_word", "text_word_boxes", "doc_preprocessor_res")
    kept = {name: result[name] for name in wanted if result.get(name) is not None}
    return {"width": width, "height": height, "result": kept}


def main() -> None:
    # Libraries print to standard output: it is kept for answers, and what they print goes to the log.
    output = os.fdopen(os.dup(1), "wb")
    os.dup2(2, 1)
    try:
        import paddleocr

        predictor = paddleocr.PaddleOCR(**json.loads(sys.argv[1]))
    except Exception as error:
        answer(output, failed=f"{type(error).__name__}: {error}")
        return
    answer(output, ready=True, version=getattr(paddleocr, "__version__", ""))
    while line := sys.stdin.buffer.readline():
        asked = json.loads(line)
        image = sys.stdin.buffer.read(asked["size"])
        try:
            result = read(predictor, image, asked["keywords"])
        except Exception as error:
            # The type only: a message may quote the document.
            result = {"failed": type(error).__name__}
        answer(output, **result, resident_mb=resident_mb())


if __name__ == "__main__":
    main()
