"""Names for policies that stay the same however often, and from whatever file, they are read."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterable

from indexer.formats.text import fold

_ISSUED = re.compile(r"^.{0,60}?(?:关于|印发|转发|发布|公布)+(?=[《〈<]?.{4,})")
_NOTICE = re.compile(r"的?(?:通知|公告|通告|函)$")


def policy_id(title: str, doc_no: str | None, text: Iterable[str] = ()) -> str:
    """The id of a policy: its 文号 and a digest of its title; of title and text where it has no 文号.

    A 文号 alone does not do: cards share one, and compilations misprint them.
    """
    subject = fold(title_core(title))
    if doc_no:
        return f"{_slug(doc_no)}-{_digest(subject, 6)}"
    return f"wh-{_digest(subject + '|' + fold(''.join(text)), 12)}"


def variant_id(base: str, text: Iterable[str]) -> str:
    """An id for another policy that would have got the same one, told apart by its text."""
    return f"{base}-{_digest(fold(''.join(text)), 6)}"


def title_core(title: str) -> str:
    """What a title is about, without issuer and 关于印发…的通知.

    >>> title_core("某市人民政府关于印发《某市促进办法》的通知")
    '某市促进办法'
    """
    bare = re.sub(r"[《》〈〉<>“”\"\s]", "", title)
    core = bare
    while re.search("印发|转发", core) and (inner := _NOTICE.sub("", _ISSUED.sub("", core))) not in ("", core):
        core = inner
    return core


def _slug(doc_no: str) -> str:
    return re.sub(r"[^\w]+", "-", doc_no.replace("号", "")).strip("-")


def _digest(text: str, length: int) -> str:
    return hashlib.sha256(text.encode()).hexdigest()[:length]
