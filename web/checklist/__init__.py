"""The checklist that an enterprise takes away: `build_checklist` makes it, `render` writes it in one of `FORMATS`."""

from __future__ import annotations

from web.checklist.data import Checklist, build_checklist

FORMATS = {
    "docx": "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "pdf": "application/pdf",
    "html": "text/html",
}

__all__ = ["FORMATS", "Checklist", "build_checklist", "render"]


def render(checklist: Checklist, form: str) -> bytes:
    """`checklist` as a document in `form`, one of `FORMATS`. Raises KeyError for another."""
    from web.checklist import as_docx, as_html, as_pdf, as_xlsx

    return {"docx": as_docx.render, "xlsx": as_xlsx.render, "pdf": as_pdf.render, "html": as_html.render}[form](
        checklist
    )
