"""What stands on an OFD's pages as annotations: words added to them, which count, and watermarks, which do not."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any
from xml.etree.ElementTree import Element

_DEFAULT_SIZE = 4.0  # millimetres, where an object names none


@dataclass(frozen=True, slots=True)
class Annotated:
    """The text runs of a page's annotations, and the words of its watermarks."""

    runs: tuple[Any, ...] = ()
    watermarks: tuple[str, ...] = ()


def read_annotations(document: Any) -> Mapping[str, Annotated]:
    """The annotations of an open OFD, by page id. One that cannot be read is left out: raises nothing for it."""
    import ofdkit
    from ofdkit._xml import child_text, children

    package = document._package  # noqa: SLF001 - ofdkit reads no annotations
    found: dict[str, Annotated] = {}
    for body in document._bodies:  # noqa: SLF001
        try:
            root = package.read_xml(body.document_path)
            listed = package.resolve(body.document_path, child_text(root, "Annotations"))
            pages = list(children(package.read_xml(listed), "Page")) if listed is not None else []
        except ofdkit.OFDError:
            continue
        for page in pages:
            try:
                location = package.resolve(listed, child_text(page, "FileLoc"))
                if location is not None:
                    found[(page.get("PageID") or "").strip()] = _of_page(package.read_xml(location))
            except (ofdkit.OFDError, ValueError):
                continue
    return found


def _of_page(root: Element) -> Annotated:
    from ofdkit._xml import children

    runs: list[Any] = []
    watermarks: list[str] = []
    for annotation in children(root, "Annot"):
        drawn = [run for appearance in children(annotation, "Appearance") for run in _runs(appearance)]
        if "watermark" in f"{annotation.get('Type')} {annotation.get('Subtype')}".lower():
            watermarks += [run.text for run in drawn]
        elif (annotation.get("Visible") or "true").lower() != "false":
            runs += drawn
    return Annotated(tuple(runs), tuple(dict.fromkeys(watermarks)))


def _runs(appearance: Element) -> Iterator[Any]:
    from ofdkit._xml import children, local_name
    from ofdkit.document import TextRun

    left, top = _corner(appearance)
    for item in appearance.iter():
        if local_name(item.tag) != "TextObject":
            continue
        x, y = _corner(item)
        size = float(item.get("Size") or _DEFAULT_SIZE)
        for code in children(item, "TextCode"):
            if text := (code.text or "").strip():
                at = left + x + float(code.get("X") or 0), top + y + float(code.get("Y") or size)
                width = size * sum(1.0 if char > "\u2e7f" else 0.55 for char in text)
                yield TextRun(text, *at, size, width, item.get("ID"))


def _corner(item: Element) -> tuple[float, float]:
    parts = (item.get("Boundary") or "0 0").split()
    return float(parts[0]), float(parts[1])
