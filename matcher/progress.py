"""How far a batch has come, in words with a bar."""

from __future__ import annotations

_WIDTH = 20


def progress(done: int, whole: int | None) -> str:
    """How many enterprises are done, with a bar where it is known of how many.

    >>> progress(50, 200)
    '已判定 50 家 [█████···············] 25%'
    >>> progress(50, None)
    '已判定 50 家'
    """
    if not whole:
        return f"已判定 {done} 家"
    share = min(1.0, done / whole)
    full = int(share * _WIDTH)
    return f"已判定 {done} 家 [{'█' * full}{'·' * (_WIDTH - full)}] {share:.0%}"
