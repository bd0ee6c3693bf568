"""Users made on the machine that the program runs on: the administrator, who is the first, and first passwords."""

from __future__ import annotations

from argon2 import PasswordHasher

from corpus.errors import InputError, Problem
from ledger.access.users import ROLES, Users
from web.accounts.passwords import first_password, make_hash
from web.accounts.signed import utc_now


def make_admin(users: Users, name: str, password: str) -> bool:
    """Let `name` sign in as administrator; whether they are new. One that is there gets this password.

    Raises InputError for a weak password, and where the name is somebody's who is no administrator.
    """
    name = " ".join(name.split())
    kept = make_hash(PasswordHasher(), password, name)
    found = users.find(name)
    if found is None:
        users.add(name, "administrator", None, kept, by="命令行", at=utc_now())
        return True
    if found.role != "administrator":
        raise InputError(Problem("姓名", f'"{name}" 已是{ROLES[found.role]}', "另一个姓名"))
    users.renew(name, kept, by="命令行", at=utc_now())
    users.close(name, False, by="命令行", at=utc_now())
    return False


def first_word() -> tuple[str, str]:
    """A password to hand to a new user, and its hash to keep."""
    word = first_password()
    return word, PasswordHasher().hash(word)
