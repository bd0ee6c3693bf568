"""The checklist as a page of its own, laid out for printing on A4; it needs no other file."""

from __future__ import annotations

import base64
import hashlib
from functools import cache
from importlib.resources import files

from jinja2 import Environment, FunctionLoader, Template
from markupsafe import Markup

from web.checklist.data import NONE, Checklist


def _read(name: str) -> str:
    return files("web.checklist").joinpath(name).read_text(encoding="utf-8")


STYLE = _read("checklist.css")
_DIGEST = base64.b64encode(hashlib.sha256(STYLE.encode()).digest()).decode()
# The page's own style sheet, named by its digest, and nothing else.
POLICY = (
    f"default-src 'none'; style-src 'sha256-{_DIGEST}'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
)


@cache
def _template() -> Template:
    environment = Environment(loader=FunctionLoader(_read), autoescape=True, trim_blocks=True, lstrip_blocks=True)
    return environment.get_template("checklist.html")


def render(checklist: Checklist) -> bytes:
    """`checklist` as an HTML file."""
    return _template().render(list=checklist, none=NONE, style=Markup(STYLE)).encode()  # noqa: S704
