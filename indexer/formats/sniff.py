"""What a file is, by its first bytes; the name only settles what the bytes leave open."""

from __future__ import annotations

import re
import zipfile
from io import BytesIO
from pathlib import PurePosixPath

from indexer.formats.limits import FormatError

PDF = "application/pdf"
DOC = "application/msword"
DOCX = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
XLS = "application/vnd.ms-excel"
OFD = "application/ofd"
HTML = "text/html"
TXT = "text/plain"
ZIP = "application/zip"

_OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_HTML = re.compile(rb"<!doctype\s+html|<html|<head|<body|<meta\s|<div|<table|<p[\s>]", re.IGNORECASE)
_NAMES = {
    "pdf": PDF, "doc": DOC, "wps": DOC, "docx": DOCX, "xlsx": XLSX, "xlsm": XLSX, "xls": XLS, "et": XLS, "ofd": OFD,
    "html": HTML, "htm": HTML, "txt": TXT, "md": TXT, "text": TXT, "zip": ZIP,
}  # fmt: skip
_OTHERS = (
    (b"\x89PNG", "PNG 图片"), (b"\xff\xd8\xff", "JPEG 图片"), (b"GIF8", "GIF 图片"), (b"BM", "BMP 图片"),
    (b"II*\x00", "TIFF 图片"), (b"MM\x00*", "TIFF 图片"), (b"Rar!", "RAR 压缩包"), (b"7z\xbc\xaf", "7z 压缩包"),
    (b"\x1f\x8b", "gzip 压缩包"), (b"MZ", "Windows 程序"), (b"\x7fELF", "程序"), (b"SQLite format 3", "数据库"),
    (b"{\\rtf", "RTF 文档"), (b"ustar", "tar 压缩包"), (b"BZh", "bzip2 压缩包"), (b"\xfd7zXZ", "xz 压缩包"),
    (b"%!PS", "PostScript 文档"), (b"MIME-Version:", "MHTML 网页"), (b"From: <Saved by", "MHTML 网页"),
)  # fmt: skip
ACCEPTED = "可用 PDF、DOC、DOCX、WPS、OFD、XLSX、XLS、HTML、TXT、MD 或其 ZIP"


def media_type(name: str, raw: bytes) -> str:
    """The media type of a file. Raises FormatError where it is empty, or of a kind that is not read."""
    if not raw.strip(b"\x00\r\n\t \xef\xbb\xbf"):
        raise FormatError("文件是空的")
    suffix = PurePosixPath(name.lower()).suffix.lstrip(".")
    named = _NAMES.get(suffix)
    if b"%PDF-" in raw[:1024]:
        return PDF
    if raw.startswith(_OLE):
        return _ole_type(raw)
    if raw.startswith((b"PK\x03\x04", b"PK\x05\x06", b"PK\x07\x08")):
        return _zip_type(raw)
    for mark, kind in _OTHERS:
        if raw.startswith(mark) and (len(mark) > 2 or named not in (TXT, HTML)):
            raise FormatError(f"是 {kind}，不在可读之列；{ACCEPTED}")
    if named in (PDF, DOC, DOCX, XLSX, XLS, OFD, ZIP) and not _HTML.search(raw[:2048]):
        raise FormatError(f"名为 .{suffix}，内容却不是（可能损坏，或改过后缀）")
    if named == HTML or _HTML.search(raw[:2048]):
        return HTML
    if named == TXT or (not suffix and b"\x00" not in raw[:4096]):
        return TXT
    raise FormatError(f"不认识的文件类型 .{suffix}；{ACCEPTED}")


def _zip_type(raw: bytes) -> str:
    try:
        with zipfile.ZipFile(BytesIO(raw)) as archive:
            names = set(archive.namelist())
    except (zipfile.BadZipFile, ValueError, OSError, NotImplementedError) as error:
        raise FormatError("压缩包损坏，打不开") from error
    if "OFD.xml" in names:
        return OFD
    if "word/document.xml" in names:
        return DOCX
    if "xl/workbook.xml" in names or "xl/workbook.bin" in names:
        return XLSX
    if "[Content_Types].xml" in names and any(name.startswith("ppt/") for name in names):
        raise FormatError(f"是 PPTX 演示文稿，不在可读之列；{ACCEPTED}")
    return ZIP


def _ole_type(raw: bytes) -> str:
    import olefile

    try:
        with olefile.OleFileIO(BytesIO(raw)) as ole:
            names = {"/".join(path).lower() for path in ole.listdir()}
    except Exception as error:  # olefile raises its own errors, IndexError and struct.error on damage
        raise FormatError("文件损坏（复合文档的目录读不出）") from error
    if "encryptedpackage" in names:
        raise FormatError("文件加密了，需要口令；请提供不加密的文件")
    if "worddocument" in names:
        return DOC
    if "workbook" in names or "book" in names:
        return XLS
    raise FormatError(f"是复合文档，但不是 Word 或 Excel；{ACCEPTED}")
