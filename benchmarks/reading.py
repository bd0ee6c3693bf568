"""How well and how fast real documents are read: `python -m benchmarks.reading`.

Needs the shared folder (`$HUIQI_SHARED`, else `../shared`); says so and ends where it is absent. Prints a table, and
writes JSON to `--json FILE`.
"""

from __future__ import annotations

import argparse
import difflib
import json
import os
import resource
import sys
import tempfile
import time
from collections import defaultdict
from collections.abc import Callable, Iterator
from dataclasses import asdict, dataclass
from itertools import chain
from pathlib import Path

from corpus.model import Document, Line, Policy
from indexer.cut import cut
from indexer.cut.labels import field_of
from indexer.formats import Refused, read_file
from indexer.formats.files import read_here
from indexer.formats.isolate import cores
from indexer.formats.tables import cells
from indexer.formats.text import fold

ROOT = Path(__file__).resolve().parent.parent
BOOKS = "国家及各省市营商环境政策汇编_2023_"
GUIDE = "北京市产业政策导引_市级版_2024_上.pdf"
TWINS = ("海南省农机购置与应用补贴实施方案的通知.doc", "海南省农机购置与应用补贴实施方案的通知.pdf")
_MASKED = ("已隐去",)  # what the truth hides for privacy cannot be compared


@dataclass(frozen=True, slots=True)
class Figure:
    """One measure: what was right of how many, and the least that the project asks for."""

    what: str
    value: float
    floor: float | None
    detail: str = ""

    @property
    def holds(self) -> bool:
        """Whether the floor is reached."""
        return self.floor is None or self.value >= self.floor


def shared_folder() -> Path | None:
    """The folder of real documents; None where it is absent."""
    folder = Path(os.environ.get("HUIQI_SHARED") or ROOT.parent / "shared")
    return folder if (folder / "data" / "documents").is_dir() else None


def measure_quality(shared: Path) -> Iterator[Figure]:
    """How well the guide, the compilation and the twins are read, a figure at a time. Lazy."""
    documents = shared / "data" / "documents"
    truth = defaultdict(list)
    with (shared / "data" / "policies" / "policies.jsonl").open(encoding="utf-8") as lines:
        for line in lines:
            record = json.loads(line)
            truth[record["source"]].append(record)
    yield from _guide(cut(_read(documents / GUIDE)), truth["bjguide2024"])
    books = [p for path in sorted(documents.glob(f"{BOOKS}*.txt")) for p in cut(_read(path))]
    yield from _compilation(books, truth["zcb2023"])
    yield _agreement(*(_text(_read(documents / name)) for name in TWINS))


def _read(path: Path) -> Document:
    found = [item for item in read_file(path, ocr=False) if isinstance(item, Document)]
    return found[0]


# ---------------------------------------------------------------- the guide of cards


def _guide(policies: tuple[Policy, ...], truth: list[dict]) -> Iterator[Figure]:
    left = defaultdict(list)
    for policy in policies:
        left[fold(policy.title)].append(policy)
    pairs = []
    for record in truth:
        same = left[fold(record["title"])]
        if same:
            pairs.append((same.pop(0) if len(same) > 1 else same[0], record))
    yield _share("导引：卡片", len(pairs), len(truth), 0.97)
    named: dict[str, Callable[[Policy], str | None]] = {
        "doc_no": lambda p: p.doc_no,
        "issuer": lambda p: p.issuer,
        "date": lambda p: str(p.issued_on or ""),
    }
    for name, have in named.items():
        yield _field(f"导引：{name}", [(have(p), record[name]) for p, record in pairs], 0.95)
    for name in ("audience", "conditions", "content", "basis", "tool", "process", "period", "contact"):
        floor = 0.95 if name in ("audience", "conditions") else None
        yield _field(f"导引：{name}", [(_labelled(p, name), record["fields"].get(name)) for p, record in pairs], floor)


def _labelled(policy: Policy, name: str) -> str | None:
    return next((text for label, text in policy.fields if field_of(label) == name), None)


def _field(what: str, pairs: list[tuple[str | None, str | None]], floor: float | None) -> Figure:
    known = [(have, want) for have, want in pairs if want and not any(mask in want for mask in _MASKED)]
    return _share(what, sum(fold(have or "") == fold(want) for have, want in known), len(known), floor)


def _share(what: str, right: int, of: int, floor: float | None) -> Figure:
    return Figure(what, right / of if of else 0.0, floor, f"{right}/{of}")


# ---------------------------------------------------------------- the compilation


def _compilation(policies: list[Policy], truth: list[dict]) -> Iterator[Figure]:
    wanted = {fold(record["title"]): record for record in truth}
    found = {fold(policy.title): policy for policy in policies}
    both = wanted.keys() & found.keys()
    precision, recall = len(both) / max(len(policies), 1), len(both) / max(len(wanted), 1)
    score = 2 * precision * recall / max(precision + recall, 1e-9)
    yield Figure("汇编：标题 F1", score, 0.95, f"{len(both)} of {len(policies)} found, {len(wanted)} wanted")
    pairs = [(found[key], wanted[key]) for key in both]
    yield _share(
        "汇编：起始页", sum(p.pages is not None and p.pages[0] == r["pages"][0] for p, r in pairs), len(pairs), 0.95
    )
    yield _field("汇编：文号", [(p.doc_no, r["doc_no"]) for p, r in pairs], 0.95)
    yield _field("汇编：日期", [(str(p.issued_on or ""), r["date"]) for p, r in pairs], 0.9)
    yield _field("汇编：机关", [(p.issuer, r["issuer"]) for p, r in pairs], None)


# ---------------------------------------------------------------- formats, files, speed


def _text(document: Document) -> str:
    parts = []
    for block in document.blocks:
        parts.extend([block.text] if isinstance(block, Line) else ["".join(cells(row)) for row in block.rows])
    return fold("".join(parts))


def _agreement(one: str, other: str) -> Figure:
    ratio = difflib.SequenceMatcher(None, one, other, autojunk=False).ratio()
    return Figure("DOC 与 PDF 文字一致", ratio, 0.99, f"{len(one)} / {len(other)} 字")


def measure_files(shared: Path) -> Iterator[Figure]:
    """How many of the documents give text, or a reason why they do not."""
    read = refused = silent = files = 0
    for path in sorted((shared / "data" / "documents").iterdir()):
        if path.name == "manifest.jsonl":
            continue
        files += 1
        items = list(read_file(path, ocr=False))
        if any(isinstance(item, Document) and cut(item) for item in items):
            read += 1
        elif items and all(isinstance(item, Refused) and item.reason for item in items):
            refused += 1
        else:
            silent += 1
    yield _share("全部文件：有文字，或说明原因", read + refused, files, 1.0)
    yield Figure("全部文件：不声不响地空", float(silent), None, f"{read} read, {refused} refused with a reason")


def measure_speed(shared: Path) -> Iterator[Figure]:
    """Pages a second on a PDF of 300 pages of text, and this process's peak memory, in MB."""
    import pypdfium2

    book = pypdfium2.PdfDocument.new()
    for path in sorted((shared / "data" / "documents").glob("中华人民共和国*.pdf")):
        if len(book) < 300:
            source = pypdfium2.PdfDocument(path)
            book.import_pages(source, pages=list(range(min(len(source), 300 - len(book)))))
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "book.pdf"
        book.save(path)
        count = len(book)
        began = time.perf_counter()
        list(read_here(path, False, tick=lambda: None))
        yield Figure("PDF：页/秒，一个进程", count / (time.perf_counter() - began), None, f"{count} 页")
        began = time.perf_counter()
        list(read_here(path, False, cores(), tick=lambda: None))
        yield Figure("PDF：页/秒，各核", count / (time.perf_counter() - began), 25.0, f"{count} 页，{cores()} 核")
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / (1 << 10 if sys.platform == "linux" else 1 << 20)
    yield Figure("PDF：峰值内存 MB（上限 600）", peak, None, "")


def main() -> None:
    """Measure, print, write."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--json", type=Path, help="也把数字写到这个 JSON 文件")
    options = parser.parse_args()
    shared = shared_folder()
    if shared is None:
        print("没有共享资料目录：设环境变量 HUIQI_SHARED，或放在仓库旁的 ../shared")
        return
    figures = []
    for figure in chain(measure_quality(shared), measure_files(shared), measure_speed(shared)):
        figures.append(figure)
        floor = "" if figure.floor is None else f"{figure.floor:g}"
        print(
            f"{figure.what:<24}{figure.value:>10.3f}  {floor:>6}  {'' if figure.holds else '低于要求'}  {figure.detail}"
        )
    if options.json:
        options.json.write_text(
            json.dumps([asdict(f) for f in figures], ensure_ascii=False, indent=1), encoding="utf-8"
        )


if __name__ == "__main__":
    main()
