"""Passwords: kept as argon2 hashes only, checked in the same time whether or not there is such a user."""

from __future__ import annotations

import secrets
from functools import cache

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

from corpus.errors import InputError, Problem

LEAST, MOST = 10, 200
"""Characters of a password: short ones are guessed, and what is longer than a sentence only costs time to hash."""
# Without what is mistaken for something else when it is read aloud or copied by hand.
_LETTERS = "abcdefghjkmnpqrstuvwxyz23456789"


def make_hash(hasher: PasswordHasher, password: str, name: str) -> str:
    """The hash to keep of `password`. Raises InputError where it is too short, too long, or the user's own name."""
    if not LEAST <= len(password) <= MOST:
        raise InputError(Problem("密码", f"{len(password)} 个字符", f"{LEAST} 到 {MOST} 个字符"))
    if len(set(password)) < 4 or name.casefold() * (LEAST // max(len(name), 1) + 1) in (password * 2).casefold():
        raise InputError(Problem("密码", "太容易猜到", "一句话，或不相干的几个词"))
    return hasher.hash(password)


def fits(hasher: PasswordHasher, password: str, kept: str | None) -> bool:
    """Whether `password` is the one whose hash is `kept`; with None (no such user) it takes as long and does not fit."""
    if len(password) > MOST:
        return False
    try:
        return hasher.verify(kept or _nobody(hasher), password) and kept is not None
    except (VerificationError, InvalidHashError):
        return False


def first_password() -> str:
    """A password to hand to a new user, easy to copy by hand: four groups of four letters (79 bits)."""
    return "-".join("".join(secrets.choice(_LETTERS) for _ in range(4)) for _ in range(4))


@cache
def _nobody(hasher: PasswordHasher) -> str:
    return hasher.hash(secrets.token_hex(16))
