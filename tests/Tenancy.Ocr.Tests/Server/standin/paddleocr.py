"""Stands in for PaddleOCR 3 where that is not installed: its published signatures and results, and a token for a text.

The real one cannot be had on the machines that test this. A page's token tells how it fails.
"""
import os
import re
import time

__version__ = "3.0-standin"


class Result:
    def __init__(self, res):
        self.json = {"res": res}


class PaddleOCR:
    def __init__(self, *, lang=None, ocr_version=None, device=None, text_detection_model_name=None, text_recognition_model_name=None,
                 use_doc_orientation_classify=None, use_doc_unwarping=None, use_textline_orientation=None):
        print("Models print to standard output, like this line.")
        self.busy = False

    def predict(self, image, *, use_doc_orientation_classify=None, use_doc_unwarping=None, use_textline_orientation=None,
                text_det_limit_side_len=None, text_det_limit_type=None, text_det_thresh=None, text_det_box_thresh=None,
                text_det_unclip_ratio=None, text_rec_score_thresh=None, return_word_box=None):
        assert not self.busy, "A predictor is not thread-safe."
        self.busy = True
        try:
            return self.read(image, return_word_box)
        finally:
            self.busy = False

    @staticmethod
    def read(image, return_word_box):
        print("Predicting.")
        token = re.search(rb"Token\0([^!]*)!", image.file)[1].decode()
        if token == "crash":
            os._exit(9)
        if token == "hang":
            time.sleep(600)
        if token == "blank" and return_word_box:
            raise KeyError("text_word_region")
        time.sleep(0.02)
        lines = [] if token == "blank" else [token]
        res = {
            "input_path": None, "page_index": None, "model_settings": {}, "rec_texts": lines, "rec_scores": [0.97] * len(lines),
            "rec_polys": [[[1, 2], [7, 2], [7, 6], [1, 6]]] * len(lines), "dt_polys": [[[1, 2], [7, 2], [7, 6], [1, 6]]] * len(lines),
            "textline_orientation_angles": [-1] * len(lines)}
        if return_word_box:
            res.update(text_word=[[token]] * len(lines), text_word_boxes=[[[1, 2, 7, 6]]] * len(lines))
        return [Result(res)]
