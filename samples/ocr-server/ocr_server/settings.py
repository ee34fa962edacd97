"""What the server can be told, on its command line."""
from __future__ import annotations

import argparse
import os
import pwd
import ssl
from dataclasses import dataclass, fields
from pathlib import Path


@dataclass(frozen=True)
class Settings:
    """The command line. Defaults are those of a development machine."""

    protos: Path
    listen: str = "127.0.0.1:0"
    port_file: Path | None = None
    tls_cert: Path | None = None
    tls_key: Path | None = None
    tls_client_roots: Path | None = None
    engine: str = "auto"
    languages: str = "en"
    workers: int = 1
    max_documents: int = 16
    max_bytes: int = 64 * 1024 * 1024
    max_pages: int = 200
    max_pages_unary: int = 10
    max_pixels: int = 70_000_000
    dpi: int = 150
    page_timeout: float = 60.0
    child_memory_mb: int = 2048
    child_user: str = "nobody"
    grace: float = 10.0
    owner: int = 0
    paddlex_model: str = "ocr"
    paddlex_max_pages: int = 10
    paddle_device: str = "cpu"
    paddle_version: str = "PP-OCRv5"
    paddle_detector: str = ""
    paddle_recognizer: str = ""
    paddle_preprocess: bool = False
    paddle_recycle_pages: int = 500
    paddle_recycle_mb: int = 4096

    @property
    def language_list(self) -> list[str]:
        """The languages as of BCP 47, the most important first."""
        return [language.strip() for language in self.languages.split(",") if language.strip()]


HELP = {
    "protos": "descriptors of protos/, as protoc --descriptor_set_out writes them",
    "listen": "address and port; port 0 takes a free one",
    "port_file": "where the port is written once the server takes calls",
    "tls_cert": "PEM file of the certificate with its chain; without it the server speaks plaintext",
    "tls_key": "PEM file of its key",
    "tls_client_roots": "PEM file of authorities; clients must then have a certificate of theirs",
    "engine": "paddleocr, tesseract, or auto: PaddleOCR where it is installed",
    "languages": "what is read, as of BCP 47, separated by commas, the most important first",
    "workers": "pages that are read at the same time; with paddleocr each has a process and a model of its own",
    "max_documents": "documents that may be here at once; more are refused with RESOURCE_EXHAUSTED",
    "max_bytes": "bytes of a document",
    "max_pages": "pages of a document that is streamed",
    "max_pages_unary": "pages of a document that is answered in one message",
    "max_pixels": "pixels of a page",
    "dpi": "resolution at which PDFs are rasterised",
    "page_timeout": "seconds for one step on one page; its child process is then killed",
    "child_memory_mb": "address space of a child process, in MiB",
    "child_user": "whom child processes run as when the server is root",
    "grace": "seconds that calls get to end after SIGTERM",
    "owner": "a process id; the server ends with that process",
    "paddlex_model": "the model's name in the PaddleX protocol",
    "paddlex_max_pages": "pages of a PDF that the PaddleX protocol reads; like the original, it drops the others in silence",
    "paddle_device": "cpu, gpu:0 ...",
    "paddle_version": "PP-OCRv5, or PP-OCRv6 from PaddleOCR 3.7",
    "paddle_detector": "name of a detection model, instead of the version's own",
    "paddle_recognizer": "name of a recognition model, instead of the language's own",
    "paddle_preprocess": "load the models that turn pages and lines and flatten pages",
    "paddle_recycle_pages": "pages after which a worker is replaced",
    "paddle_recycle_mb": "resident memory in MiB above which a worker is replaced",
}


def read(arguments: list[str]) -> Settings:
    """Reads the command line; a mistake ends the program with all that is wrong and how to put it right."""
    parser = argparse.ArgumentParser(prog="ocr_server", usage="%(prog)s [FLAG VALUE...]", description=__doc__, formatter_class=argparse.ArgumentDefaultsHelpFormatter)
    for field in fields(Settings):
        flag = "--" + field.name.replace("_", "-")
        if field.name == "protos":
            parser.add_argument(flag, type=Path, required=True, help=HELP[field.name])
        elif field.type == "bool":
            parser.add_argument(flag, action="store_true", help=HELP[field.name])
        else:
            kind = Path if "Path" in field.type else {"int": int, "float": float}.get(field.type, str)
            parser.add_argument(flag, type=kind, default=field.default, help=HELP[field.name])
    settings = Settings(**vars(parser.parse_args(arguments)))
    wrong = _mistakes(settings)
    if wrong:
        parser.error("; ".join(wrong))
    return settings


def _mistakes(settings: Settings) -> list[str]:
    wrong = []
    for name in ("workers", "max_documents", "max_bytes", "max_pages", "max_pages_unary", "max_pixels", "page_timeout",
                 "child_memory_mb", "paddlex_max_pages", "paddle_recycle_pages", "paddle_recycle_mb"):
        if getattr(settings, name) <= 0:
            wrong.append(f"--{name.replace('_', '-')} is {getattr(settings, name)}: give a number above 0")
    if settings.engine not in ("auto", "paddleocr", "tesseract"):
        wrong.append(f"--engine is '{settings.engine}': give auto, paddleocr or tesseract")
    if not 36 <= settings.dpi <= 1200:
        wrong.append(f"--dpi is {settings.dpi}: give 36 to 1200")
    if not settings.language_list:
        wrong.append("--languages is empty: name one, such as en")
    if (settings.tls_cert is None) != (settings.tls_key is None):
        wrong.append("--tls-cert and --tls-key go together: give both or neither")
    if settings.tls_client_roots and not settings.tls_cert:
        wrong.append("--tls-client-roots needs --tls-cert and --tls-key")
    for name in ("protos", "tls_cert", "tls_key", "tls_client_roots"):
        path = getattr(settings, name)
        if path is not None and not path.is_file():
            wrong.append(f"--{name.replace('_', '-')}: there is no file '{path}'")
    if os.geteuid() == 0 and not any(account.pw_name == settings.child_user for account in pwd.getpwall()):
        wrong.append(f"--child-user: there is no user '{settings.child_user}'; name one without rights")
    if not wrong and settings.tls_cert:
        wrong += _tls_mistakes(settings)
    return wrong


def _tls_mistakes(settings: Settings) -> list[str]:
    assert settings.tls_cert
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    try:
        context.load_cert_chain(settings.tls_cert, settings.tls_key)
        if settings.tls_client_roots:
            context.load_verify_locations(settings.tls_client_roots)
    except (ssl.SSLError, OSError) as error:
        return [f"--tls-cert, --tls-key or --tls-client-roots cannot be used ({error.strerror or error}): give PEM files, and the certificate's own key"]
    return []
