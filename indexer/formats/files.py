"""From a path to Documents: what kind of file it is, which reader takes it, what is in a zip."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path

from corpus.model import Document
from indexer.formats import sniff
from indexer.formats.limits import LIMITS, FormatError, Tick
from indexer.formats.ocr import OCR_ADVICE
from indexer.formats.read import Blocks
from indexer.formats.unpack import check_zip, is_link, leads_out, member_name, read_member


@dataclass(frozen=True, slots=True)
class Refused:
    """A file that gave nothing: its name (`包.zip/内.pdf` inside a zip) and the reason, for the person who sent it."""

    name: str
    reason: str


@dataclass(slots=True)
class _Budget:
    """What a zip, and the zips in it, may still unpack."""

    members: int = LIMITS.members
    bytes: int = LIMITS.unpacked_bytes


@dataclass(frozen=True, slots=True)
class _How:
    """How a file is to be read."""

    ocr: bool
    processes: int
    tick: Tick


def read_here(path: Path, ocr: bool, processes: int = 1, *, tick: Tick) -> Iterator[Document | Refused]:
    """What is in the file at `path`, read in this process, with the help of others up to `processes` in all.

    `tick` is called whenever some of it is done.
    """
    try:
        size = path.stat().st_size
        raw = path.read_bytes() if size <= LIMITS.file_bytes else None
    except OSError as error:
        yield Refused(path.name, f"读不出来（{error.strerror}）")
        return
    if raw is None:
        yield Refused(path.name, f"文件有 {size >> 20} MB，上限 {LIMITS.file_bytes >> 20} MB")
        return
    yield from _read_bytes(path.name, raw, _Budget(), 0, how=_How(ocr, processes, tick))


def _read_bytes(name: str, raw: bytes, budget: _Budget, depth: int, *, how: _How) -> Iterator[Document | Refused]:
    try:
        kind = sniff.media_type(name, raw)
        if kind == sniff.ZIP:
            yield from _read_zip(name, raw, budget, depth, how=how)
            return
        read = _read(kind, raw, how=how)
        yield Refused(name, _why_empty(read)) if read.is_empty else _document(name, raw, kind, read)
    except FormatError as error:
        yield Refused(name, str(error))
    except MemoryError:
        yield Refused(name, "读它要用的内存超过上限")
    except RecursionError:
        yield Refused(name, "内部嵌套过深")
    except Exception as error:  # noqa: BLE001 - a hostile file may break any library in any way; the next file is still read
        yield Refused(name, f"读不出来，文件可能损坏（{type(error).__name__}）")


def _document(name: str, raw: bytes, kind: str, read: Blocks) -> Document:
    return Document(
        name=name,
        sha256=hashlib.sha256(raw).hexdigest(),
        media_type=kind,
        blocks=read.blocks,
        pages=read.pages,
        title=read.title,
        meta=read.meta,
        notices=read.notices,
    )


def _why_empty(read: Blocks) -> str:
    """Why a file gave no text, by what was said of its pages."""
    said = [notice.text for notice in read.notices if notice.kind == "unread"]
    if not said:
        return "文件里没有文字"
    more = f"；其余 {len(said) - 3} 页同样没有读出" if len(said) > 3 else ""
    advice = f"。{OCR_ADVICE}" if any("扫描" in text for text in said) else ""
    return "没有读到文字：" + "；".join(said[:3]) + more + advice


def _read(kind: str, raw: bytes, *, how: _How) -> Blocks:
    if kind == sniff.PDF:
        from indexer.formats.pdf import read_pdf

        return read_pdf(raw, ocr=how.ocr, tick=how.tick, processes=how.processes)
    if kind == sniff.DOCX:
        from indexer.formats.docx import read_docx

        return read_docx(raw)
    if kind == sniff.HTML:
        from indexer.formats.html import read_html

        return read_html(raw)
    if kind == sniff.TXT:
        from indexer.formats.plain import read_text

        return read_text(raw)
    if kind == sniff.OFD:
        from indexer.formats.ofd import read_ofd

        return read_ofd(raw, tick=how.tick)
    if kind == sniff.DOC:
        from indexer.formats.doc import read_doc

        return read_doc(raw)
    from indexer.formats.sheet import read_sheet

    return read_sheet(raw)


def _read_zip(name: str, raw: bytes, budget: _Budget, depth: int, *, how: _How) -> Iterator[Document | Refused]:
    if depth >= LIMITS.depth:
        raise FormatError(f"压缩包套了 {LIMITS.depth} 层以上")
    with check_zip(raw) as archive:
        found = False
        for member in archive.infolist():
            inner = member_name(member)
            if member.is_dir() or inner.startswith("__MACOSX/") or inner.rpartition("/")[2].startswith("."):
                continue
            found = True
            label = f"{name}/{inner}"
            budget.members -= 1
            budget.bytes -= member.file_size
            if budget.members < 0 or budget.bytes < 0:
                yield Refused(label, "压缩包解开后过大或文件过多，从这里起没有读")
                return
            if leads_out(inner) or is_link(member):
                yield Refused(label, "文件名指向压缩包之外，或是链接，不予解开")
                continue
            if member.file_size > LIMITS.part_bytes:
                yield Refused(label, f"有 {member.file_size >> 20} MB，上限 {LIMITS.part_bytes >> 20} MB")
                continue
            try:
                inside = read_member(archive, member)
            except FormatError as error:
                yield Refused(label, str(error))
                continue
            how.tick()
            for read in _read_bytes(inner, inside, budget, depth + 1, how=how):
                yield replace(read, name=f"{name}/{read.name}")
    if not found:
        raise FormatError("压缩包里没有文件")
