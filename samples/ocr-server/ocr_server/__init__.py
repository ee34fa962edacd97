"""An OCR server for development and small deployments: tenancy.ocr.v1, and PaddleX's protocol beside it."""

__version__ = "1.0"
